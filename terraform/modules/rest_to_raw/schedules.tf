locals {
  group_name = "${var.name}-rest-to-raw"
  scheduled  = { for key, schedule in var.schedules : key => schedule if schedule != null }

  # Scheduler puts the time in where it finds these very characters, but jsonencode writes \u003c and \u003e for < and
  # >.
  run_id         = "<aws.scheduler.scheduled-time>"
  run_id_escaped = "\\u003caws.scheduler.scheduled-time\\u003e"

  inputs = {
    for key, resource in var.resources :
    key => replace(jsonencode({ resource = resource, run_id = local.run_id }), local.run_id_escaped, local.run_id)
  }
}

resource "aws_scheduler_schedule_group" "this" {
  name = local.group_name
}

# The run id is the scheduled time: a delivery that is repeated is the same run again.
resource "aws_scheduler_schedule" "this" {
  for_each = local.scheduled

  name                         = replace(each.key, ".", "-")
  group_name                   = aws_scheduler_schedule_group.this.name
  description                  = "Reads ${each.key} into the raw zone."
  schedule_expression          = each.value
  schedule_expression_timezone = "UTC"
  kms_key_arn                  = var.kms_key_arn

  flexible_time_window {
    mode = "OFF"
  }

  target {
    arn      = module.function.function_arn
    role_arn = aws_iam_role.schedules.arn
    input    = local.inputs[each.key]

    retry_policy {
      maximum_retry_attempts       = 2
      maximum_event_age_in_seconds = 3600
    }

    dead_letter_config {
      arn = module.function.dead_letter_queue_arn
    }
  }

  # Scheduler tries the role out when it creates a schedule.
  depends_on = [aws_iam_role_policy.schedules]
}
