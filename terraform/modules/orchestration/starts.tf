# What starts the machine. Each start reads whatever is complete and unread, so the schedule also makes good for a start
# that was lost.

locals {
  group_name = "${var.name}-orchestration"
  group_arn  = "${local.arn_of.scheduler}:schedule-group/${local.group_name}"
  rule_name  = "${var.name}-flow-ended"

  # Scheduler puts the time in where it finds these very characters, which jsonencode would escape.
  scheduled_input = "{\"logical_date\":\"<aws.scheduler.scheduled-time>\"}"
}

resource "aws_scheduler_schedule_group" "this" {
  count = var.schedule == null ? 0 : 1

  name = local.group_name
}

resource "aws_scheduler_schedule" "this" {
  count = var.schedule == null ? 0 : 1

  name                         = "${var.name}-lakehouse"
  group_name                   = aws_scheduler_schedule_group.this[0].name
  description                  = "Runs ${var.name} from its sources to its sinks."
  schedule_expression          = var.schedule
  schedule_expression_timezone = "UTC"
  kms_key_arn                  = var.kms_key_arn

  flexible_time_window {
    mode = "OFF"
  }

  target {
    arn      = aws_sfn_state_machine.this.arn
    role_arn = aws_iam_role.starts["schedule"].arn
    input    = local.scheduled_input

    retry_policy {
      maximum_retry_attempts       = 2
      maximum_event_age_in_seconds = 3600
    }

    dead_letter_config {
      arn = module.report.dead_letter_queue_arn
    }
  }

  # Scheduler tries the role out when it creates a schedule.
  depends_on = [aws_iam_role_policy.starts]
}

# Not the end of an on-demand flow: the machine starts those itself, and would start itself for ever.
resource "aws_cloudwatch_event_rule" "flow_ended" {
  count = var.start_on_flow_end ? 1 : 0

  name        = local.rule_name
  description = "A scheduled or event flow of ${var.name} has landed something"

  event_pattern = jsonencode({
    source      = ["aws.appflow"]
    detail-type = ["AppFlow End Flow Run Report"]
    detail = {
      flow-name    = [{ prefix = "${var.name}-" }]
      status       = ["Execution Successful"]
      trigger-type = [{ anything-but = ["ONDEMAND"] }]
    }
  })
}

resource "aws_cloudwatch_event_target" "flow_ended" {
  count = var.start_on_flow_end ? 1 : 0

  rule      = aws_cloudwatch_event_rule.flow_ended[0].name
  target_id = "state-machine"
  arn       = aws_sfn_state_machine.this.arn
  role_arn  = aws_iam_role.starts["flow-end"].arn

  input_transformer {
    input_paths    = { time = "$.time" }
    input_template = "{\"logical_date\": <time>}"
  }
}

locals {
  starts = {
    for start, trust in {
      schedule = { service = "scheduler.amazonaws.com", arn = local.group_arn, used = var.schedule != null }
      flow-end = {
        service = "events.amazonaws.com"
        arn     = "${local.arn_of.events}:rule/${local.rule_name}"
        used    = var.start_on_flow_end
      }
    } : start => trust if trust.used
  }

  start_statement = {
    Sid      = "StartMachine"
    Effect   = "Allow"
    Action   = ["states:StartExecution"]
    Resource = local.state_machine_arn
  }

  start_statements = {
    schedule = [
      local.start_statement,
      {
        Sid      = "SendDeadLetters"
        Effect   = "Allow"
        Action   = ["sqs:SendMessage"]
        Resource = module.report.dead_letter_queue_arn
      },
      {
        Sid       = "EncryptDeadLetters"
        Effect    = "Allow"
        Action    = ["kms:Decrypt", "kms:GenerateDataKey"]
        Resource  = var.kms_key_arn
        Condition = { StringEquals = { "kms:ViaService" = "sqs.${var.account.region}.amazonaws.com" } }
      },
      {
        Sid      = "DecryptInput"
        Effect   = "Allow"
        Action   = ["kms:Decrypt"]
        Resource = var.kms_key_arn
        Condition = {
          StringLike = {
            "kms:EncryptionContext:aws:scheduler:schedule:arn" = (
              "${replace(local.group_arn, ":schedule-group/", ":schedule/")}/*"
            )
          }
        }
      },
    ]
    flow-end = [local.start_statement]
  }
}

resource "aws_iam_role" "starts" {
  for_each = local.starts

  name        = "${var.name}-start-by-${each.key}"
  description = "Starts the state machine ${var.name}."

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "StarterOfThisAccount"
      Effect    = "Allow"
      Principal = { Service = each.value.service }
      Action    = "sts:AssumeRole"
      Condition = { StringEquals = { "aws:SourceAccount" = var.account.id, "aws:SourceArn" = each.value.arn } }
    }]
  })
}

resource "aws_iam_role_policy" "starts" {
  for_each = local.starts

  name   = "${var.name}-start-by-${each.key}"
  role   = aws_iam_role.starts[each.key].name
  policy = jsonencode({ Version = "2012-10-17", Statement = local.start_statements[each.key] })
}
