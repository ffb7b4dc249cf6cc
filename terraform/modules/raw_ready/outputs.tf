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
  description = "The queue of the asynchronous calls that were given up."
  value       = module.function.dead_letter_queue_name
}
