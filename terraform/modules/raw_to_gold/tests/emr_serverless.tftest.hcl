mock_provider "aws" {}

variables {
  name        = "lakehouse-dev"
  account     = { id = "111122223333", region = "eu-central-1", partition = "aws" }
  kms_key_arn = "arn:aws:kms:eu-central-1:111122223333:key/lake"
  # Any files will do here: these stand in for job.py, the wheel and the environment.
  engine       = "emr_serverless"
  code         = { job = "glue.tf", wheel = "versions.tf", environment = "emr.tf" }
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

run "on_emr_serverless" {
  command = plan

  assert {
    condition = { for name, file in aws_s3_object.code : name => [file.key, file.source_hash] } == {
      environment = ["code/environment.tar.gz", filesha256("emr.tf")]
      job         = ["code/job.py", filesha256("glue.tf")]
      package     = ["code/lakehouse.zip", filesha256("versions.tf")]
      wheel       = ["code/versions.tf", filesha256("versions.tf")]
    }
    error_message = "EMR gets other code."
  }

  assert {
    condition = output.emr_job_run.JobDriver == {
      SparkSubmit = {
        EntryPoint = "s3://lakehouse-dev-artifacts/code/job.py"
        EntryPointArguments = [
          "--databases", "lakehouse_dev_",
          "--pipeline", "s3://lakehouse-dev-artifacts/pipeline.json",
          "--profile", "emr",
          "--raw", "s3://lakehouse-dev-raw",
          "--runs", "s3://lakehouse-dev-logs/runs",
          "--secrets", "aws:lakehouse-dev/",
          "--warehouse", "s3://lakehouse-dev-silver",
        ]
        SparkSubmitParameters = join(" --conf ", [
          "--py-files s3://lakehouse-dev-artifacts/code/lakehouse.zip",
          "spark.archives=s3://lakehouse-dev-artifacts/code/environment.tar.gz#environment",
          "spark.emr-serverless.driverEnv.PYSPARK_DRIVER_PYTHON=./environment/bin/python",
          "spark.emr-serverless.driverEnv.PYSPARK_PYTHON=./environment/bin/python",
          "spark.executorEnv.PYSPARK_PYTHON=./environment/bin/python",
          "spark.jars=/usr/share/aws/iceberg/lib/iceberg-spark3-runtime.jar",
          "spark.scheduler.mode=FAIR",
          "spark.sql.catalog.lake=org.apache.iceberg.spark.SparkCatalog",
          "spark.sql.catalog.lake.cache-enabled=false",
          "spark.sql.catalog.lake.catalog-impl=org.apache.iceberg.aws.glue.GlueCatalog",
          "spark.sql.catalog.lake.io-impl=org.apache.iceberg.aws.s3.S3FileIO",
          "spark.sql.catalog.lake.warehouse=s3://lakehouse-dev-silver",
          "spark.sql.catalogImplementation=in-memory",
          "spark.sql.extensions=org.apache.iceberg.spark.extensions.IcebergSparkSessionExtensions",
        ])
      }
    }
    error_message = "EMR is told to run something else."
  }

  assert {
    condition = output.emr_job_run.ConfigurationOverrides.MonitoringConfiguration == {
      ManagedPersistenceMonitoringConfiguration = { Enabled = false }
      S3MonitoringConfiguration = {
        LogUri           = "s3://lakehouse-dev-logs/spark-ui/"
        EncryptionKeyArn = "arn:aws:kms:eu-central-1:111122223333:key/lake"
      }
      CloudWatchLoggingConfiguration = {
        Enabled      = true
        LogGroupName = "/aws/emr-serverless/lakehouse-dev-raw-to-gold"
        LogTypes     = { SPARK_DRIVER = ["STDOUT", "STDERR"] }
      }
    }
    error_message = "EMR's logs go somewhere else."
  }

  assert {
    condition = (
      jsondecode(aws_iam_role.job.assume_role_policy).Statement[0].Principal == {
        Service = "emr-serverless.amazonaws.com"
      } &&

      [for statement in jsondecode(aws_iam_role_policy.job.policy).Statement : statement.Sid] == [
        "ReadRawFiles", "AskAppFlow", "KeepExecutions", "KeepErrors", "ListDataBuckets", "WriteTableFiles",
        "KeepRunReports", "KeepSparkUiLogs", "ListRunReportsAndSparkUiLogs",
        "ReadCodeAndContract", "FindDatabases", "CommitTables", "UseLakeKey", "ReadMaskingKey", "WriteLogs",
        "FindLogGroup",
      ] &&
      [
        for statement in jsondecode(aws_iam_role_policy.job.policy).Statement :
        [statement.Action, statement.Resource] if contains(["WriteLogs", "FindLogGroup"], statement.Sid)
        ] == [
        [
          ["logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"],
          [
            "arn:aws:logs:eu-central-1:111122223333:log-group:/aws/emr-serverless/lakehouse-dev-raw-to-gold",
            "arn:aws:logs:eu-central-1:111122223333:log-group:/aws/emr-serverless/lakehouse-dev-raw-to-gold:*",
          ],
        ],
        [["logs:DescribeLogGroups"], ["arn:aws:logs:eu-central-1:111122223333:*"]],
      ]
    )
    error_message = "EMR's role differs in more than where its logs go."
  }

  assert {
    condition = (
      [
        aws_emrserverless_application.this[0].release_label, aws_emrserverless_application.this[0].type,
        aws_emrserverless_application.this[0].architecture,
        aws_emrserverless_application.this[0].maximum_capacity[0].cpu,
        aws_emrserverless_application.this[0].auto_stop_configuration[0].idle_timeout_minutes,
      ] == ["emr-7.12.0", "SPARK", "X86_64", "32 vCPU", 5] &&
      length(aws_glue_job.this) == 0 && length(aws_glue_security_configuration.this) == 0 && output.job_name == null
    )
    error_message = "The application is another, or Glue is there beside EMR."
  }
}
