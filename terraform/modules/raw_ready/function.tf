module "function" {
  source = "../lambda_function"

  name                 = var.name
  account              = var.account
  kms_key_arn          = var.kms_key_arn
  alarm_topic_arn      = var.alarm_topic_arn
  function             = "raw-ready"
  description          = "Says whether every source has arrived, and writes the manifest of one run."
  code_zip             = var.code_zip
  handler              = "raw_ready.handler.handler"
  statements           = local.statements
  memory               = var.memory
  timeout              = var.timeout
  reserved_concurrency = var.reserved_concurrency
  log_retention_days   = var.log_retention_days

  environment = {
    RAW               = "s3://${var.raw_bucket}"
    RUNS              = "s3://${var.logs_bucket}/runs"
    PIPELINE          = var.contract_uri
    EXECUTION_RECORDS = "aws"
  }
}
