resource "aws_appflow_connector_profile" "this" {
  name            = local.name
  connector_type  = "Salesforce"
  connection_mode = "Public"
  kms_arn         = aws_kms_key.this.arn
  connector_profile_config {
    connector_profile_credentials {
      salesforce {
        access_token           = "not-a-token"
        refresh_token          = "not-a-token"
        client_credentials_arn = aws_secretsmanager_secret_policy.this.secret_arn
      }
    }
    connector_profile_properties {
      salesforce {
        instance_url = "https://sample.my.salesforce.com"
      }
    }
  }
}

# On demand and scheduled: the two have different members.
resource "aws_appflow_flow" "this" {
  for_each = {
    account = "OnDemand"
    lead    = "Scheduled"
  }
  name        = "${local.name}-sf-${each.key}"
  description = "Salesforce ${each.key} to raw"
  kms_arn     = aws_kms_key.this.arn
  tags        = { stage = "sample" }
  source_flow_config {
    connector_type         = "Salesforce"
    connector_profile_name = aws_appflow_connector_profile.this.name
    dynamic "incremental_pull_config" {
      for_each = each.value == "Scheduled" ? [1] : []
      content {
        datetime_type_field_name = "SystemModstamp"
      }
    }
    source_connector_properties {
      salesforce {
        object                      = title(each.key)
        enable_dynamic_field_update = false
        include_deleted_records     = true
        data_transfer_api           = "BULKV2"
      }
    }
  }
  destination_flow_config {
    connector_type = "S3"
    destination_connector_properties {
      s3 {
        bucket_name   = aws_s3_bucket_policy.raw.bucket
        bucket_prefix = "salesforce"
        s3_output_format_config {
          file_type                   = "PARQUET"
          preserve_source_data_typing = true
          aggregation_config {
            aggregation_type = "None"
            target_file_size = 128
          }
          prefix_config {
            prefix_type      = "PATH"
            prefix_format    = "DAY"
            prefix_hierarchy = ["SCHEMA_VERSION", "EXECUTION_ID"]
          }
        }
      }
    }
  }
  trigger_config {
    trigger_type = each.value
    dynamic "trigger_properties" {
      for_each = each.value == "Scheduled" ? [1] : []
      content {
        scheduled {
          schedule_expression = "rate(1hours)"
          data_pull_mode      = "Incremental"
          schedule_offset     = 300
        }
      }
    }
  }
  task {
    task_type     = "Filter"
    source_fields = ["Id", "Name"]
    connector_operator {
      salesforce = "PROJECTION"
    }
  }
  dynamic "task" {
    for_each = { Id = "id", Name = "string" }
    content {
      task_type         = "Map"
      source_fields     = [task.key]
      destination_field = task.key
      task_properties   = { SOURCE_DATA_TYPE = task.value, DESTINATION_DATA_TYPE = task.value }
      connector_operator {
        salesforce = "NO_OP"
      }
    }
  }
}

resource "aws_iam_role" "this" {
  for_each = toset(["lambda", "glue", "scheduler", "redshift"])
  name     = "${local.name}-${each.key}"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { Service = "${each.key}.amazonaws.com" }
      Action    = "sts:AssumeRole"
      Condition = { StringEquals = { "aws:SourceAccount" = local.account } }
    }]
  })
  tags = { stage = "sample" }
}

resource "aws_iam_role_policy" "lambda" {
  name = "write-raw"
  role = aws_iam_role.this["lambda"].id
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = ["s3:PutObject"], Resource = "${aws_s3_bucket.raw.arn}/*" }]
  })
}

resource "aws_lambda_function" "this" {
  function_name                  = "${local.name}-rest"
  role                           = aws_iam_role.this["lambda"].arn
  filename                       = "${path.module}/code/function.zip"
  source_code_hash               = filebase64sha256("${path.module}/code/function.zip")
  handler                        = "handler.handler"
  runtime                        = "python3.11"
  timeout                        = 900
  memory_size                    = 512
  reserved_concurrent_executions = 2
  kms_key_arn                    = aws_kms_key.this.arn
  environment {
    variables = { BUCKET = aws_s3_bucket.raw.bucket }
  }
  dead_letter_config {
    target_arn = aws_sqs_queue.this.arn
  }
  tracing_config {
    mode = "Active"
  }
  logging_config {
    log_format = "JSON"
    log_group  = aws_cloudwatch_log_group.this.name
  }
  tags = { stage = "sample" }
}

resource "aws_lambda_function_event_invoke_config" "this" {
  function_name                = aws_lambda_function.this.function_name
  maximum_retry_attempts       = 0
  maximum_event_age_in_seconds = 3600
  destination_config {
    on_failure {
      destination = aws_sqs_queue.this.arn
    }
  }
}

resource "aws_lambda_permission" "this" {
  statement_id   = "scheduler"
  function_name  = aws_lambda_function.this.function_name
  action         = "lambda:InvokeFunction"
  principal      = "scheduler.amazonaws.com"
  source_account = local.account
  source_arn     = aws_scheduler_schedule_group.this.arn
}

resource "aws_scheduler_schedule_group" "this" {
  name = local.name
  tags = { stage = "sample" }
}

resource "aws_scheduler_schedule" "this" {
  name                         = "${local.name}-rest"
  description                  = "hourly"
  group_name                   = aws_scheduler_schedule_group.this.name
  schedule_expression          = "rate(1 hours)"
  schedule_expression_timezone = "UTC"
  state                        = "ENABLED"
  kms_key_arn                  = aws_kms_key.this.arn
  flexible_time_window {
    mode                      = "FLEXIBLE"
    maximum_window_in_minutes = 5
  }
  target {
    arn      = aws_lambda_function.this.arn
    role_arn = aws_iam_role.this["scheduler"].arn
    input    = jsonencode({ resource = "invoices", at = "<aws.scheduler.scheduled-time>" })
    retry_policy {
      maximum_retry_attempts       = 2
      maximum_event_age_in_seconds = 3600
    }
    dead_letter_config {
      arn = aws_sqs_queue.this.arn
    }
  }
}
