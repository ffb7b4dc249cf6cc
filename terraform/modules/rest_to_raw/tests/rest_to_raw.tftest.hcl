mock_provider "aws" {}

variables {
  name            = "lakehouse-dev"
  account         = { id = "123456789012", region = "eu-central-1", partition = "aws" }
  kms_key_arn     = "arn:aws:kms:eu-central-1:123456789012:key/1234abcd"
  alarm_topic_arn = "arn:aws:sns:eu-central-1:123456789012:lakehouse-dev-alarms"
  raw_bucket      = "lakehouse-dev-raw"
  code_zip        = "versions.tf" # a plan takes any file
  secrets         = ["billing/token"]
  schedules       = { "billing.invoices" = "rate(1 hour)", "fx.rates" = null }
  resources = {
    "billing.invoices" = {
      base_url   = "https://billing.example/v1"
      auth       = { kind = "bearer", secret = "billing/token" }
      pagination = { kind = "cursor", param = "cursor", next = "meta.next" }
      params     = { filter = "a<b & c>d \\u003caws.scheduler", page_size = "100" }
      since      = { param = "updated_after", field = "updated_at" }
      schedule   = "rate(1 hour)"
      api        = "billing"
      resource   = "invoices"
      path       = "/invoices"
      records    = "data"
    }
    "fx.rates" = {
      base_url   = "https://fx.example/v1"
      auth       = { kind = "none", secret = null }
      pagination = { kind = "none", param = null, next = null }
      params     = {}
      since      = null
      schedule   = null
      api        = "fx"
      resource   = "rates"
      path       = "/rates"
      records    = "rates"
    }
  }
}

run "each_schedule_sends_its_compiled_resource_with_the_scheduled_time" {
  command = plan

  assert {
    condition = {
      for schedule in aws_scheduler_schedule.this : schedule.name => [schedule.group_name, schedule.schedule_expression]
      } == {
      billing-invoices = ["lakehouse-dev-rest-to-raw", "rate(1 hour)"]
    }
    error_message = "The schedules are others; a resource without one gets none."
  }

  assert {
    condition = jsonencode(jsondecode(aws_scheduler_schedule.this["billing.invoices"].target[0].input)) == jsonencode({
      resource = var.resources["billing.invoices"]
      run_id   = "<aws.scheduler.scheduled-time>"
    })
    error_message = "The event is not the compiled resource."
  }

  assert {
    condition = endswith(
      aws_scheduler_schedule.this["billing.invoices"].target[0].input,
      "\"run_id\":\"<aws.scheduler.scheduled-time>\"}",
    )
    error_message = "Scheduler finds its own words only where they are not escaped."
  }

  assert {
    condition = {
      for name, secret in aws_secretsmanager_secret.this : name => secret.name
    } == { "billing/token" = "lakehouse-dev/billing/token" }
    error_message = "The secrets have other names."
  }

  # The first five are every function's own; lambda_function's test compares them.
  assert {
    condition = jsonencode(
      slice(jsondecode(module.function.policy).Statement, 5, length(jsondecode(module.function.policy).Statement))
      ) == jsonencode([
        {
          Sid       = "ListRuns"
          Effect    = "Allow"
          Action    = ["s3:ListBucket"]
          Resource  = "arn:aws:s3:::lakehouse-dev-raw"
          Condition = { StringLike = { "s3:prefix" = "api-data/*" } }
        },
        {
          Sid    = "ReadCheckpointsAndLog"
          Effect = "Allow"
          Action = ["s3:GetObject"]
          Resource = [
            "arn:aws:s3:::lakehouse-dev-raw/api-data/*/checkpoint-*.json",
            "arn:aws:s3:::lakehouse-dev-raw/api-data/*/_log/*.json",
          ]
        },
        {
          Sid      = "WriteRuns"
          Effect   = "Allow"
          Action   = ["s3:PutObject"]
          Resource = "arn:aws:s3:::lakehouse-dev-raw/api-data/*"
        },
        {
          Sid       = "UseKeyInS3"
          Effect    = "Allow"
          Action    = ["kms:Decrypt", "kms:GenerateDataKey"]
          Resource  = "arn:aws:kms:eu-central-1:123456789012:key/1234abcd"
          Condition = { StringEquals = { "kms:ViaService" = "s3.eu-central-1.amazonaws.com" } }
        },
        {
          Sid      = "ReadSecrets"
          Effect   = "Allow"
          Action   = ["secretsmanager:GetSecretValue"]
          Resource = ["arn:aws:secretsmanager:eu-central-1:123456789012:secret:lakehouse-dev/billing/token-??????"]
        },
        {
          Sid       = "DecryptSecrets"
          Effect    = "Allow"
          Action    = ["kms:Decrypt"]
          Resource  = "arn:aws:kms:eu-central-1:123456789012:key/1234abcd"
          Condition = { StringEquals = { "kms:ViaService" = "secretsmanager.eu-central-1.amazonaws.com" } }
        },
    ])
    error_message = "The function may do something else than its code does."
  }

  assert {
    condition = aws_iam_role_policy.schedules.policy == jsonencode({
      Version = "2012-10-17"
      Statement = [
        {
          Sid      = "CallFunction"
          Effect   = "Allow"
          Action   = ["lambda:InvokeFunction"]
          Resource = "arn:aws:lambda:eu-central-1:123456789012:function:lakehouse-dev-rest-to-raw"
        },
        {
          Sid      = "SendDeadLetters"
          Effect   = "Allow"
          Action   = ["sqs:SendMessage"]
          Resource = "arn:aws:sqs:eu-central-1:123456789012:lakehouse-dev-rest-to-raw-dead-letters"
        },
        {
          Sid       = "EncryptDeadLetters"
          Effect    = "Allow"
          Action    = ["kms:Decrypt", "kms:GenerateDataKey"]
          Resource  = "arn:aws:kms:eu-central-1:123456789012:key/1234abcd"
          Condition = { StringEquals = { "kms:ViaService" = "sqs.eu-central-1.amazonaws.com" } }
        },
        {
          Sid      = "DecryptInputs"
          Effect   = "Allow"
          Action   = ["kms:Decrypt"]
          Resource = "arn:aws:kms:eu-central-1:123456789012:key/1234abcd"
          Condition = {
            StringLike = {
              "kms:EncryptionContext:aws:scheduler:schedule:arn" = join("/", [
                "arn:aws:scheduler:eu-central-1:123456789012:schedule", "lakehouse-dev-rest-to-raw", "*",
              ])
            }
          }
        },
      ]
    })
    error_message = "The schedules' role has another policy."
  }

  assert {
    condition = aws_iam_role.schedules.assume_role_policy == jsonencode({
      Version = "2012-10-17"
      Statement = [{
        Sid       = "SchedulesOfThisGroup"
        Effect    = "Allow"
        Principal = { Service = "scheduler.amazonaws.com" }
        Action    = "sts:AssumeRole"
        Condition = {
          StringEquals = {
            "aws:SourceAccount" = "123456789012"
            "aws:SourceArn"     = "arn:aws:scheduler:eu-central-1:123456789012:schedule-group/lakehouse-dev-rest-to-raw"
          }
        }
      }]
    })
    error_message = "The schedules' role trusts somebody else."
  }
}

