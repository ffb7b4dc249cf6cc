mock_provider "aws" {}

variables {
  name                 = "lakehouse-dev"
  account              = { id = "123456789012", region = "eu-central-1", partition = "aws" }
  kms_key_arn          = "arn:aws:kms:eu-central-1:123456789012:key/1234abcd"
  alarm_topic_arn      = "arn:aws:sns:eu-central-1:123456789012:lakehouse-dev-alarms"
  function             = "copy"
  description          = "Copies."
  code_zip             = "versions.tf" # a plan takes any file
  handler              = "copy.handler.handler"
  environment          = { RAW = "s3://lakehouse-dev-raw" }
  memory               = 512
  timeout              = 300
  reserved_concurrency = 2
  log_retention_days   = 365
  statements = [{
    Sid       = "ListRaw"
    Effect    = "Allow"
    Action    = ["s3:ListBucket"]
    Resource  = "arn:aws:s3:::lakehouse-dev-raw"
    Condition = { StringLike = { "s3:prefix" = "a/*" } }
  }]
}

run "the_role_can_reach_its_own_things_and_what_the_caller_states" {
  command = plan

  assert {
    condition = aws_iam_role_policy.this.policy == jsonencode({
      Version = "2012-10-17"
      Statement = [
        {
          Sid      = "WriteLogs"
          Effect   = "Allow"
          Action   = ["logs:CreateLogStream", "logs:PutLogEvents"]
          Resource = "arn:aws:logs:eu-central-1:123456789012:log-group:/aws/lambda/lakehouse-dev-copy:*"
        },
        {
          Sid      = "WriteTraces"
          Effect   = "Allow"
          Action   = ["xray:PutTraceSegments", "xray:PutTelemetryRecords"]
          Resource = "*"
        },
        {
          Sid      = "DecryptEnvironment"
          Effect   = "Allow"
          Action   = ["kms:Decrypt"]
          Resource = "arn:aws:kms:eu-central-1:123456789012:key/1234abcd"
          Condition = {
            StringEquals = {
              "kms:EncryptionContext:aws:lambda:FunctionArn" = join(":", [
                "arn:aws:lambda:eu-central-1:123456789012:function", "lakehouse-dev-copy",
              ])
            }
          }
        },
        {
          Sid      = "SendDeadLetters"
          Effect   = "Allow"
          Action   = ["sqs:SendMessage"]
          Resource = "arn:aws:sqs:eu-central-1:123456789012:lakehouse-dev-copy-dead-letters"
        },
        {
          Sid       = "EncryptDeadLetters"
          Effect    = "Allow"
          Action    = ["kms:Decrypt", "kms:GenerateDataKey"]
          Resource  = "arn:aws:kms:eu-central-1:123456789012:key/1234abcd"
          Condition = { StringEquals = { "kms:ViaService" = "sqs.eu-central-1.amazonaws.com" } }
        },
        {
          Sid       = "ListRaw"
          Effect    = "Allow"
          Action    = ["s3:ListBucket"]
          Resource  = "arn:aws:s3:::lakehouse-dev-raw"
          Condition = { StringLike = { "s3:prefix" = "a/*" } }
        },
      ]
    })
    error_message = "The role's policy is another one."
  }

  assert {
    condition = aws_iam_role.this.assume_role_policy == jsonencode({
      Version = "2012-10-17"
      Statement = [{
        Sid       = "LambdaOfThisAccount"
        Effect    = "Allow"
        Principal = { Service = "lambda.amazonaws.com" }
        Action    = "sts:AssumeRole"
        Condition = { StringEquals = { "aws:SourceAccount" = "123456789012" } }
      }]
    })
    error_message = "The role trusts somebody else."
  }

  # The policy names these by their text, not by reference.
  assert {
    condition = [
      aws_lambda_function.this.function_name, aws_cloudwatch_log_group.this.name, aws_sqs_queue.dead_letters.name
    ] == ["lakehouse-dev-copy", "/aws/lambda/lakehouse-dev-copy", "lakehouse-dev-copy-dead-letters"]
    error_message = "A thing has another name than the one in the policy."
  }

  assert {
    condition = toset([
      aws_lambda_function.this.kms_key_arn, aws_cloudwatch_log_group.this.kms_key_id,
      aws_sqs_queue.dead_letters.kms_master_key_id
    ]) == toset([var.kms_key_arn])
    error_message = "Something is not encrypted with the environment's key."
  }

  assert {
    condition = {
      for key, alarm in aws_cloudwatch_metric_alarm.this :
      alarm.alarm_name => [alarm.metric_name, one(values(alarm.dimensions))]
      } == {
      lakehouse-dev-copy-errors       = ["Errors", "lakehouse-dev-copy"]
      lakehouse-dev-copy-throttles    = ["Throttles", "lakehouse-dev-copy"]
      lakehouse-dev-copy-dead-letters = ["ApproximateNumberOfMessagesVisible", "lakehouse-dev-copy-dead-letters"]
    }
    error_message = "The alarms watch something else."
  }
}

run "refuses_what_aws_would_refuse_later" {
  command = plan

  variables {
    name                 = "Lakehouse"
    account              = { id = "12345", region = "eu-central-1", partition = "aws" }
    kms_key_arn          = "alias/lakehouse"
    alarm_topic_arn      = "lakehouse-dev-alarms"
    function             = "copy_it"
    handler              = "handler"
    memory               = 64
    timeout              = 901
    reserved_concurrency = 0
    log_retention_days   = 100
    statements           = [{ Effect = "Allow", Action = "s3:*", Resource = "*" }]
  }

  expect_failures = [
    var.name, var.account, var.kms_key_arn, var.alarm_topic_arn, var.function, var.handler, var.memory, var.timeout,
    var.reserved_concurrency, var.log_retention_days, var.statements,
  ]
}
