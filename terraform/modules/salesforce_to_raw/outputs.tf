output "flows" {
  description = "The names of each object's flows: its own, and the one that refreshes its formulas, if there is one."
  value = {
    for name in keys(local.objects) :
    name => sort([for flow, made in aws_appflow_flow.this : made.name if local.flows[flow].object == name])
  }

  precondition {
    condition     = alltrue([for sentences in values(local.problems) : length(sentences) == 0])
    error_message = join("\n", flatten(values(local.problems)))
  }
}

output "flows_to_start" {
  description = "The scheduled and event flows: AppFlow makes them as drafts, and each has to be started once."
  value = sort([
    for flow, made in aws_appflow_flow.this : made.name if local.flows[flow].trigger_type != "OnDemand"
  ])
}

output "connection_name" {
  description = "The name of the connection (AppFlow: connector profile) that the flows use."
  value       = local.connection_name
}

output "client_credentials_secret_arn" {
  description = "The empty secret that waits for the connected app's id and secret; null where there is none."
  value       = one([for secret in values(aws_secretsmanager_secret.client_credentials) : secret.arn])
}
