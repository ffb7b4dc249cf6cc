# The ARNs are known in a plan; depends_on lets nobody use one before the thing exists.

output "function_name" {
  description = "The function's name."
  value       = aws_lambda_function.this.function_name
}

output "function_arn" {
  description = "The function's ARN, without a version."
  value       = local.function_arn
  depends_on  = [aws_lambda_function.this]
}

output "log_group_name" {
  description = "The log group of the function, which writes JSON lines."
  value       = aws_cloudwatch_log_group.this.name
}

output "dead_letter_queue_name" {
  description = "The queue of the events that were given up."
  value       = aws_sqs_queue.dead_letters.name
}

output "dead_letter_queue_arn" {
  description = "The ARN of that queue, for others that call the function."
  value       = local.queue_arn
  depends_on  = [aws_sqs_queue.dead_letters]
}

output "policy" {
  description = "The whole policy of the function's role, as JSON."
  value       = aws_iam_role_policy.this.policy
}
