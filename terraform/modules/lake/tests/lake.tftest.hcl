mock_provider "aws" {
  override_during = plan

  mock_resource "aws_kms_key" {
    defaults = {
      arn    = "arn:aws:kms:eu-central-1:123456789012:key/lake"
      key_id = "lake"
    }
  }

  mock_resource "aws_iam_role" {
    defaults = {
      arn = "arn:aws:iam::123456789012:role/lakehouse-dev-table-maintenance"
    }
  }
}

variables {
  name          = "lakehouse-dev"
  account       = { id = "123456789012", region = "eu-central-1", partition = "aws" }
  contract_file = "tests/pipeline.json"
  resources     = ["billing.invoices"]
}

run "a_lake_without_tables" {
  command = plan

  assert {
    condition = output.buckets == {
      raw        = "lakehouse-dev-raw"
      silver     = "lakehouse-dev-silver"
      gold       = "lakehouse-dev-gold"
      quarantine = "lakehouse-dev-quarantine"
      artifacts  = "lakehouse-dev-artifacts"
      logs       = "lakehouse-dev-logs"
    }
    error_message = "The six buckets are named <name>-<zone>."
  }

  assert {
    condition = {
      for zone, bucket in aws_s3_bucket_server_side_encryption_configuration.this :
      zone => one([
        for by in one(bucket.rule).apply_server_side_encryption_by_default :
        coalesce(by.kms_master_key_id, by.sse_algorithm)
      ])
      } == {
      raw        = aws_kms_key.this.arn
      silver     = aws_kms_key.this.arn
      gold       = aws_kms_key.this.arn
      quarantine = aws_kms_key.this.arn
      artifacts  = aws_kms_key.this.arn
      logs       = "AES256"
    }
    error_message = "Every bucket is encrypted with the key, and only the one that receives access logs is not."
  }

  assert {
    condition = {
      for zone, bucket in aws_s3_bucket_lifecycle_configuration.this :
      zone => {
        for rule in bucket.rule : rule.id => rule.expiration[0].days if length(rule.noncurrent_version_expiration) == 0
      }
      } == {
      raw        = { expire-errors = 90, expire-salesforce = 90, expire-api-data-billing-invoices-2 = 90 }
      silver     = {}
      gold       = {}
      quarantine = {}
      artifacts  = {}
      logs       = { expire-access = 365, expire-spark-ui = 365 }
    }
    error_message = <<-EOT
      Only what was landed in raw, access logs and Spark UI logs expire by age: no commit log, no file of Iceberg's, no
      run report does.
    EOT
  }

  assert {
    condition = alltrue([
      for bucket in aws_s3_bucket_lifecycle_configuration.this : anytrue([
        for rule in bucket.rule :
        one(rule.noncurrent_version_expiration[*].noncurrent_days) == 30 &&
        one(rule.abort_incomplete_multipart_upload[*].days_after_initiation) == 7
      ])
    ])
    error_message = "In every bucket old versions and broken uploads go."
  }

  assert {
    condition = {
      for zone, bucket in aws_s3_bucket_policy.this : zone => [
        for statement in jsondecode(bucket.policy).Statement : statement.Sid
      ]
      } == {
      raw        = ["TlsOnly", "AppFlowWritesRaw"]
      silver     = ["TlsOnly"]
      gold       = ["TlsOnly"]
      quarantine = ["TlsOnly"]
      artifacts  = ["TlsOnly"]
      logs = [
        "TlsOnly", "S3WritesAccessLogsOfArtifacts", "S3WritesAccessLogsOfGold", "S3WritesAccessLogsOfQuarantine",
        "S3WritesAccessLogsOfRaw",
        "S3WritesAccessLogsOfSilver",
      ]
    }
    error_message = "Every bucket refuses plain HTTP; AppFlow may write to raw alone, S3's log delivery to logs alone."
  }

  assert {
    condition = jsondecode(aws_s3_bucket_policy.this["raw"].policy).Statement[1].Condition == {
      StringEquals = { "aws:SourceAccount" = "123456789012" }
      ArnLike      = { "aws:SourceArn" = "arn:aws:appflow:eu-central-1:123456789012:flow/lakehouse-dev-*" }
    }
    error_message = "AppFlow may write for flows of this pipeline in this account alone."
  }

  assert {
    condition = {
      for zone, bucket in aws_s3_bucket_logging.this : zone => "${bucket.target_bucket}/${bucket.target_prefix}"
      } == {
      raw        = "lakehouse-dev-logs/access/raw/"
      silver     = "lakehouse-dev-logs/access/silver/"
      gold       = "lakehouse-dev-logs/access/gold/"
      quarantine = "lakehouse-dev-logs/access/quarantine/"
      artifacts  = "lakehouse-dev-logs/access/artifacts/"
    }
    error_message = "Every bucket but logs itself writes its access log there."
  }

  assert {
    condition = alltrue([
      for statement in jsondecode(aws_kms_key.this.policy).Statement :
      strcontains(jsonencode(statement.Condition), "123456789012")
      if statement.Sid != "AccountDelegatesToIam"
    ])
    error_message = "Every service may use the key for this account alone."
  }

  assert {
    condition = { for database in aws_glue_catalog_database.this : database.name => database.location_uri } == {
      lakehouse_dev_silver     = "s3://lakehouse-dev-silver"
      lakehouse_dev_gold       = "s3://lakehouse-dev-gold"
      lakehouse_dev_quarantine = "s3://lakehouse-dev-quarantine"
    }
    error_message = "Each layer has a database, and the database a bucket."
  }

  assert {
    condition = (
      output.database_prefix == "lakehouse_dev_" && output.contract_uri == "s3://lakehouse-dev-artifacts/pipeline.json"
    )
    error_message = "The job finds its databases and its contract under these names."
  }

  assert {
    condition     = length(aws_glue_catalog_table_optimizer.retention) == 0 && length(aws_iam_role.maintenance) == 0
    error_message = "Without tables there is no maintenance and no role for it."
  }
}

