# The ARNs are put together from names, so that a plan shows every policy whole before anything exists.
locals {
  function_name = "${var.name}-${var.function}"
  function_arn = join(":", [
    "arn", var.account.partition, "lambda", var.account.region, var.account.id, "function", local.function_name,
  ])
}

resource "aws_lambda_function" "this" {
  #checkov:skip=CKV_AWS_116:An on-failure destination does it (dead_letters.tf); both would keep each event twice
  #checkov:skip=CKV_AWS_117:It calls public endpoints alone (AWS, the APIs of the contract), nothing in a VPC
  #checkov:skip=CKV_AWS_272:Whoever applies it builds the zip; there is no second party whose signature is checked
  function_name                  = local.function_name
  description                    = var.description
  role                           = aws_iam_role.this.arn
  runtime                        = "python3.11"
  architectures                  = ["x86_64"]
  handler                        = var.handler
  filename                       = var.code_zip
  source_code_hash               = filebase64sha256(var.code_zip)
  memory_size                    = var.memory
  timeout                        = var.timeout
  reserved_concurrent_executions = var.reserved_concurrency
  kms_key_arn                    = var.kms_key_arn

  environment {
    variables = var.environment
  }

  tracing_config {
    mode = "Active"
  }

  # JSON lets metric filters read a line's fields; Python's own level would swallow the line that tells how a call
  # ended.
  logging_config {
    log_group             = aws_cloudwatch_log_group.this.name
    log_format            = "JSON"
    application_log_level = "INFO"
    system_log_level      = "INFO"
  }

  # Lambda tries the role out when it creates the function.
  depends_on = [aws_iam_role_policy.this]
}

resource "aws_cloudwatch_log_group" "this" {
  name              = "/aws/lambda/${local.function_name}"
  retention_in_days = var.log_retention_days
  kms_key_id        = var.kms_key_arn
}
