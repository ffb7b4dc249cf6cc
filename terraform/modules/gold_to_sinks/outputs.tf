output "redshift_workgroup" {
  description = "The workgroup that serves gold; null without a sink of kind redshift."
  value       = local.has_redshift ? local.redshift_workgroup : null
}

output "redshift_role_arn" {
  description = <<-EOT
    The role that Redshift reads gold with; in mode existing attach it to your namespace. Null without a sink.
  EOT
  value       = one(aws_iam_role.redshift[*].arn)
}

output "redshift_admin_secret_arn" {
  description = "The secret with the administrator's password, which Redshift keeps; null unless mode is serverless."
  value       = one(aws_redshiftserverless_namespace.this[*].admin_password_secret_arn)
}

output "snowflake_role_arn" {
  description = "The role that Snowflake assumes; null without a sink of kind snowflake."
  value       = one(aws_iam_role.snowflake[*].arn)
}

output "snowflake_sql" {
  description = "What to run in Snowflake, in order; null without a sink of kind snowflake."
  value       = local.has_snowflake ? local.snowflake_sql : null
}
