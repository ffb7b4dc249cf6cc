mock_provider "aws" {}

variables {
  name        = "lakehouse-dev"
  account     = { id = "111122223333", region = "eu-central-1", partition = "aws" }
  kms_key_arn = "arn:aws:kms:eu-central-1:111122223333:key/lake"
  # Any files will do here: these stand in for job.py, the wheel and the requirements.
  code = {
    job          = "glue.tf"
    wheel        = "versions.tf"
    requirements = "iam.tf"
  }
  contract_uri = "s3://lakehouse-dev-artifacts/pipeline.json"
  buckets = {
    raw        = "lakehouse-dev-raw"
    silver     = "lakehouse-dev-silver"
    gold       = "lakehouse-dev-gold"
    quarantine = "lakehouse-dev-quarantine"
    artifacts  = "lakehouse-dev-artifacts"
    logs       = "lakehouse-dev-logs"
  }
  databases = {
    silver     = "lakehouse_dev_silver"
    gold       = "lakehouse_dev_gold"
    quarantine = "lakehouse_dev_quarantine"
  }
  database_prefix = "lakehouse_dev_"
  masking_secret  = "masking/key"
}

run "on_glue" {
  command = plan

  variables {
    spark_conf = { "spark.sql.shuffle.partitions" = "64" }
  }

  assert {
    condition = aws_glue_job.this[0].default_arguments == tomap({
      "--conf" = join(" --conf ", [
        "spark.scheduler.mode=FAIR",
        "spark.sql.catalog.lake=org.apache.iceberg.spark.SparkCatalog",
        "spark.sql.catalog.lake.cache-enabled=false",
        "spark.sql.catalog.lake.catalog-impl=org.apache.iceberg.aws.glue.GlueCatalog",
        "spark.sql.catalog.lake.io-impl=org.apache.iceberg.aws.s3.S3FileIO",
        "spark.sql.catalog.lake.warehouse=s3://lakehouse-dev-silver",
        "spark.sql.extensions=org.apache.iceberg.spark.extensions.IcebergSparkSessionExtensions",
        "spark.sql.shuffle.partitions=64",
      ])
      "--datalake-formats"             = "iceberg"
      "--enable-auto-scaling"          = "true"
      "--enable-metrics"               = "true"
      "--enable-observability-metrics" = "true"
      "--enable-spark-ui"              = "true"
      "--job-bookmark-option"          = "job-bookmark-disable"
      "--job-language"                 = "python"
    })
    error_message = "The arguments that may be changed for a run are others."
  }

  assert {
    condition = aws_glue_job.this[0].non_overridable_arguments == tomap({
      "--additional-python-modules"       = "s3://lakehouse-dev-artifacts/code/requirements.txt"
      "--custom-logGroup-prefix"          = "/aws-glue/jobs/lakehouse-dev-raw-to-gold"
      "--databases"                       = "lakehouse_dev_"
      "--extra-py-files"                  = "s3://lakehouse-dev-artifacts/code/versions.tf"
      "--pipeline"                        = "s3://lakehouse-dev-artifacts/pipeline.json"
      "--profile"                         = "glue"
      "--python-modules-installer-option" = "-r"
      "--raw"                             = "s3://lakehouse-dev-raw"
      "--runs"                            = "s3://lakehouse-dev-logs/runs"
      "--secrets"                         = "aws:lakehouse-dev/"
      "--spark-event-logs-path"           = "s3://lakehouse-dev-logs/spark-ui/"
      "--warehouse"                       = "s3://lakehouse-dev-silver"
    })
    error_message = "The arguments that are fixed are others."
  }

  assert {
    condition = [
      aws_glue_job.this[0].name, aws_glue_job.this[0].glue_version, aws_glue_job.this[0].worker_type,
      aws_glue_job.this[0].number_of_workers, aws_glue_job.this[0].execution_class, aws_glue_job.this[0].timeout,
      aws_glue_job.this[0].max_retries, aws_glue_job.this[0].job_run_queuing_enabled,
      aws_glue_job.this[0].execution_property[0].max_concurrent_runs, aws_glue_job.this[0].security_configuration,
      aws_glue_job.this[0].command[0].script_location,
      ] == [
      "lakehouse-dev-raw-to-gold", "5.1", "G.1X", 4, "STANDARD", 120, 0, true, 1, "lakehouse-dev",
      "s3://lakehouse-dev-artifacts/code/job.py",
    ]
    error_message = "The job is set up differently."
  }

  assert {
    condition = { for name, file in aws_s3_object.code : name => [file.key, file.source_hash, file.kms_key_id] } == {
      job          = ["code/job.py", filesha256("glue.tf"), "arn:aws:kms:eu-central-1:111122223333:key/lake"]
      requirements = ["code/requirements.txt", filesha256("iam.tf"), "arn:aws:kms:eu-central-1:111122223333:key/lake"]
      wheel        = ["code/versions.tf", filesha256("versions.tf"), "arn:aws:kms:eu-central-1:111122223333:key/lake"]
    }
    error_message = "Other code is uploaded, or changed code would not be uploaded again."
  }

  assert {
    condition = output.log_groups == {
      output = "/aws-glue/jobs/lakehouse-dev-raw-to-gold/lakehouse-dev-role/lakehouse-dev-raw-to-gold/output"
      error  = "/aws-glue/jobs/lakehouse-dev-raw-to-gold/lakehouse-dev-role/lakehouse-dev-raw-to-gold/error"
      } && alltrue([
        for name, group in aws_cloudwatch_log_group.job :
        group.retention_in_days == 365 && group.kms_key_id == "arn:aws:kms:eu-central-1:111122223333:key/lake"
    ]) && toset(keys(aws_cloudwatch_log_group.job)) == toset(values(output.log_groups))
    error_message = "Glue would write to log groups that this module has not made, without its key and retention."
  }

  assert {
    condition = jsondecode(aws_iam_role.job.assume_role_policy).Statement == [{
      Sid       = "RunJobsOfThisAccount"
      Effect    = "Allow"
      Principal = { Service = "glue.amazonaws.com" }
      Action    = "sts:AssumeRole"
      Condition = { StringEquals = { "aws:SourceAccount" = "111122223333" } }
    }]
    error_message = "Someone else can assume the job's role."
  }

  assert {
    condition = jsondecode(aws_iam_role_policy.job.policy).Statement == [
      {
        Sid      = "ReadRawFiles", Effect = "Allow", Action = ["s3:GetObject"]
        Resource = ["arn:aws:s3:::lakehouse-dev-raw/*"]
      },
      {
        Sid      = "AskAppFlow", Effect = "Allow", Action = ["appflow:DescribeFlowExecutionRecords"]
        Resource = ["arn:aws:appflow:eu-central-1:111122223333:flow/lakehouse-dev-*"]
      },
      {
        Sid      = "KeepExecutions", Effect = "Allow", Action = ["s3:PutObject"]
        Resource = ["arn:aws:s3:::lakehouse-dev-raw/salesforce/*/executions.json"]
      },
      {
        Sid      = "KeepErrors", Effect = "Allow", Action = ["s3:PutObject"]
        Resource = ["arn:aws:s3:::lakehouse-dev-raw/errors/*"]
      },
      {
        Sid = "ListDataBuckets", Effect = "Allow", Action = ["s3:ListBucket"]
        Resource = [
          "arn:aws:s3:::lakehouse-dev-raw", "arn:aws:s3:::lakehouse-dev-silver", "arn:aws:s3:::lakehouse-dev-gold",
          "arn:aws:s3:::lakehouse-dev-quarantine",
        ]
      },
      {
        Sid    = "WriteTableFiles", Effect = "Allow"
        Action = ["s3:GetObject", "s3:PutObject", "s3:DeleteObject", "s3:AbortMultipartUpload"]
        Resource = [
          "arn:aws:s3:::lakehouse-dev-silver/*", "arn:aws:s3:::lakehouse-dev-gold/*",
          "arn:aws:s3:::lakehouse-dev-quarantine/*",
        ]
      },
      {
        Sid      = "KeepRunReports", Effect = "Allow", Action = ["s3:GetObject", "s3:PutObject"]
        Resource = ["arn:aws:s3:::lakehouse-dev-logs/runs/*"]
      },
      {
        Sid      = "KeepSparkUiLogs", Effect = "Allow", Action = ["s3:GetObject", "s3:PutObject", "s3:DeleteObject"]
        Resource = ["arn:aws:s3:::lakehouse-dev-logs/spark-ui/*"]
      },
      {
        Sid       = "ListRunReportsAndSparkUiLogs", Effect = "Allow", Action = ["s3:ListBucket"]
        Resource  = ["arn:aws:s3:::lakehouse-dev-logs"]
        Condition = { StringLike = { "s3:prefix" = ["runs/*", "spark-ui/*"] } }
      },
      {
        Sid      = "ReadCodeAndContract", Effect = "Allow", Action = ["s3:GetObject"]
        Resource = ["arn:aws:s3:::lakehouse-dev-artifacts/code/*", "arn:aws:s3:::lakehouse-dev-artifacts/pipeline.json"]
      },
      {
        Sid = "FindDatabases", Effect = "Allow", Action = ["glue:GetDatabase"]
        Resource = [
          "arn:aws:glue:eu-central-1:111122223333:catalog",
          "arn:aws:glue:eu-central-1:111122223333:database/lakehouse_dev_gold",
          "arn:aws:glue:eu-central-1:111122223333:database/lakehouse_dev_quarantine",
          "arn:aws:glue:eu-central-1:111122223333:database/lakehouse_dev_silver",
        ]
      },
      {
        Sid    = "CommitTables", Effect = "Allow"
        Action = ["glue:GetTable", "glue:CreateTable", "glue:UpdateTable", "glue:DeleteTable"]
        Resource = [
          "arn:aws:glue:eu-central-1:111122223333:catalog",
          "arn:aws:glue:eu-central-1:111122223333:database/lakehouse_dev_gold",
          "arn:aws:glue:eu-central-1:111122223333:database/lakehouse_dev_quarantine",
          "arn:aws:glue:eu-central-1:111122223333:database/lakehouse_dev_silver",
          "arn:aws:glue:eu-central-1:111122223333:table/lakehouse_dev_gold/*",
          "arn:aws:glue:eu-central-1:111122223333:table/lakehouse_dev_quarantine/*",
          "arn:aws:glue:eu-central-1:111122223333:table/lakehouse_dev_silver/*",
        ]
      },
      {
        Sid      = "UseLakeKey", Effect = "Allow", Action = ["kms:Decrypt", "kms:GenerateDataKey"]
        Resource = ["arn:aws:kms:eu-central-1:111122223333:key/lake"]
      },
      {
        Sid      = "ReadMaskingKey", Effect = "Allow", Action = ["secretsmanager:GetSecretValue"]
        Resource = ["arn:aws:secretsmanager:eu-central-1:111122223333:secret:lakehouse-dev/masking/key-??????"]
      },
      {
        Sid    = "WriteLogs", Effect = "Allow"
        Action = ["logs:AssociateKmsKey", "logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"]
        Resource = flatten([for kind in ["error", "output"] : [for streams in ["", ":*"] :
          join(":", [
            "arn:aws:logs:eu-central-1:111122223333:log-group",
            "/aws-glue/jobs/lakehouse-dev-raw-to-gold/lakehouse-dev-role/lakehouse-dev-raw-to-gold/${kind}${streams}",
          ])
        ]])
      },
      {
        Sid       = "PutGlueMetrics", Effect = "Allow", Action = ["cloudwatch:PutMetricData"], Resource = ["*"]
        Condition = { StringEquals = { "cloudwatch:namespace" = "Glue" } }
      },
    ]
    error_message = "The job may do something else than it calls."
  }

  assert {
    condition = (
      aws_secretsmanager_secret.masking_key.name == "lakehouse-dev/masking/key" &&
      aws_secretsmanager_secret.masking_key.kms_key_id == "arn:aws:kms:eu-central-1:111122223333:key/lake" &&
      length(aws_emrserverless_application.this) == 0 && output.emr_job_run == null && output.application_id == null
    )
    error_message = "The masking key's container is another, or EMR is there beside Glue."
  }
}

run "refusals" {
  command = plan

  variables {
    engine            = "emr_serverless"
    contract_uri      = "s3://elsewhere/pipeline.json"
    database_prefix   = "lakehouse_prod_"
    masking_secret    = "Masking Key"
    glue_version      = "4.0"
    worker_type       = "R.1X"
    number_of_workers = 1
    execution_class   = "flex"
    emr_release       = "emr-6.15.0"
    timeout_minutes   = 0
    spark_conf        = { "spark.sql.catalog.lake.warehouse" = "s3://elsewhere" }
  }

  expect_failures = [
    var.code, var.contract_uri, var.database_prefix, var.masking_secret, var.glue_version, var.worker_type,
    var.number_of_workers, var.execution_class, var.emr_release, var.timeout_minutes, var.spark_conf,
  ]
}
