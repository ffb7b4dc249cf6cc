resource "aws_cloudwatch_metric_alarm" "run_failed" {
  alarm_name = "${var.name}-run-failed"
  alarm_description = join(" ", [
    "A run failed: its last log line and its run.json under runs/ say why.",
    "Readers keep the last published data.",
  ])
  namespace           = var.name
  metric_name         = aws_cloudwatch_log_metric_filter.this["RunsFailed"].metric_transformation[0].name
  statistic           = "Sum"
  period              = 300
  evaluation_periods  = 1
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  treat_missing_data  = "notBreaching"
  alarm_actions       = [aws_sns_topic.alarms.arn]
}

# Hours without a run are filled with 0. With gaps instead, CloudWatch would look further back for points that exist,
# and an old success would hide that the pipeline stands still; a pipeline that never ran has no points at all, and
# breaches as missing data.
resource "aws_cloudwatch_metric_alarm" "not_fresh" {
  alarm_name = "${var.name}-not-fresh"
  alarm_description = join(" ", [
    "No run has succeeded for ${var.freshness_hours} h. Is something coming into raw, do the runs start, do they",
    "fail?",
  ])
  evaluation_periods  = var.freshness_hours
  datapoints_to_alarm = var.freshness_hours
  comparison_operator = "LessThanThreshold"
  threshold           = 1
  treat_missing_data  = "breaching"
  alarm_actions       = [aws_sns_topic.alarms.arn]
  ok_actions          = [aws_sns_topic.alarms.arn]

  metric_query {
    id          = "successes"
    label       = "runs that succeeded, per hour"
    expression  = "FILL(succeeded, 0)"
    return_data = true
  }

  metric_query {
    id = "succeeded"

    metric {
      namespace   = var.name
      metric_name = aws_cloudwatch_log_metric_filter.this["RunsSucceeded"].metric_transformation[0].name
      stat        = "Sum"
      period      = 3600
    }
  }
}

# A run reports its counts in one instant, so a minute is a run. Between runs the alarm keeps the state of the last one.
resource "aws_cloudwatch_metric_alarm" "too_much_quarantined" {
  alarm_name = "${var.name}-too-much-quarantined"
  alarm_description = join(" ", [
    "The last run quarantined more than ${var.quarantine_rate_limit * 100} % of the rows it read. The quarantine",
    "tables hold them with their reasons.",
  ])
  evaluation_periods  = 1
  comparison_operator = "GreaterThanThreshold"
  threshold           = var.quarantine_rate_limit
  treat_missing_data  = "ignore"
  alarm_actions       = [aws_sns_topic.alarms.arn]

  metric_query {
    id          = "share"
    label       = "share of rows quarantined"
    expression  = "IF(read > 0, quarantined / read, 0)"
    return_data = true
  }

  dynamic "metric_query" {
    for_each = { read = "RowsRead", quarantined = "RowsQuarantined" }

    content {
      id = metric_query.key

      metric {
        namespace   = var.name
        metric_name = aws_cloudwatch_log_metric_filter.this[metric_query.value].metric_transformation[0].name
        stat        = "Sum"
        period      = 60
      }
    }
  }
}

# The rules of events.tf speak to the topic themselves; should the topic or the key refuse them, only this alarm tells.
resource "aws_cloudwatch_metric_alarm" "messages_lost" {
  alarm_name = "${var.name}-messages-lost"
  alarm_description = join(" ", [
    "EventBridge could not deliver a message about a job or flow: see the policies of the topic ${var.name}-alarms",
    "and of the key.",
  ])
  evaluation_periods  = 1
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  treat_missing_data  = "notBreaching"
  alarm_actions       = [aws_sns_topic.alarms.arn]

  metric_query {
    id          = "lost"
    label       = "messages not delivered"
    expression  = "SUM(METRICS())"
    return_data = true
  }

  dynamic "metric_query" {
    for_each = aws_cloudwatch_event_rule.this

    content {
      id = replace(metric_query.key, "-", "_")

      metric {
        namespace   = "AWS/Events"
        metric_name = "FailedInvocations"
        dimensions  = { RuleName = metric_query.value.name }
        stat        = "Sum"
        period      = 300
      }
    }
  }
}