run "a_contract_s_parents_rotated_secrets_and_signing_keys_each_add_the_one_right_that_they_need" {
  command = plan

  variables {
    schedules = { "billing.lines" = null, "crm.people" = null }
    resources = {
      "billing.lines" = {
        api      = "billing"
        resource = "lines"
        auth     = { kind = "oauth2_refresh", secret = "billing/token" }
        for_each = { resource = "invoices" }
      }
      "crm.people" = {
        api      = "crm"
        resource = "people"
        auth     = { kind = "jwt", secret = null, kms_key = "12345678-1234-1234-1234-123456789012" }
        for_each = null
      }
    }
  }

  assert {
    condition = jsonencode(
      slice(jsondecode(module.function.policy).Statement, 11, length(jsondecode(module.function.policy).Statement))
      ) == jsonencode([
        {
          Sid      = "ReadParents"
          Effect   = "Allow"
          Action   = ["s3:GetObject"]
          Resource = ["arn:aws:s3:::lakehouse-dev-raw/api-data/billing/invoices/*/part-*.jsonl.gz"]
        },
        {
          Sid      = "KeepRotatedSecrets"
          Effect   = "Allow"
          Action   = ["secretsmanager:PutSecretValue"]
          Resource = ["arn:aws:secretsmanager:eu-central-1:123456789012:secret:lakehouse-dev/billing/token-??????"]
        },
        {
          Sid       = "EncryptRotatedSecrets"
          Effect    = "Allow"
          Action    = ["kms:GenerateDataKey"]
          Resource  = "arn:aws:kms:eu-central-1:123456789012:key/1234abcd"
          Condition = { StringEquals = { "kms:ViaService" = "secretsmanager.eu-central-1.amazonaws.com" } }
        },
        {
          Sid      = "SignTokens"
          Effect   = "Allow"
          Action   = ["kms:Sign"]
          Resource = ["arn:aws:kms:eu-central-1:123456789012:key/12345678-1234-1234-1234-123456789012"]
        },
    ])
    error_message = "Parents can't be read, rotated secrets not be kept, or tokens not be signed."
  }
}

run "refuses_a_resource_that_is_not_as_the_compiler_writes_it" {
  command = plan

  variables {
    schedules = { "billing/invoices" = null }
    resources = { "billing/invoices" = { api = "billing", resource = "payments", auth = { secret = null } } }
  }

  expect_failures = [var.resources]
}

run "refuses_schedules_secrets_and_settings_that_do_not_fit" {
  command = plan

  variables {
    schedules            = { "billing.invoices" = "rate(1hour)", "fx.rates" = null }
    secrets              = ["other/token"]
    secret_recovery_days = 3
    raw_bucket           = "s3://lakehouse-dev-raw"
    timeout              = 30
  }

  expect_failures = [var.schedules, var.secrets, var.secret_recovery_days, var.raw_bucket, var.timeout]
}
