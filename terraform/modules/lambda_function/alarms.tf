locals {
  alarms = {
    errors = {
      namespace  = "AWS/Lambda"
      metric     = "Errors"
      statistic  = "Sum"
      dimensions = { FunctionName = local.function_name }
      periods    = 1
      description = join(" ", [
        "A call of ${local.function_name} failed or ran out of time.",
        "Read ${aws_cloudwatch_log_group.this.name}.",
      ])
    }
    # A short queue for a free place is no incident: the events wait up to an hour.
    throttles = {
      namespace  = "AWS/Lambda"
      metric     = "Throttles"
      statistic  = "Sum"
      dimensions = { FunctionName = local.function_name }
      periods    = 3
      description = join(" ", [
        "${local.function_name} has had no place for its calls for 15 minutes.",
        "Raise reserved_concurrency or spread the schedules.",
      ])
    }
    dead-letters = {
      namespace  = "AWS/SQS"
      metric     = "ApproximateNumberOfMessagesVisible"
      statistic  = "Maximum"
      dimensions = { QueueName = local.queue_name }
      periods    = 1
      description = join(" ", [
        "Events of ${local.function_name} were given up. Read ${local.queue_name}, mend the cause, call the",
        "function again with each event, then delete it.",
      ])
    }
  }
}

resource "aws_cloudwatch_metric_alarm" "this" {
  for_each = local.alarms

  alarm_name          = "${local.function_name}-${each.key}"
  alarm_description   = each.value.description
  namespace           = each.value.namespace
  metric_name         = each.value.metric
  dimensions          = each.value.dimensions
  statistic           = each.value.statistic
  period              = 300
  evaluation_periods  = each.value.periods
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  treat_missing_data  = "notBreaching"
  alarm_actions       = [var.alarm_topic_arn]
}
