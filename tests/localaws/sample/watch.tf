resource "aws_sqs_queue" "this" {
  name                              = "${local.name}-failed"
  kms_master_key_id                 = "alias/${local.name}" # by name: the key alone takes 12 s
  kms_data_key_reuse_period_seconds = 300
  message_retention_seconds         = 1209600
  tags                              = { stage = "sample" }
}

resource "aws_sqs_queue_policy" "this" {
  queue_url = aws_sqs_queue.this.id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "Events"
      Effect    = "Allow"
      Principal = { Service = "events.amazonaws.com" }
      Action    = "sqs:SendMessage"
      Resource  = aws_sqs_queue.this.arn
    }]
  })
}

resource "aws_sns_topic" "this" {
  name              = "${local.name}-alerts"
  kms_master_key_id = aws_kms_key.this.key_id
  tags              = { stage = "sample" }
}

resource "aws_sns_topic_policy" "this" {
  arn = aws_sns_topic.this.arn
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "Alarms"
      Effect    = "Allow"
      Principal = { Service = "cloudwatch.amazonaws.com" }
      Action    = "sns:Publish"
      Resource  = aws_sns_topic.this.arn
    }]
  })
}

resource "aws_sns_topic_subscription" "this" {
  for_each = {
    email = "data@sample.example"
    sqs   = aws_sqs_queue.this.arn
  }
  topic_arn = aws_sns_topic.this.arn
  protocol  = each.key
  endpoint  = each.value
}

resource "aws_cloudwatch_log_group" "this" {
  name              = "/sample/rest"
  retention_in_days = 365
  kms_key_id        = aws_kms_key.this.arn
  tags              = { stage = "sample" }
}

resource "aws_cloudwatch_log_metric_filter" "this" {
  name           = "${local.name}-quarantined"
  log_group_name = aws_cloudwatch_log_group.this.name
  pattern        = "{ $.quarantined > 0 }"
  metric_transformation {
    name       = "quarantined"
    namespace  = local.name
    value      = "$.quarantined"
    unit       = "Count"
    dimensions = { table = "$.table" }
  }
}

resource "aws_cloudwatch_metric_alarm" "plain" {
  alarm_name          = "${local.name}-failed"
  alarm_description   = "A failed call waits in the queue"
  namespace           = "AWS/SQS"
  metric_name         = "ApproximateNumberOfMessagesVisible"
  dimensions          = { QueueName = aws_sqs_queue.this.name }
  statistic           = "Maximum"
  period              = 300
  evaluation_periods  = 1
  threshold           = 0
  comparison_operator = "GreaterThanThreshold"
  treat_missing_data  = "notBreaching"
  alarm_actions       = [aws_sns_topic.this.arn]
  tags                = { stage = "sample" }
}

resource "aws_cloudwatch_metric_alarm" "math" {
  alarm_name          = "${local.name}-share"
  evaluation_periods  = 1
  threshold           = 5
  comparison_operator = "GreaterThanThreshold"
  metric_query {
    id          = "share"
    expression  = "100 * quarantined / read"
    label       = "percent quarantined"
    return_data = true
  }
  dynamic "metric_query" {
    for_each = toset(["quarantined", "read"])
    content {
      id = metric_query.value
      metric {
        namespace   = local.name
        metric_name = metric_query.value
        period      = 300
        stat        = "Sum"
        dimensions  = { table = "account" }
      }
    }
  }
}

resource "aws_cloudwatch_dashboard" "this" {
  dashboard_name = local.name
  dashboard_body = jsonencode({
    widgets = [{
      type       = "text"
      x          = 0
      y          = 0
      width      = 6
      height     = 2
      properties = { markdown = "sample" }
    }]
  })
}

resource "aws_cloudwatch_event_rule" "this" {
  name        = "${local.name}-flow-ended"
  description = "A flow ended badly"
  event_pattern = jsonencode({
    source        = ["aws.appflow"]
    "detail-type" = ["AppFlow End Flow Run Report"]
    detail        = { status = [{ "anything-but" = "Execution Successful" }] }
  })
  tags = { stage = "sample" }
}

resource "aws_cloudwatch_event_target" "this" {
  rule      = aws_cloudwatch_event_rule.this.name
  target_id = "alerts"
  arn       = aws_sns_topic.this.arn
  input_transformer {
    input_paths    = { flow = "$.detail.flow-name" }
    input_template = "\"flow <flow> failed\""
  }
  dead_letter_config {
    arn = aws_sqs_queue.this.arn
  }
}

resource "aws_budgets_budget" "this" {
  name         = local.name
  budget_type  = "COST"
  limit_amount = "500"
  limit_unit   = "USD"
  time_unit    = "MONTHLY"
  cost_filter {
    name   = "TagKeyValue"
    values = ["user:stage$sample"]
  }
  notification {
    comparison_operator        = "GREATER_THAN"
    threshold                  = 80
    threshold_type             = "PERCENTAGE"
    notification_type          = "FORECASTED"
    subscriber_sns_topic_arns  = [aws_sns_topic.this.arn]
    subscriber_email_addresses = ["data@sample.example"]
  }
  tags = { stage = "sample" }
}