run "a_lake_whose_tables_exist" {
  command = plan

  variables {
    tables = [
      { layer = "silver", name = "account" },
      { layer = "gold", name = "revenue_by_month" },
    ]
  }

  assert {
    condition = {
      for key, optimizer in aws_glue_catalog_table_optimizer.retention :
      key => "${optimizer.database_name}.${optimizer.table_name}"
      } == {
      "silver.account"        = "lakehouse_dev_silver.account"
      "gold.revenue_by_month" = "lakehouse_dev_gold.revenue_by_month"
    }
    error_message = "Each listed table has its snapshots expired."
  }

  assert {
    condition = (
      keys(aws_glue_catalog_table_optimizer.orphan_files) == keys(aws_glue_catalog_table_optimizer.retention)
    )
    error_message = "The same tables lose their orphan files."
  }

  assert {
    condition = alltrue([
      for kept in values(aws_glue_catalog_table_optimizer.retention)[*].configuration[0].retention_configuration[0] :
      kept.iceberg_configuration[0].snapshot_retention_period_in_days >= 30
    ])
    error_message = "No snapshot goes before its pub_ tag has ended, 30 days after publication."
  }

  assert {
    condition = {
      for statement in jsondecode(
        aws_iam_role_policy.maintenance[0].policy
      ).Statement : statement.Sid => statement.Resource
      if contains(["FilesOfTheTables", "TablesInTheCatalog"], statement.Sid)
      } == {
      FilesOfTheTables = [
        "arn:aws:s3:::lakehouse-dev-gold/revenue_by_month/*",
        "arn:aws:s3:::lakehouse-dev-silver/account/*",
      ]
      TablesInTheCatalog = [
        "arn:aws:glue:eu-central-1:123456789012:catalog",
        "arn:aws:glue:eu-central-1:123456789012:database/lakehouse_dev_gold",
        "arn:aws:glue:eu-central-1:123456789012:database/lakehouse_dev_silver",
        "arn:aws:glue:eu-central-1:123456789012:table/lakehouse_dev_gold/revenue_by_month",
        "arn:aws:glue:eu-central-1:123456789012:table/lakehouse_dev_silver/account",
      ]
    }
    error_message = "Maintenance reaches the listed tables and no other."
  }
}

run "nonsense_is_refused" {
  command = plan

  variables {
    name               = "Lakehouse_dev"
    account            = { id = "12345678901", region = "eu-central-1", partition = "aws" }
    raw_retention_days = 0
    log_retention_days = 1.5
    tables             = [{ layer = "bronze", name = "silver.account" }]
  }

  expect_failures = [var.name, var.account, var.raw_retention_days, var.log_retention_days, var.tables]
}
