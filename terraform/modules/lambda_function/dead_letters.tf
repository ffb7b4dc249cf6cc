locals {
  queue_name = "${local.function_name}-dead-letters"
  queue_arn  = "arn:${var.account.partition}:sqs:${var.account.region}:${var.account.id}:${local.queue_name}"
}

# What was asked for and could not be done, for 14 days, the longest that SQS keeps a message.
resource "aws_sqs_queue" "dead_letters" {
  name                              = local.queue_name
  message_retention_seconds         = 14 * 24 * 60 * 60
  kms_master_key_id                 = var.kms_key_arn
  kms_data_key_reuse_period_seconds = 300
}

# A destination, not a dead_letter_config: it keeps the error and the number of attempts beside the event, where the
# other keeps the event and a cut-off message.
resource "aws_lambda_function_event_invoke_config" "this" {
  function_name                = aws_lambda_function.this.function_name
  maximum_retry_attempts       = 2
  maximum_event_age_in_seconds = 3600

  destination_config {
    on_failure {
      destination = aws_sqs_queue.dead_letters.arn
    }
  }
}
