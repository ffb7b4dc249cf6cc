locals {
  state_machine_arn = join(":", [
    "arn", var.account.partition, "states", var.account.region, var.account.id, "stateMachine", var.name,
  ])
}

resource "aws_sfn_state_machine" "this" {
  #checkov:skip=CKV_AWS_285:It is logged, without what went through the states, which the check wants there
  name       = var.name
  type       = "STANDARD"
  role_arn   = aws_iam_role.machine.arn
  definition = local.definition

  # The log says which state failed; what went through the states it does not say.
  logging_configuration {
    level                  = "ERROR"
    include_execution_data = false
    log_destination        = "${aws_cloudwatch_log_group.this.arn}:*"
  }

  tracing_configuration {
    enabled = true
  }

  # Step Functions tries the role out when it creates the machine.
  depends_on = [aws_iam_role_policy.machine, aws_iam_role_policy.emr]
}

# Under /aws/vendedlogs/ a log group needs no room in the account's one policy for log delivery.
resource "aws_cloudwatch_log_group" "this" {
  name              = "/aws/vendedlogs/states/${var.name}"
  retention_in_days = var.log_retention_days
  kms_key_id        = var.kms_key_arn
}

# An execution that runs out of time or is stopped from outside cannot tell of it itself.
resource "aws_cloudwatch_metric_alarm" "ended_from_outside" {
  for_each = { timed-out = "ExecutionsTimedOut", aborted = "ExecutionsAborted" }

  alarm_name = "${var.name}-run-${each.key}"
  alarm_description = join(" ", [
    "A run was ended from outside (${each.value}). Look at it in the console; redrive it, or start the machine",
    "again.",
  ])
  namespace           = "AWS/States"
  metric_name         = each.value
  dimensions          = { StateMachineArn = local.state_machine_arn }
  statistic           = "Sum"
  period              = 300
  evaluation_periods  = 1
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  treat_missing_data  = "notBreaching"
  alarm_actions       = [var.alarm_topic_arn]
}
