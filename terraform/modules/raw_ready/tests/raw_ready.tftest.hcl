mock_provider "aws" {}

variables {
  name            = "lakehouse-dev"
  account         = { id = "123456789012", region = "eu-central-1", partition = "aws" }
  kms_key_arn     = "arn:aws:kms:eu-central-1:123456789012:key/1234abcd"
  alarm_topic_arn = "arn:aws:sns:eu-central-1:123456789012:lakehouse-dev-alarms"
  raw_bucket      = "lakehouse-dev-raw"
  logs_bucket     = "lakehouse-dev-logs"
  contract_uri    = "s3://lakehouse-dev-artifacts/pipeline.json"
  code_zip        = "versions.tf" # a plan takes any file
}

run "the_function_may_do_what_its_code_does" {
  command = plan

  # The first five are every function's own; lambda_function's test compares them.
  assert {
    condition = jsonencode(
      slice(jsondecode(module.function.policy).Statement, 5, length(jsondecode(module.function.policy).Statement))
      ) == jsonencode([
        {
          Sid       = "ListRaw"
          Effect    = "Allow"
          Action    = ["s3:ListBucket"]
          Resource  = "arn:aws:s3:::lakehouse-dev-raw"
          Condition = { StringLike = { "s3:prefix" = ["api-data/*", "salesforce/*"] } }
        },
        {
          Sid    = "ReadExecutionsAndLog"
          Effect = "Allow"
          Action = ["s3:GetObject"]
          Resource = [
            "arn:aws:s3:::lakehouse-dev-raw/api-data/*/_log/*.json",
            "arn:aws:s3:::lakehouse-dev-raw/salesforce/*/executions.json",
          ]
        },
        {
          Sid      = "AskAppFlow"
          Effect   = "Allow"
          Action   = ["appflow:DescribeFlowExecutionRecords"]
          Resource = "arn:aws:appflow:eu-central-1:123456789012:flow/lakehouse-dev-*"
        },
        {
          Sid      = "KeepExecutions"
          Effect   = "Allow"
          Action   = ["s3:PutObject"]
          Resource = "arn:aws:s3:::lakehouse-dev-raw/salesforce/*/executions.json"
        },
        {
          Sid       = "ListRuns"
          Effect    = "Allow"
          Action    = ["s3:ListBucket"]
          Resource  = "arn:aws:s3:::lakehouse-dev-logs"
          Condition = { StringLike = { "s3:prefix" = "runs/*" } }
        },
        {
          Sid      = "WriteManifests"
          Effect   = "Allow"
          Action   = ["s3:GetObject", "s3:PutObject"]
          Resource = "arn:aws:s3:::lakehouse-dev-logs/runs/*/manifest.json"
        },
        {
          Sid      = "ReadWatermarks"
          Effect   = "Allow"
          Action   = ["s3:GetObject"]
          Resource = "arn:aws:s3:::lakehouse-dev-logs/runs/watermarks.json"
        },
        {
          Sid      = "ReadContract"
          Effect   = "Allow"
          Action   = ["s3:GetObject"]
          Resource = "arn:aws:s3:::lakehouse-dev-artifacts/pipeline.json"
        },
        {
          Sid       = "UseKeyInS3"
          Effect    = "Allow"
          Action    = ["kms:Decrypt", "kms:GenerateDataKey"]
          Resource  = "arn:aws:kms:eu-central-1:123456789012:key/1234abcd"
          Condition = { StringEquals = { "kms:ViaService" = "s3.eu-central-1.amazonaws.com" } }
        },
    ])
    error_message = "The function may do something else than its code does."
  }

  assert {
    condition = [output.function_name, output.dead_letter_queue_name] == [
      "lakehouse-dev-raw-ready",
      "lakehouse-dev-raw-ready-dead-letters",
    ]
    error_message = "The function or its queue has another name."
  }
}

run "refuses_buckets_and_a_contract_that_are_none" {
  command = plan

  variables {
    raw_bucket   = "s3://lakehouse-dev-raw"
    logs_bucket  = "lakehouse-dev-logs/runs"
    contract_uri = "s3://lakehouse-dev-artifacts/*"
  }

  expect_failures = [var.raw_bucket, var.logs_bucket, var.contract_uri]
}
