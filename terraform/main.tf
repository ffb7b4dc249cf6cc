# The modules in the order in which data flows; what stands around them comes first and last.

data "aws_caller_identity" "this" {}
data "aws_partition" "this" {}

locals {
  account = {
    id        = data.aws_caller_identity.this.account_id
    region    = var.region
    partition = data.aws_partition.this.partition
  }

  functions = [
    module.rest_to_raw,
    module.raw_ready,
    {
      function_name          = module.orchestration.report_function_name
      dead_letter_queue_name = module.orchestration.dead_letter_queue_name
    },
  ]

  redshift = module.gold_to_sinks.redshift_workgroup == null ? null : {
    workgroup = module.gold_to_sinks.redshift_workgroup
    database  = try(var.redshift.database, "lakehouse")
    secret_arn = (
      try(var.redshift.mode, "serverless") == "serverless"
      ? module.gold_to_sinks.redshift_admin_secret_arn
      : try(var.redshift.admin_secret_arn, null)
    )
    tables = sort(distinct(flatten([
      for sink in values(local.contract.derived.served) : sink.tables if sink.kind == "redshift"
    ])))
  }
}

module "lake" {
  source = "./modules/lake"

  name               = local.name
  account            = local.account
  contract_file      = "${local.build_folder}/pipeline.json"
  resources          = toset(keys(local.resources))
  raw_retention_days = var.raw_retention_days
  log_retention_days = var.log_retention_days
  force_destroy      = var.deletable
  tables             = var.tables_exist ? local.tables : []
}

module "salesforce_to_raw" {
  source = "./modules/salesforce_to_raw"

  name                 = local.name
  account              = local.account
  secret_recovery_days = var.deletable ? 0 : 30
  kms_key_arn          = module.lake.kms_key_arn
  raw_bucket           = module.lake.buckets.raw
  connection           = local.contract.salesforce.connection
  credentials          = var.salesforce_credentials
  objects              = local.objects
}

module "rest_to_raw" {
  source = "./modules/rest_to_raw"

  name            = local.name
  account         = local.account
  kms_key_arn     = module.lake.kms_key_arn
  alarm_topic_arn = module.observability.alarm_topic_arn
  raw_bucket      = module.lake.buckets.raw
  code_zip        = "${local.build_folder}/rest_to_raw.zip"
  resources       = local.resources
  schedules       = { for name, resource in local.resources : name => resource.schedule }
  secrets = toset([
    for resource in values(local.resources) : resource.auth.secret if resource.auth.secret != null
  ])
  secret_recovery_days = var.deletable ? 0 : 30
  log_retention_days   = var.log_retention_days
  reserved_concurrency = var.rest_concurrency
}

module "raw_ready" {
  source = "./modules/raw_ready"

  name               = local.name
  account            = local.account
  kms_key_arn        = module.lake.kms_key_arn
  alarm_topic_arn    = module.observability.alarm_topic_arn
  raw_bucket         = module.lake.buckets.raw
  logs_bucket        = module.lake.buckets.logs
  contract_uri       = module.lake.contract_uri
  code_zip           = "${local.build_folder}/raw_ready.zip"
  log_retention_days = var.log_retention_days
}

module "raw_to_gold" {
  source = "./modules/raw_to_gold"

  name                 = local.name
  account              = local.account
  secret_recovery_days = var.deletable ? 0 : 30
  kms_key_arn          = module.lake.kms_key_arn
  contract_uri         = module.lake.contract_uri
  buckets              = module.lake.buckets
  databases            = module.lake.databases
  database_prefix      = module.lake.database_prefix
  code                 = local.code
  masking_secret       = local.contract.masking.secret
  engine               = var.engine
  glue_version         = var.glue_version
  worker_type          = var.worker_type
  number_of_workers    = var.number_of_workers
  execution_class      = var.execution_class
  log_retention_days   = var.log_retention_days
}

module "gold_to_sinks" {
  source = "./modules/gold_to_sinks"

  name          = local.name
  account       = local.account
  kms_key_arn   = module.lake.kms_key_arn
  gold_bucket   = module.lake.buckets.gold
  gold_database = module.lake.databases.gold
  sinks         = local.contract.derived.served
  redshift      = var.redshift
  snowflake     = var.snowflake
}

module "orchestration" {
  source = "./modules/orchestration"

  name                     = local.name
  account                  = local.account
  kms_key_arn              = module.lake.kms_key_arn
  alarm_topic_arn          = module.observability.alarm_topic_arn
  logs_bucket              = module.lake.buckets.logs
  code_zip                 = "${local.build_folder}/report.zip"
  flows                    = [for flow in local.contract.derived.flows : { flow = flow.name, kind = flow.kind }]
  resources                = local.resources
  parents                  = local.contract.derived.parents
  rest_to_raw_function_arn = module.rest_to_raw.function_arn
  raw_ready_function_arn   = module.raw_ready.function_arn
  engine                   = var.engine
  job_name                 = module.raw_to_gold.job_name
  emr_job_run              = module.raw_to_gold.emr_job_run
  application_arn          = module.raw_to_gold.application_arn
  job_role_arn             = var.engine == "glue" ? null : module.raw_to_gold.job_role_arn
  redshift                 = local.redshift
  schedule                 = var.run_schedule
  start_on_flow_end        = var.start_on_flow_end
  log_retention_days       = var.log_retention_days

  # The machine starts flows by their names, which it has from the contract.
  depends_on = [module.salesforce_to_raw]
}

module "observability" {
  source = "./modules/observability"

  name                    = local.name
  account                 = local.account
  kms_key_arn             = module.lake.kms_key_arn
  engine                  = var.engine
  job_name                = var.engine == "glue" ? module.raw_to_gold.job_name : module.raw_to_gold.application_id
  job_log_group           = module.raw_to_gold.log_groups.output
  function_names          = [for one in local.functions : one.function_name]
  dead_letter_queue_names = [for one in local.functions : one.dead_letter_queue_name]
  alert_emails            = var.alert_emails
  monthly_budget_usd      = var.monthly_budget_usd
  freshness_hours         = var.freshness_hours
  quarantine_rate_limit   = var.quarantine_rate_limit
}
