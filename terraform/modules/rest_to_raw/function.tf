module "function" {
  source = "../lambda_function"

  name                 = var.name
  account              = var.account
  kms_key_arn          = var.kms_key_arn
  alarm_topic_arn      = var.alarm_topic_arn
  function             = "rest-to-raw"
  description          = "Brings one resource of a REST API into the raw zone."
  code_zip             = var.code_zip
  handler              = "rest_to_raw.handler.handler"
  statements           = local.statements
  memory               = var.memory
  timeout              = var.timeout
  reserved_concurrency = var.reserved_concurrency
  log_retention_days   = var.log_retention_days

  environment = {
    RAW     = "s3://${var.raw_bucket}"
    SECRETS = "aws:${var.name}/"
    METRICS = var.name
  }
}
