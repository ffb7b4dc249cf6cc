output "function_name" {
  description = "The function's name."
  value       = module.function.function_name
}

output "function_arn" {
  description = "The function's ARN."
  value       = module.function.function_arn
}

output "log_group_name" {
  description = "The function's log group."
  value       = module.function.log_group_name
}

output "dead_letter_queue_name" {
  description = "The queue of the calls that the schedules or the function gave up."
  value       = module.function.dead_letter_queue_name
}

output "secret_arns" {
  description = "Secret name as in the contract => ARN of the secret that waits for its value."
  value       = { for name, secret in aws_secretsmanager_secret.this : name => secret.arn }
}
