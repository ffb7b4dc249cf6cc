locals {
  # A data engineer sees these in the console and may change them for a run.
  glue_default_arguments = {
    "--conf"                         = join(" --conf ", local.spark_settings)
    "--datalake-formats"             = "iceberg"
    "--enable-auto-scaling"          = "true"
    "--enable-metrics"               = "true"
    "--enable-observability-metrics" = "true"
    "--enable-spark-ui"              = "true"
    "--job-bookmark-option"          = "job-bookmark-disable"
    "--job-language"                 = "python"
  }

  # Nobody who may only start the job can point it at other code, other data, another contract or another log.
  glue_fixed_arguments = merge(local.pipeline_arguments, {
    "--additional-python-modules"       = lookup(local.code_uri, "requirements", "")
    "--custom-logGroup-prefix"          = local.log_prefix
    "--extra-py-files"                  = local.code_uri.wheel
    "--profile"                         = "glue"
    "--python-modules-installer-option" = "-r"
    "--spark-event-logs-path"           = local.spark_ui_uri
  })
}

resource "aws_glue_job" "this" {
  count = local.is_glue ? 1 : 0

  name = local.job_name
  description = join(" ", [
    "Raw to silver to gold: reads what has arrived and is unread, audits it and publishes all tables", "or none.",
  ])
  role_arn = aws_iam_role.job.arn

  glue_version      = var.glue_version
  worker_type       = var.worker_type
  number_of_workers = var.number_of_workers
  execution_class   = var.execution_class
  timeout           = var.timeout_minutes
  # Glue queues runs of the standard class alone.
  job_run_queuing_enabled = var.execution_class == "STANDARD"
  # The orchestration retries: it knows whether the failed run has published.
  max_retries               = 0
  security_configuration    = aws_glue_security_configuration.this[0].name
  default_arguments         = local.glue_default_arguments
  non_overridable_arguments = local.glue_fixed_arguments

  command {
    name            = "glueetl"
    python_version  = "3"
    script_location = local.code_uri.job
  }

  # Two runs would publish over each other; a second start waits in the queue.
  execution_property {
    max_concurrent_runs = 1
  }

  depends_on = [aws_cloudwatch_log_group.job, aws_iam_role_policy.job, aws_s3_object.code]
}

resource "aws_glue_security_configuration" "this" {
  count = local.is_glue ? 1 : 0

  name = local.security_configuration

  encryption_configuration {
    cloudwatch_encryption {
      cloudwatch_encryption_mode = "SSE-KMS"
      kms_key_arn                = var.kms_key_arn
    }

    job_bookmarks_encryption {
      job_bookmarks_encryption_mode = "CSE-KMS"
      kms_key_arn                   = var.kms_key_arn
    }

    s3_encryption {
      s3_encryption_mode = "SSE-KMS"
      kms_key_arn        = var.kms_key_arn
    }
  }
}
