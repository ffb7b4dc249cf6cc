output "next_steps" {
  description = "What is left to do by hand after the first apply."
  value = concat(
    [
      join(" ", [
        "put the masking key into its secret: openssl rand -hex 32 | aws secretsmanager put-secret-value",
        "--secret-id '${module.raw_to_gold.masking_secret_name}' --secret-string file:///dev/stdin",
      ]),
    ],
    [for name in keys(module.rest_to_raw.secret_arns) : "put the API's secret into '${local.name}/${name}', likewise"],
    [
      for name in module.salesforce_to_raw.flows_to_start :
      "start the flow once, which activates its schedule: aws appflow start-flow --flow-name '${name}'"
    ],
    var.tables_exist
    ? []
    : ["after the first published run: tables_exist = true in environments/${var.environment}.tfvars, and apply again"],
  )
}

output "buckets" {
  description = "The bucket of each zone."
  value       = module.lake.buckets
}

output "databases" {
  description = "The Glue database of each layer."
  value       = module.lake.databases
}

output "flows" {
  description = "The AppFlow flows of each Salesforce object."
  value       = module.salesforce_to_raw.flows
}

output "functions" {
  description = "The Lambda functions."
  value       = { for one in local.functions : trimprefix(one.function_name, "${local.name}-") => one.function_name }
}

output "job" {
  description = "The job from raw to gold: the Glue job's name, or the EMR Serverless application's id."
  value       = var.engine == "glue" ? module.raw_to_gold.job_name : module.raw_to_gold.application_id
}

output "state_machine" {
  description = "The state machine that runs it all, and where to look at its executions."
  value       = { arn = module.orchestration.state_machine_arn, console = module.orchestration.console_url }
}

output "airflow" {
  description = "What the Airflow DAG can't derive from the contract: terraform output -json airflow > deployment.json."
  value       = { emr_job_run = module.raw_to_gold.emr_job_run, redshift = local.redshift }
}

output "dashboard" {
  description = "The dashboard's address."
  value       = module.observability.dashboard_url
}

output "redshift" {
  description = "The workgroup that serves gold, its role and its administrator's secret; null without such a sink."
  value = module.gold_to_sinks.redshift_workgroup == null ? null : {
    workgroup = module.gold_to_sinks.redshift_workgroup
    role      = module.gold_to_sinks.redshift_role_arn
    secret    = module.gold_to_sinks.redshift_admin_secret_arn
  }
}

output "snowflake_sql" {
  description = "What to run in Snowflake, in order; null without such a sink."
  value       = module.gold_to_sinks.snowflake_sql
}
