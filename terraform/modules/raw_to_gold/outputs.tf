output "job_name" {
  description = "The Glue job's name; null on EMR."
  value       = one(aws_glue_job.this[*].name)
}

output "job_arn" {
  description = "The Glue job's ARN; null on EMR."
  value       = one(aws_glue_job.this[*].arn)
}

output "job_role_arn" {
  description = "The role that the job runs with, on either engine: who starts it on EMR needs iam:PassRole on it."
  value       = aws_iam_role.job.arn
}

output "log_groups" {
  description = "The log groups of the job's output (`output`) and of Spark's own log (`error`); on EMR one group."
  value       = local.log_groups
  depends_on  = [aws_cloudwatch_log_group.job]
}

output "application_id" {
  description = "The EMR Serverless application's id; null on Glue."
  value       = one(aws_emrserverless_application.this[*].id)
}

output "application_arn" {
  description = "The EMR Serverless application's ARN; null on Glue."
  value       = one(aws_emrserverless_application.this[*].arn)
}

output "emr_job_run" {
  description = <<-EOT
    What StartJobRun takes, in Step Functions' spelling; a run appends --manifest and --run_id to its
    EntryPointArguments. Null on Glue.
  EOT
  value = local.is_emr ? merge(local.emr_job_run, {
    ApplicationId    = aws_emrserverless_application.this[0].id
    ExecutionRoleArn = aws_iam_role.job.arn
  }) : null
}

output "masking_secret_name" {
  description = "The secret that takes the masking key; its value is put in by hand and is in no Terraform state."
  value       = aws_secretsmanager_secret.masking_key.name
}
