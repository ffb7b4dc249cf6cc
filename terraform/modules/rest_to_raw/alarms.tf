# A call that ends as FAILED or CONTINUE returns like any other: Lambda counts no error. A line of its own tells.
resource "aws_cloudwatch_log_metric_filter" "unfinished_runs" {
  name           = "${module.function.function_name}-unfinished-runs"
  log_group_name = module.function.log_group_name
  pattern        = "{ ($.service = \"rest_to_raw\") && (($.status = \"FAILED\") || ($.status = \"CONTINUE\")) }"

  metric_transformation {
    namespace = var.name
    name      = "UnfinishedRestRuns"
    value     = "1"
  }
}

resource "aws_cloudwatch_metric_alarm" "unfinished_runs" {
  alarm_name = "${module.function.function_name}-unfinished-runs"
  alarm_description = join(" ", [
    "A run of rest_to_raw ended as FAILED or CONTINUE; ${module.function.log_group_name} names it. CONTINUE: call",
    "the function again with the same event, and it goes on.",
  ])
  namespace           = aws_cloudwatch_log_metric_filter.unfinished_runs.metric_transformation[0].namespace
  metric_name         = aws_cloudwatch_log_metric_filter.unfinished_runs.metric_transformation[0].name
  statistic           = "Sum"
  period              = 300
  evaluation_periods  = 1
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  treat_missing_data  = "notBreaching"
  alarm_actions       = [var.alarm_topic_arn]
}
