# What no log line can tell: a job that died before it could write one, a flow that failed or was switched off.

locals {
  # `<` and `>` stand here as themselves: jsonencode would escape them, and EventBridge would not know its variables.
  # Only names, states and ids are quoted in a message: free text may hold quotes, and one would make the message
  # invalid.
  job_failures = {
    glue = {
      pattern = jsonencode({
        source      = ["aws.glue"]
        detail-type = ["Glue Job State Change"]
        detail      = { jobName = [var.job_name], state = ["FAILED", "TIMEOUT", "ERROR"] }
      })
      facts   = { job = "$.detail.jobName", state = "$.detail.state", run = "$.detail.jobRunId" }
      message = "\"Glue job <job>: run <run> ended as <state>. Look at its error log.\""
    }
    emr_serverless = {
      pattern = jsonencode({
        source      = ["aws.emr-serverless"]
        detail-type = ["EMR Serverless Job Run State Change"]
        detail      = { applicationId = [var.job_name], state = ["FAILED", "CANCELLED"] }
      })
      facts   = { job = "$.detail.applicationId", state = "$.detail.state", run = "$.detail.jobRunId" }
      message = "\"EMR Serverless application <job>: run <run> ended as <state>. Look at its driver log.\""
    }
  }

  own_flows = [{ prefix = "${var.name}-" }]

  rules = {
    job-failed = merge(
      local.job_failures[var.engine],
      { description = "A run of the job failed, timed out or was lost" },
    )

    flow-failed = {
      description = "A run of an AppFlow flow did not succeed"
      pattern = jsonencode({
        source      = ["aws.appflow"]
        detail-type = ["AppFlow End Flow Run Report"]
        detail      = { flow-name = local.own_flows, status = [{ anything-but = ["Execution Successful"] }] }
      })
      facts   = { flow = "$.detail.flow-name", status = "$.detail.status", execution = "$.detail.execution-id" }
      message = "\"AppFlow flow <flow>: <status>, execution <execution>. Look at the flow's run history.\""
    }

    flow-deactivated = {
      description = "AppFlow switched a flow off after failures: nothing comes in until someone switches it on"
      pattern = jsonencode({
        source      = ["aws.appflow"]
        detail-type = ["AppFlow Event Flow Deactivated", "AppFlow Scheduled Flow Deactivated"]
        detail      = { flow-name = local.own_flows }
      })
      facts   = { flow = "$.detail.flow-name", event = "$.detail-type" }
      message = "\"<event>: <flow>. Nothing comes in until the cause is mended and the flow is activated again.\""
    }
  }
}

resource "aws_cloudwatch_event_rule" "this" {
  for_each = local.rules

  name          = "${var.name}-${each.key}"
  description   = each.value.description
  event_pattern = each.value.pattern
}

resource "aws_cloudwatch_event_target" "alarms" {
  for_each = local.rules

  rule      = aws_cloudwatch_event_rule.this[each.key].name
  target_id = "alarms"
  arn       = aws_sns_topic.alarms.arn

  input_transformer {
    input_paths    = each.value.facts
    input_template = each.value.message
  }
}
