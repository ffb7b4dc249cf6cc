output "state_machine_arn" {
  description = "The state machine's ARN."
  value       = local.state_machine_arn
  depends_on  = [aws_sfn_state_machine.this]
}

output "state_machine_name" {
  description = "The state machine's name."
  value       = aws_sfn_state_machine.this.name
}

output "console_url" {
  description = "Where to look at its executions."
  value = join("", [
    "https://${var.account.region}.console.aws.amazon.com/states/home",
    "?region=${var.account.region}#/statemachines/view/${local.state_machine_arn}",
  ])
}

output "report_function_name" {
  description = "The function that writes the report of a run."
  value       = module.report.function_name
}

output "dead_letter_queue_name" {
  description = "The queue of the scheduled starts that were given up."
  value       = module.report.dead_letter_queue_name
}
