locals {
  objects = { for name, object in var.objects : name => object if length(local.problems[name]) == 0 }

  # `rate(1 hour)` of the contract is `rate(1hours)` to AppFlow.
  schedules = {
    for schedule in toset(
      flatten([
        for object in values(local.objects) :
        compact([object.trigger.schedule, try(object.formula_refresh.schedule, null)])
      ])
    ) :
    schedule => can(regex(local.patterns.rate, schedule)) ? format(
      "rate(%s%ss)",
      regex(local.patterns.rate, schedule)...
    ) : schedule
  }

  # flow name => what it brings, and when
  flows = merge(local.flows_of_objects, local.flows_of_formulas)

  flows_of_objects = {
    for name, object in local.objects : object.flow => {
      object = name
      source = object.trigger.kind == "event" ? object.trigger.event : name
      description = (
        object.trigger.kind == "event" ? "Salesforce ${object.trigger.event} to raw" : "Salesforce ${name} to raw"
      )
      trigger_type = local.triggers[object.trigger.kind]
      cursor       = object.trigger.kind == "schedule" ? object.cursor : null
      pulls = object.trigger.kind == "schedule" ? [
        {
          schedule = local.schedules[object.trigger.schedule]
          mode     = "Incremental"
          from     = object.from
          offset   = object.trigger.offset_seconds
        },
      ] : []
    }
  }

  # A formula's value changes without moving any timestamp: this flow takes the same fields of every record anew.
  flows_of_formulas = {
    for name, object in local.objects : object.formula_refresh.flow => {
      object       = name
      source       = name
      description  = "Salesforce ${name} to raw, every record anew for its formulas"
      trigger_type = "Scheduled"
      cursor       = null
      pulls = [{
        schedule = local.schedules[object.formula_refresh.schedule]
        mode     = "Complete"
        from     = null
        offset   = null
      }]
    } if object.formula_refresh != null
  }
}

resource "aws_appflow_flow" "this" {
  for_each = local.flows

  name        = each.key
  description = each.value.description
  kms_arn     = var.kms_key_arn

  source_flow_config {
    connector_type         = "Salesforce"
    connector_profile_name = local.connection_name

    dynamic "incremental_pull_config" {
      for_each = each.value.cursor == null ? [] : [each.value.cursor]

      content {
        datetime_type_field_name = incremental_pull_config.value
      }
    }

    source_connector_properties {
      salesforce {
        object = each.value.source
        # A new field in the org would arrive unannounced; here it arrives when the contract asks for it.
        enable_dynamic_field_update = false
        include_deleted_records     = local.objects[each.value.object].include_deleted
        # Events are streamed, by neither API.
        data_transfer_api = each.value.trigger_type == "Event" ? null : local.apis[local.objects[each.value.object].api]
      }
    }
  }

  destination_flow_config {
    connector_type = "S3"

    destination_connector_properties {
      s3 {
        bucket_name   = var.raw_bucket
        bucket_prefix = "salesforce"

        s3_output_format_config {
          file_type = local.formats[local.objects[each.value.object].format]
          # preserve_source_data_typing stays unsaid: every column of Parquet is then text, which is what raw_to_silver
          # reads. Saying false would show a change in every plan.

          aggregation_config {
            aggregation_type = "None"
            target_file_size = 128
          }

          # The execution's id in the path is what lets raw_ready take whole, successful executions and no other file.
          prefix_config {
            prefix_type      = "PATH"
            prefix_format    = "DAY"
            prefix_hierarchy = ["SCHEMA_VERSION", "EXECUTION_ID"]
          }
        }
      }
    }
  }

  dynamic "task" {
    for_each = local.tasks[each.value.object]

    content {
      task_type         = task.value.type
      source_fields     = task.value.fields
      destination_field = task.value.destination
      task_properties   = task.value.properties

      connector_operator {
        salesforce = task.value.operator
      }
    }
  }

  trigger_config {
    trigger_type = each.value.trigger_type

    dynamic "trigger_properties" {
      for_each = each.value.pulls

      content {
        scheduled {
          schedule_expression  = trigger_properties.value.schedule
          data_pull_mode       = trigger_properties.value.mode
          first_execution_from = trigger_properties.value.from
          schedule_offset      = trigger_properties.value.offset
        }
      }
    }
  }
}
