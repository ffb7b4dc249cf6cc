# What the machine may do: for each Task of the definition the action that it calls, on what it calls it on.

locals {
  arn_of = {
    for service in ["appflow", "events", "glue", "redshift-serverless", "scheduler", "states"] :
    service => join(":", ["arn", var.account.partition, service, var.account.region, var.account.id])
  }

  common_statements = [
    {
      Sid      = "SeeOtherRuns"
      Effect   = "Allow"
      Action   = ["states:ListExecutions"]
      Resource = local.state_machine_arn
    },
    {
      Sid      = "CallFunctions"
      Effect   = "Allow"
      Action   = ["lambda:InvokeFunction"]
      Resource = [var.rest_to_raw_function_arn, var.raw_ready_function_arn, module.report.function_arn]
    },
    {
      Sid      = "TellOfFailures"
      Effect   = "Allow"
      Action   = ["sns:Publish"]
      Resource = var.alarm_topic_arn
    },
    {
      Sid       = "EncryptMessages"
      Effect    = "Allow"
      Action    = ["kms:Decrypt", "kms:GenerateDataKey"]
      Resource  = var.kms_key_arn
      Condition = { StringEquals = { "kms:ViaService" = "sns.${var.account.region}.amazonaws.com" } }
    },
    {
      # CloudWatch Logs knows no resource for log delivery: AWS takes '*' alone.
      Sid    = "DeliverLogs"
      Effect = "Allow"
      Action = [
        "logs:CreateLogDelivery", "logs:GetLogDelivery", "logs:UpdateLogDelivery", "logs:DeleteLogDelivery",
        "logs:ListLogDeliveries",
        "logs:PutResourcePolicy", "logs:DescribeResourcePolicies", "logs:DescribeLogGroups",
      ]
      Resource = "*"
    },
    {
      # These actions know no resource: AWS takes '*' alone.
      Sid    = "WriteTraces"
      Effect = "Allow"
      Action = [
        "xray:PutTraceSegments", "xray:PutTelemetryRecords", "xray:GetSamplingRules", "xray:GetSamplingTargets",
      ]
      Resource = "*"
    },
  ]

  flow_statements = [{
    Sid      = "RunFlows"
    Effect   = "Allow"
    Action   = ["appflow:DescribeFlow", "appflow:StartFlow", "appflow:DescribeFlowExecutionRecords"]
    Resource = "${local.arn_of.appflow}:flow/${var.name}-*"
  }]

  glue_statements = [{
    # GetJobRuns and BatchStopJobRun are how Step Functions follows a job, and stops it with the execution.
    Sid      = "RunGlueJob"
    Effect   = "Allow"
    Action   = ["glue:StartJobRun", "glue:GetJobRun", "glue:GetJobRuns", "glue:BatchStopJobRun"]
    Resource = "${local.arn_of.glue}:job/${coalesce(var.job_name, "none")}"
  }]

  emr_statements = [
    {
      Sid      = "StartJobOnEmr"
      Effect   = "Allow"
      Action   = ["emr-serverless:StartJobRun"]
      Resource = var.application_arn
    },
    {
      Sid      = "FollowJobOnEmr"
      Effect   = "Allow"
      Action   = ["emr-serverless:GetJobRun"]
      Resource = "${coalesce(var.application_arn, "none")}/jobruns/*"
    },
    {
      Sid       = "HandOverJobRole"
      Effect    = "Allow"
      Action    = ["iam:PassRole"]
      Resource  = var.job_role_arn
      Condition = { StringEquals = { "iam:PassedToService" = "emr-serverless.amazonaws.com" } }
    },
  ]

  redshift_statements = [
    {
      # A workgroup's ARN holds an id that nobody knows beforehand; the database decides who reads what.
      Sid      = "AskRedshift"
      Effect   = "Allow"
      Action   = ["redshift-data:ExecuteStatement"]
      Resource = "${local.arn_of["redshift-serverless"]}:workgroup/*"
    },
    {
      # A statement has no ARN, only an id that nobody guesses. Its owner is the session that made it, and the machine
      # need not ask in the same one.
      Sid      = "FollowStatements"
      Effect   = "Allow"
      Action   = ["redshift-data:DescribeStatement"]
      Resource = "*"
    },
  ]
  secret_statements = [
    {
      Sid      = "ReadRedshiftUser"
      Effect   = "Allow"
      Action   = ["secretsmanager:GetSecretValue"]
      Resource = try(var.redshift.secret_arn, null)
    },
    {
      Sid       = "DecryptRedshiftUser"
      Effect    = "Allow"
      Action    = ["kms:Decrypt"]
      Resource  = var.kms_key_arn
      Condition = { StringEquals = { "kms:ViaService" = "secretsmanager.${var.account.region}.amazonaws.com" } }
    },
  ]
  own_user_statements = [{
    Sid      = "BeOwnRedshiftUser"
    Effect   = "Allow"
    Action   = ["redshift-serverless:GetCredentials"]
    Resource = "${local.arn_of["redshift-serverless"]}:workgroup/*"
  }]
  has_secret = try(var.redshift.secret_arn, null) != null

  statements = concat(
    local.common_statements,
    [for statement in local.flow_statements : statement if length(var.flows) > 0],
    [for statement in local.glue_statements : statement if local.is_glue],
    [for statement in local.redshift_statements : statement if local.has_views],
    [for statement in local.secret_statements : statement if local.has_views && local.has_secret],
    [for statement in local.own_user_statements : statement if local.has_views && !local.has_secret],
  )
}

resource "aws_iam_role" "machine" {
  name        = "${var.name}-orchestration"
  description = "What the state machine ${var.name} may do."

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "ThisStateMachine"
      Effect    = "Allow"
      Principal = { Service = "states.amazonaws.com" }
      Action    = "sts:AssumeRole"
      Condition = {
        StringEquals = { "aws:SourceAccount" = var.account.id }
        ArnLike      = { "aws:SourceArn" = local.state_machine_arn }
      }
    }]
  })
}

resource "aws_iam_role_policy" "machine" {
  name   = "${var.name}-orchestration"
  role   = aws_iam_role.machine.name
  policy = jsonencode({ Version = "2012-10-17", Statement = local.statements })
}

# Apart, because an application's ARN holds an id that AWS gives: a plan shows everything else before it exists.
resource "aws_iam_role_policy" "emr" {
  count = local.is_glue ? 0 : 1

  name   = "${var.name}-orchestration-on-emr"
  role   = aws_iam_role.machine.name
  policy = jsonencode({ Version = "2012-10-17", Statement = local.emr_statements })
}
