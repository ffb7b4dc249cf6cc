locals {
  emr_spark_conf = merge(local.spark_conf, {
    "spark.archives"                                       = "${lookup(local.code_uri, "environment", "")}#environment"
    "spark.emr-serverless.driverEnv.PYSPARK_DRIVER_PYTHON" = "./environment/bin/python"
    "spark.emr-serverless.driverEnv.PYSPARK_PYTHON"        = "./environment/bin/python"
    "spark.executorEnv.PYSPARK_PYTHON"                     = "./environment/bin/python"
    "spark.jars"                                           = "/usr/share/aws/iceberg/lib/iceberg-spark3-runtime.jar"
    # EMR's default is Hive with the Glue catalog, which would ask for a database 'default' that is not this lake's.
    "spark.sql.catalogImplementation" = "in-memory"
  })

  # The fields of StartJobRun as Step Functions spells them; a run's own arguments are appended to EntryPointArguments.
  emr_job_run = {
    Name                    = local.job_name
    ExecutionTimeoutMinutes = var.timeout_minutes
    JobDriver = {
      SparkSubmit = {
        EntryPoint = local.code_uri.job
        EntryPointArguments = flatten([
          for key, value in merge(local.pipeline_arguments, { "--profile" = "emr" }) : [key, value]
        ])
        SparkSubmitParameters = join(" ", concat(
          ["--py-files ${lookup(local.code_uri, "package", "")}"],
          [for key, value in local.emr_spark_conf : "--conf ${key}=${value}"],
        ))
      }
    }
    ConfigurationOverrides = {
      MonitoringConfiguration = {
        # Logs stay in this account, under its key; AWS's own storage would hold a copy.
        ManagedPersistenceMonitoringConfiguration = { Enabled = false }
        S3MonitoringConfiguration = {
          LogUri           = local.spark_ui_uri
          EncryptionKeyArn = var.kms_key_arn
        }
        CloudWatchLoggingConfiguration = {
          Enabled      = true
          LogGroupName = local.emr_log_group
          LogTypes     = { SPARK_DRIVER = ["STDOUT", "STDERR"] }
        }
      }
    }
  }
}

resource "aws_emrserverless_application" "this" {
  count = local.is_emr ? 1 : 0

  name          = local.job_name
  type          = "SPARK"
  release_label = var.emr_release
  # The environment's wheels are built for this architecture.
  architecture = "X86_64"

  maximum_capacity {
    cpu    = var.emr_maximum_capacity.cpu
    memory = var.emr_maximum_capacity.memory
    disk   = var.emr_maximum_capacity.disk
  }

  auto_start_configuration {
    enabled = true
  }

  auto_stop_configuration {
    enabled              = true
    idle_timeout_minutes = 5
  }
}
