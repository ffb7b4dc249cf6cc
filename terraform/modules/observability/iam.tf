locals {
  topic_policy = {
    Version = "2012-10-17"
    Statement = [
      {
        Sid       = "AlarmsOfThePipeline"
        Effect    = "Allow"
        Principal = { Service = "cloudwatch.amazonaws.com" }
        Action    = "sns:Publish"
        Resource  = aws_sns_topic.alarms.arn
        Condition = {
          StringEquals = { "aws:SourceAccount" = var.account.id }
          ArnLike = {
            "aws:SourceArn" = join(":", [
              "arn", var.account.partition, "cloudwatch", var.account.region, var.account.id, "alarm", "${var.name}-*",
            ])
          }
        }
      },
      {
        # No condition: AWS documents that EventBridge supports none in topic policies, and with one every message would
        # be dropped, seen only in the rule's FailedInvocations. The key is limited to this topic by what SNS says of
        # it.
        Sid       = "RulesOfEventBridge"
        Effect    = "Allow"
        Principal = { Service = "events.amazonaws.com" }
        Action    = "sns:Publish"
        Resource  = aws_sns_topic.alarms.arn
      },
      {
        Sid       = "Budgets"
        Effect    = "Allow"
        Principal = { Service = "budgets.amazonaws.com" }
        Action    = "sns:Publish"
        Resource  = aws_sns_topic.alarms.arn
        Condition = {
          StringEquals = { "aws:SourceAccount" = var.account.id }
          ArnLike      = { "aws:SourceArn" = "arn:${var.account.partition}:budgets::${var.account.id}:*" }
        }
      },
    ]
  }
}
