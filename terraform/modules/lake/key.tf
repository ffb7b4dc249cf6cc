# One key for everything the pipeline stores. Roles get their use of it from their own policies, as does every service
# that acts with its caller's permissions: S3, SQS, Lambda, Secrets Manager, Glue, and Scheduler, which decrypts with
# the schedule's role. Named here are only the services that come as themselves.

locals {
  arn_of = {
    for service in ["cloudwatch", "events", "logs", "sns"] : service => join(
      ":",
      ["arn", var.account.partition, service, var.account.region, var.account.id],
    )
  }

  from_this_account = { StringEquals = { "aws:SourceAccount" = var.account.id } }
  seal_and_open     = ["kms:Decrypt", "kms:GenerateDataKey*"]

  key_policy = {
    Version = "2012-10-17"
    Statement = [
      {
        # Without this statement a key can be locked away from everyone; with it, IAM decides.
        Sid       = "AccountDelegatesToIam"
        Effect    = "Allow"
        Principal = { AWS = "arn:${var.account.partition}:iam::${var.account.id}:root" }
        Action    = "kms:*"
        Resource  = "*"
      },
      {
        Sid       = "AppFlowWritesRaw"
        Effect    = "Allow"
        Principal = { Service = "appflow.amazonaws.com" }
        Action    = local.seal_and_open
        Resource  = "*"
        Condition = local.from_this_account
      },
      {
        # CloudWatch Logs sends no aws:SourceAccount; it names the log group instead.
        Sid       = "LogGroupsOfThePipeline"
        Effect    = "Allow"
        Principal = { Service = "logs.${var.account.region}.amazonaws.com" }
        Action    = ["kms:Encrypt", "kms:Decrypt", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:DescribeKey"]
        Resource  = "*"
        Condition = {
          ArnLike = { "kms:EncryptionContext:aws:logs:arn" = "${local.arn_of.logs}:log-group:*${var.name}*" }
        }
      },
      {
        Sid       = "AlarmsToTopics"
        Effect    = "Allow"
        Principal = { Service = "cloudwatch.amazonaws.com" }
        Action    = local.seal_and_open
        Resource  = "*"
        Condition = merge(
          local.from_this_account,
          { ArnLike = { "aws:SourceArn" = "${local.arn_of.cloudwatch}:alarm:${var.name}-*" } },
        )
      },
      {
        # For encrypted topics EventBridge sends neither aws:SourceAccount nor aws:SourceArn, and a condition on them
        # would drop every message in silence. SNS does name the topic.
        Sid       = "EventBridgeToTopics"
        Effect    = "Allow"
        Principal = { Service = "events.amazonaws.com" }
        Action    = local.seal_and_open
        Resource  = "*"
        Condition = { ArnLike = { "kms:EncryptionContext:aws:sns:topicArn" = "${local.arn_of.sns}:${var.name}-*" } }
      },
      {
        Sid       = "EventBridgeToQueues"
        Effect    = "Allow"
        Principal = { Service = "events.amazonaws.com" }
        Action    = local.seal_and_open
        Resource  = "*"
        Condition = merge(
          local.from_this_account,
          { ArnLike = { "aws:SourceArn" = "${local.arn_of.events}:rule/${var.name}-*" } },
        )
      },
      {
        Sid       = "BudgetsToTopics"
        Effect    = "Allow"
        Principal = { Service = "budgets.amazonaws.com" }
        Action    = local.seal_and_open
        Resource  = "*"
        Condition = merge(
          local.from_this_account,
          { ArnLike = { "aws:SourceArn" = "arn:${var.account.partition}:budgets::${var.account.id}:*" } },
        )
      },
    ]
  }
}

resource "aws_kms_key" "this" {
  description             = "Everything that ${var.name} stores"
  enable_key_rotation     = true
  deletion_window_in_days = 30
  policy                  = jsonencode(local.key_policy)

  lifecycle {
    # Without the key every file of the lake is noise.
    prevent_destroy = true
  }
}

resource "aws_kms_alias" "this" {
  name          = "alias/${var.name}"
  target_key_id = aws_kms_key.this.key_id
}
