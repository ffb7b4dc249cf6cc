resource "aws_glue_catalog_database" "this" {
  name         = local.name
  description  = "sample"
  location_uri = "s3://${aws_s3_bucket.raw.bucket}/silver/"
  tags         = { stage = "sample" }
}

resource "aws_glue_catalog_table" "this" {
  name          = "account"
  database_name = aws_glue_catalog_database.this.name
  table_type    = "EXTERNAL_TABLE"
  open_table_format_input {
    iceberg_input {
      metadata_operation = "CREATE"
      version            = "2"
    }
  }
  storage_descriptor {
    location = "s3://${aws_s3_bucket.raw.bucket}/silver/account"
    columns {
      name = "account_id"
      type = "string"
    }
  }
}

resource "aws_glue_catalog_table_optimizer" "this" {
  for_each      = toset(["compaction", "retention", "orphan_file_deletion"])
  catalog_id    = local.account
  database_name = aws_glue_catalog_database.this.name
  table_name    = aws_glue_catalog_table.this.name
  type          = each.key
  configuration {
    role_arn = aws_iam_role.this["glue"].arn
    enabled  = true
    dynamic "retention_configuration" {
      for_each = each.key == "retention" ? [1] : []
      content {
        iceberg_configuration {
          snapshot_retention_period_in_days = 30
          number_of_snapshots_to_retain     = 10
          clean_expired_files               = true
        }
      }
    }
    dynamic "orphan_file_deletion_configuration" {
      for_each = each.key == "orphan_file_deletion" ? [1] : []
      content {
        iceberg_configuration {
          orphan_file_retention_period_in_days = 7
          location                             = "s3://${aws_s3_bucket.raw.bucket}/silver/account"
        }
      }
    }
  }
}

resource "aws_glue_security_configuration" "this" {
  name = local.name
  encryption_configuration {
    cloudwatch_encryption {
      cloudwatch_encryption_mode = "SSE-KMS"
      kms_key_arn                = aws_kms_key.this.arn
    }
    job_bookmarks_encryption {
      job_bookmarks_encryption_mode = "CSE-KMS"
      kms_key_arn                   = aws_kms_key.this.arn
    }
    s3_encryption {
      s3_encryption_mode = "SSE-KMS"
      kms_key_arn        = aws_kms_key.this.arn
    }
  }
}

resource "aws_glue_job" "this" {
  name                    = local.name
  description             = "raw to gold"
  role_arn                = aws_iam_role.this["glue"].arn
  glue_version            = "5.1"
  worker_type             = "G.1X"
  number_of_workers       = 2
  timeout                 = 60
  max_retries             = 0
  execution_class         = "STANDARD"
  job_run_queuing_enabled = true
  security_configuration  = aws_glue_security_configuration.this.name
  command {
    name            = "glueetl"
    python_version  = "3"
    script_location = "s3://${aws_s3_object.job.bucket}/${aws_s3_object.job.key}"
  }
  default_arguments = { "--job-language" = "python", "--datalake-formats" = "iceberg" }
  execution_property {
    max_concurrent_runs = 1
  }
  notification_property {
    notify_delay_after = 30
  }
  tags = { stage = "sample" }
}

resource "aws_emrserverless_application" "this" {
  name          = local.name
  release_label = "emr-7.12.0"
  type          = "SPARK"
  architecture  = "ARM64"
  maximum_capacity {
    cpu    = "16 vCPU"
    memory = "64 GB"
  }
  auto_start_configuration {
    enabled = true
  }
  auto_stop_configuration {
    enabled              = true
    idle_timeout_minutes = 5
  }
  tags = { stage = "sample" }
}

resource "aws_redshiftserverless_namespace" "this" {
  namespace_name        = local.name
  db_name               = "lake"
  kms_key_id            = aws_kms_key.this.arn
  manage_admin_password = true
  iam_roles             = [aws_iam_role.this["redshift"].arn]
  log_exports           = ["userlog", "connectionlog"]
  tags                  = { stage = "sample" }
}

resource "aws_redshiftserverless_workgroup" "this" {
  workgroup_name       = local.name
  namespace_name       = aws_redshiftserverless_namespace.this.namespace_name
  base_capacity        = 8
  max_capacity         = 16
  publicly_accessible  = false
  enhanced_vpc_routing = true
  subnet_ids           = ["subnet-0a", "subnet-0b", "subnet-0c"]
  security_group_ids   = ["sg-0a"]
  config_parameter {
    parameter_key   = "require_ssl"
    parameter_value = "true"
  }
  tags = { stage = "sample" }
}

resource "aws_redshiftserverless_usage_limit" "this" {
  resource_arn  = aws_redshiftserverless_workgroup.this.arn
  usage_type    = "serverless-compute"
  amount        = 60
  period        = "monthly"
  breach_action = "deactivate"
}

resource "aws_redshiftdata_statement" "this" {
  workgroup_name = aws_redshiftserverless_workgroup.this.workgroup_name
  database       = aws_redshiftserverless_namespace.this.db_name
  sql            = "create schema if not exists gold"
}
