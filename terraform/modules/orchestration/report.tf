module "report" {
  source = "../lambda_function"

  name                 = var.name
  account              = var.account
  kms_key_arn          = var.kms_key_arn
  alarm_topic_arn      = var.alarm_topic_arn
  function             = "report"
  description          = "Writes what one run of the state machine did and where its time went."
  code_zip             = var.code_zip
  handler              = "report.handler.handler"
  statements           = local.report_statements
  memory               = 512
  timeout              = 120
  reserved_concurrency = var.reserved_concurrency
  log_retention_days   = var.log_retention_days

  environment = {
    RUNS = local.runs_uri
  }
}

locals {
  logs_arn = "arn:${var.account.partition}:s3:::${var.logs_bucket}"

  report_statements = [
    {
      Sid      = "ReadHistory"
      Effect   = "Allow"
      Action   = ["states:GetExecutionHistory"]
      Resource = "arn:${var.account.partition}:states:${var.account.region}:${var.account.id}:execution:${var.name}:*"
    },
    {
      # It makes S3 answer "no such key" instead of "access denied" for a run without a job.
      Sid       = "ListRuns"
      Effect    = "Allow"
      Action    = ["s3:ListBucket"]
      Resource  = local.logs_arn
      Condition = { StringLike = { "s3:prefix" = "runs/*" } }
    },
    {
      Sid      = "ReadReportOfJob"
      Effect   = "Allow"
      Action   = ["s3:GetObject"]
      Resource = "${local.logs_arn}/runs/*/run.json"
    },
    {
      Sid      = "WriteReport"
      Effect   = "Allow"
      Action   = ["s3:PutObject"]
      Resource = "${local.logs_arn}/runs/*/orchestration.json"
    },
    {
      Sid       = "UseKeyInS3"
      Effect    = "Allow"
      Action    = ["kms:Decrypt", "kms:GenerateDataKey"]
      Resource  = var.kms_key_arn
      Condition = { StringEquals = { "kms:ViaService" = "s3.${var.account.region}.amazonaws.com" } }
    },
  ]
}
