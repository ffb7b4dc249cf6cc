mock_provider "aws" {}

variables {
  name                     = "lakehouse-dev"
  account                  = { id = "123456789012", region = "eu-central-1", partition = "aws" }
  kms_key_arn              = "arn:aws:kms:eu-central-1:123456789012:key/1234abcd"
  alarm_topic_arn          = "arn:aws:sns:eu-central-1:123456789012:lakehouse-dev-alarms"
  logs_bucket              = "lakehouse-dev-logs"
  rest_to_raw_function_arn = "arn:aws:lambda:eu-central-1:123456789012:function:lakehouse-dev-rest-to-raw"
  raw_ready_function_arn   = "arn:aws:lambda:eu-central-1:123456789012:function:lakehouse-dev-raw-ready"
  code_zip                 = "versions.tf" # a plan takes any file
  engine                   = "glue"
  flows                    = []
  resources                = {}
  parents                  = {}
}

# tests/orchestration reads the definitions of the first two runs from this test's output.
run "glue_with_every_kind_of_source_and_sink" {
  command = plan

  variables {
    job_name          = "lakehouse-dev-raw-to-gold"
    schedule          = "cron(0 6 * * ? *)"
    start_on_flow_end = true
    redshift = {
      workgroup  = "lakehouse-dev"
      database   = "lakehouse"
      secret_arn = "arn:aws:secretsmanager:eu-central-1:123456789012:secret:redshift!lakehouse-dev-admin-a1b2c3"
      tables     = ["account_360", "rep_performance"]
    }
    flows = [
      { flow = "lakehouse-dev-contact", kind = "on_demand" },
      { flow = "lakehouse-dev-contact-formulas", kind = "schedule" },
      { flow = "lakehouse-dev-account", kind = "event" },
    ]
    resources = {
      "billing.invoices" = {
        base_url   = "https://billing.example/v1"
        auth       = { kind = "bearer", secret = "billing/token" }
        pagination = { kind = "cursor", param = "cursor", next = "meta.next" }
        params     = { filter = "a<b & c>d \"$${x}\" 100%" }
        since      = { param = "updated_after", field = "updated_at" }
        schedule   = "rate(1 hour)"
        api        = "billing"
        resource   = "invoices"
        path       = "/invoices"
        records    = "data"
      }
      "billing.lines" = { api = "billing", resource = "lines", params = {}, for_each = { resource = "invoices" } }
    }
    parents = { "billing.lines" = "billing.invoices" }
  }

  assert {
    condition = {
      for statement in jsondecode(aws_iam_role_policy.machine.policy).Statement :
      statement.Sid => [statement.Action, statement.Resource]
      } == {
      SeeOtherRuns = [["states:ListExecutions"], "arn:aws:states:eu-central-1:123456789012:stateMachine:lakehouse-dev"]
      CallFunctions = [
        ["lambda:InvokeFunction"],
        [
          for function in ["rest-to-raw", "raw-ready", "report"] :
          "arn:aws:lambda:eu-central-1:123456789012:function:lakehouse-dev-${function}"
        ],
      ]
      TellOfFailures  = [["sns:Publish"], "arn:aws:sns:eu-central-1:123456789012:lakehouse-dev-alarms"]
      EncryptMessages = [["kms:Decrypt", "kms:GenerateDataKey"], "arn:aws:kms:eu-central-1:123456789012:key/1234abcd"]
      DeliverLogs = [[
        "logs:CreateLogDelivery", "logs:GetLogDelivery", "logs:UpdateLogDelivery", "logs:DeleteLogDelivery",
        "logs:ListLogDeliveries",
        "logs:PutResourcePolicy", "logs:DescribeResourcePolicies", "logs:DescribeLogGroups",
      ], "*"]
      WriteTraces = [
        ["xray:PutTraceSegments", "xray:PutTelemetryRecords", "xray:GetSamplingRules", "xray:GetSamplingTargets"],
        "*",
      ]
      RunFlows = [
        ["appflow:DescribeFlow", "appflow:StartFlow", "appflow:DescribeFlowExecutionRecords"],
        "arn:aws:appflow:eu-central-1:123456789012:flow/lakehouse-dev-*",
      ]
      RunGlueJob = [
        ["glue:StartJobRun", "glue:GetJobRun", "glue:GetJobRuns", "glue:BatchStopJobRun"],
        "arn:aws:glue:eu-central-1:123456789012:job/lakehouse-dev-raw-to-gold",
      ]
      AskRedshift = [
        ["redshift-data:ExecuteStatement"],
        "arn:aws:redshift-serverless:eu-central-1:123456789012:workgroup/*",
      ]
      FollowStatements = [["redshift-data:DescribeStatement"], "*"]
      ReadRedshiftUser = [
        ["secretsmanager:GetSecretValue"],
        "arn:aws:secretsmanager:eu-central-1:123456789012:secret:redshift!lakehouse-dev-admin-a1b2c3",
      ]
      DecryptRedshiftUser = [["kms:Decrypt"], "arn:aws:kms:eu-central-1:123456789012:key/1234abcd"]
    }
    error_message = "The machine may do something else than its states do."
  }

  assert {
    condition     = length(aws_iam_role_policy.emr) == 0
    error_message = "On Glue the machine may run jobs on EMR Serverless."
  }

  assert {
    condition = {
      for statement in jsondecode(aws_iam_role_policy.machine.policy).Statement :
      statement.Sid => statement.Condition if can(statement.Condition)
      } == {
      EncryptMessages     = { StringEquals = { "kms:ViaService" = "sns.eu-central-1.amazonaws.com" } }
      DecryptRedshiftUser = { StringEquals = { "kms:ViaService" = "secretsmanager.eu-central-1.amazonaws.com" } }
    }
    error_message = "A statement that must name '*' or the key is not narrowed as it was."
  }

  # The first five are every function's own; lambda_function's test compares them.
  assert {
    condition = [
      for statement in slice(
        jsondecode(module.report.policy).Statement,
        5,
        length(jsondecode(module.report.policy).Statement),
      ) :
      [statement.Action, statement.Resource]
      ] == [
      [["states:GetExecutionHistory"], "arn:aws:states:eu-central-1:123456789012:execution:lakehouse-dev:*"],
      [["s3:ListBucket"], "arn:aws:s3:::lakehouse-dev-logs"],
      [["s3:GetObject"], "arn:aws:s3:::lakehouse-dev-logs/runs/*/run.json"],
      [["s3:PutObject"], "arn:aws:s3:::lakehouse-dev-logs/runs/*/orchestration.json"],
      [["kms:Decrypt", "kms:GenerateDataKey"], "arn:aws:kms:eu-central-1:123456789012:key/1234abcd"],
    ]
    error_message = "The report's function may do something else than its code does."
  }

  assert {
    condition = one(
      one(aws_scheduler_schedule.this).target
    ).input == "{\"logical_date\":\"<aws.scheduler.scheduled-time>\"}"
    error_message = "Scheduler finds its own words only where they are not escaped."
  }

  assert {
    condition = {
      for start, role in aws_iam_role.starts :
      start => jsondecode(role.assume_role_policy).Statement[0].Condition.StringEquals["aws:SourceArn"]
      } == {
      schedule = "arn:aws:scheduler:eu-central-1:123456789012:schedule-group/lakehouse-dev-orchestration"
      flow-end = "arn:aws:events:eu-central-1:123456789012:rule/lakehouse-dev-flow-ended"
    }
    error_message = "Someone else may start the machine."
  }

  assert {
    condition = jsondecode(
      one(aws_cloudwatch_event_rule.flow_ended).event_pattern
    ).detail["trigger-type"] == [{ anything-but = ["ONDEMAND"] }]
    error_message = "The machine starts on-demand flows itself: their end must not start it."
  }

  assert {
    condition = [
      aws_sfn_state_machine.this.name, one(
        aws_sfn_state_machine.this.logging_configuration
      ).include_execution_data, aws_cloudwatch_log_group.this.name,
      one(aws_scheduler_schedule.this).name, output.state_machine_arn,
      ] == [
      "lakehouse-dev", false, "/aws/vendedlogs/states/lakehouse-dev",
      "lakehouse-dev-lakehouse", "arn:aws:states:eu-central-1:123456789012:stateMachine:lakehouse-dev",
    ]
    error_message = "The machine, its log or its schedule is another, or the log tells what went through it."
  }
}

run "emr_serverless_with_no_source_no_sink_and_no_start" {
  command = plan

  variables {
    engine          = "emr_serverless"
    application_arn = "arn:aws:emr-serverless:eu-central-1:123456789012:/applications/00abc"
    job_role_arn    = "arn:aws:iam::123456789012:role/lakehouse-dev-raw-to-gold"
    emr_job_run = {
      ApplicationId    = "00abc"
      ExecutionRoleArn = "arn:aws:iam::123456789012:role/lakehouse-dev-raw-to-gold"
      Name             = "lakehouse-dev-raw-to-gold"
      JobDriver = {
        SparkSubmit = {
          EntryPoint            = "s3://lakehouse-dev-artifacts/job.py"
          EntryPointArguments   = ["--profile", "emr"]
          SparkSubmitParameters = "--conf a=b"
        }
      }
    }
  }

  assert {
    condition = [for statement in jsondecode(aws_iam_role_policy.machine.policy).Statement : statement.Sid] == [
      "SeeOtherRuns", "CallFunctions", "TellOfFailures", "EncryptMessages", "DeliverLogs", "WriteTraces",
    ]
    error_message = "Without flows, a Glue job and views the machine may still do something with them."
  }

  assert {
    condition = jsonencode(jsondecode(one(aws_iam_role_policy.emr).policy).Statement) == jsonencode([
      {
        Sid      = "StartJobOnEmr"
        Effect   = "Allow"
        Action   = ["emr-serverless:StartJobRun"]
        Resource = "arn:aws:emr-serverless:eu-central-1:123456789012:/applications/00abc"
      },
      {
        Sid      = "FollowJobOnEmr"
        Effect   = "Allow"
        Action   = ["emr-serverless:GetJobRun"]
        Resource = "arn:aws:emr-serverless:eu-central-1:123456789012:/applications/00abc/jobruns/*"
      },
      {
        Sid       = "HandOverJobRole"
        Effect    = "Allow"
        Action    = ["iam:PassRole"]
        Resource  = "arn:aws:iam::123456789012:role/lakehouse-dev-raw-to-gold"
        Condition = { StringEquals = { "iam:PassedToService" = "emr-serverless.amazonaws.com" } }
      },
    ])
    error_message = "On EMR Serverless the machine may do more than run its job."
  }

  assert {
    condition = jsondecode(
      aws_sfn_state_machine.this.definition
    ).States.raw_to_gold.Arguments.JobDriver.SparkSubmit.SparkSubmitParameters == "--conf a=b"
    error_message = "What raw_to_gold says of the job run is not passed on whole."
  }

  assert {
    condition = length(aws_iam_role.starts) + length(aws_scheduler_schedule_group.this) + length(
      aws_cloudwatch_event_rule.flow_ended
    ) == 0
    error_message = "Something starts a machine that is started by hand."
  }
}

run "refuses_what_the_machine_could_not_run" {
  command = plan

  variables {
    flows = [{ flow = "other-contact", kind = "on_demand" }]
    resources = {
      "billing.invoices" = { api = "billing", resource = "invoices", params = { q = "{% $states.context %}" } }
    }
    emr_job_run = { JobDriver = { SparkSubmit = { EntryPointArguments = [] } } }
    redshift    = { workgroup = "w", database = "d", secret_arn = null, tables = ["a; drop table b"] }
    schedule    = "rate(1hour)"
    timeouts    = { flows = 10 }
  }

  expect_failures = [var.flows, var.resources, var.job_name, var.emr_job_run, var.redshift, var.schedule, var.timeouts]
}

run "refuses_a_parent_that_is_no_resource" {
  command = plan

  variables {
    job_name = "lakehouse-dev-raw-to-gold"
    parents  = { "billing.lines" = "billing.invoices" }
  }

  expect_failures = [var.parents]
}
