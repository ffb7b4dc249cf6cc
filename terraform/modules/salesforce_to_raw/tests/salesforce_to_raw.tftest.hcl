mock_provider "aws" {}

variables {
  name        = "lakehouse-dev"
  account     = { id = "111122223333", region = "eu-central-1", partition = "aws" }
  kms_key_arn = "arn:aws:kms:eu-central-1:111122223333:key/0a1b2c3d"
  raw_bucket  = "lakehouse-dev-raw"
  connection  = { mode = "existing", name = "crm", private_link = false }

  # The least that the contract's compiler writes of an object.
  plain = {
    api             = "rest"
    cursor          = "SystemModstamp"
    fields          = ["Id", "Status"]
    flow            = "lakehouse-dev-lead"
    format          = "csv"
    formula_refresh = null
    from            = null
    include_deleted = true
    mask            = {}
    rename          = {}
    trigger         = { kind = "on_demand", schedule = null, offset_seconds = 300, event = null }
    truncate        = {}
    types           = { Id = "id", Status = "picklist" }
    validate        = {}
    where           = []
  }
}

run "flows_bring_what_the_contract_asks_for_and_nothing_else" {
  command = plan

  variables {
    objects = {
      # A contact has an Email too, and nobody asks for it. The fields stand out of order on purpose.
      Contact = merge(var.plain, {
        api             = "bulk"
        fields          = ["Title", "Id", "MobilePhone", "Description", "SystemModstamp"]
        flow            = "lakehouse-dev-contact"
        format          = "parquet"
        formula_refresh = { flow = "lakehouse-dev-contact-formulas", schedule = "rate(1 day)" }
        from            = "2015-01-01T00:00:00Z"
        mask            = { MobilePhone = { kind = "last", length = 4 }, Title = { kind = "all", length = null } }
        rename          = { Title = "JobTitle" }
        trigger         = { kind = "schedule", schedule = "rate(1 hour)", offset_seconds = 300, event = null }
        truncate        = { Description = 200 }
        types = {
          Title          = "string"
          Id             = "id"
          MobilePhone    = "phone"
          Description    = "textarea"
          SystemModstamp = "datetime"
        }
        validate = {
          Id    = { rule = "non_null", on_failure = "drop_record" }
          Title = { rule = "numeric", on_failure = "terminate_flow" }
        }
        where = [
          { field = "SystemModstamp", is = "between", value = "2024-01-01", upper = "2024-02-29T23:30:00+02:00" },
          { field = "SystemModstamp", is = "less_than", value = "1704153600000", upper = null },
          { field = "Title", is = "not_equal_to", value = "2024-01-01", upper = null },
        ]
      })
      Lead = merge(var.plain, { from = "2015-01-01T00:00:00Z" })
      Box__c = merge(var.plain, {
        fields  = "all"
        flow    = "lakehouse-dev-box"
        format  = "json"
        mask    = { Owner__c = { kind = "first", length = 3 } }
        trigger = { kind = "event", schedule = null, offset_seconds = 300, event = "Box__ChangeEvent" }
        types   = {}
      })
      User = merge(var.plain, {
        fields          = null
        flow            = "lakehouse-dev-user"
        include_deleted = false
        trigger         = { kind = "schedule", schedule = "cron(0 6 * * ? *)", offset_seconds = 0, event = null }
        types           = {}
      })
    }
  }

  assert {
    condition = jsonencode(output.flows) == jsonencode({
      Box__c  = ["lakehouse-dev-box"]
      Contact = ["lakehouse-dev-contact", "lakehouse-dev-contact-formulas"]
      Lead    = ["lakehouse-dev-lead"]
      User    = ["lakehouse-dev-user"]
    })
    error_message = "The flows are not those of the contract: ${jsonencode(output.flows)}"
  }

  assert {
    condition = jsonencode(output.flows_to_start) == jsonencode([
      "lakehouse-dev-box", "lakehouse-dev-contact", "lakehouse-dev-contact-formulas", "lakehouse-dev-user",
    ])
    error_message = "Other flows have to be started: ${jsonencode(output.flows_to_start)}"
  }

  # Every task, as [what, how, of which fields, named how, with what]; above all, no task knows Email.
  assert {
    condition = {
      for flow, made in aws_appflow_flow.this : flow => sort([
        for task in made.task :
        jsonencode([
          task.task_type,
          task.connector_operator[0].salesforce,
          task.source_fields,
          task.destination_field,
          task.task_properties,
        ])
      ]) if flow != "lakehouse-dev-contact-formulas"
      } == { for flow, tasks in {
        lakehouse-dev-box = [
          ["Map_all", "NO_OP", [], null, { EXCLUDE_SOURCE_FIELDS_LIST = "[]" }],
          ["Mask", "MASK_FIRST_N", ["Owner__c"], null, { MASK_LENGTH = "3", MASK_VALUE = "*" }],
        ]
        lakehouse-dev-contact = [
          ["Filter", "PROJECTION", ["Description", "Id", "MobilePhone", "SystemModstamp", "Title"], null, {}],
          [
            "Map",
            "NO_OP",
            ["Description"],
            "Description",
            { DESTINATION_DATA_TYPE = "textarea", SOURCE_DATA_TYPE = "textarea" },
          ],
          ["Map", "NO_OP", ["Id"], "Id", { DESTINATION_DATA_TYPE = "id", SOURCE_DATA_TYPE = "id" }],
          [
            "Map",
            "NO_OP",
            ["MobilePhone"],
            "MobilePhone",
            { DESTINATION_DATA_TYPE = "phone", SOURCE_DATA_TYPE = "phone" },
          ],
          [
            "Map",
            "NO_OP",
            ["SystemModstamp"],
            "SystemModstamp",
            { DESTINATION_DATA_TYPE = "datetime", SOURCE_DATA_TYPE = "datetime" },
          ],
          ["Map", "NO_OP", ["Title"], "JobTitle", { DESTINATION_DATA_TYPE = "string", SOURCE_DATA_TYPE = "string" }],
          ["Mask", "MASK_ALL", ["Title"], null, { MASK_LENGTH = "5", MASK_VALUE = "*" }],
          ["Mask", "MASK_LAST_N", ["MobilePhone"], null, { MASK_LENGTH = "4", MASK_VALUE = "*" }],
          ["Truncate", "NO_OP", ["Description"], null, { TRUNCATE_LENGTH = "200" }],
          ["Validate", "VALIDATE_NON_NULL", ["Id"], null, { VALIDATION_ACTION = "DropRecord" }],
          ["Validate", "VALIDATE_NUMERIC", ["Title"], null, { VALIDATION_ACTION = "DropDataset" }],
          # 2024-01-01T00:00:00Z and 2024-02-29T21:30:00Z
          [
            "Filter",
            "BETWEEN",
            ["SystemModstamp"],
            null,
            { DATA_TYPE = "datetime", LOWER_BOUND = "1704067200000", UPPER_BOUND = "1709242200000" },
          ],
          ["Filter", "LESS_THAN", ["SystemModstamp"], null, { DATA_TYPE = "datetime", VALUE = "1704153600000" }],
          ["Filter", "NOT_EQUAL_TO", ["Title"], null, { DATA_TYPE = "string", VALUE = "2024-01-01" }],
        ]
        lakehouse-dev-lead = [
          ["Filter", "PROJECTION", ["Id", "Status"], null, {}],
          ["Map", "NO_OP", ["Id"], "Id", { DESTINATION_DATA_TYPE = "id", SOURCE_DATA_TYPE = "id" }],
          ["Map", "NO_OP", ["Status"], "Status", { DESTINATION_DATA_TYPE = "picklist", SOURCE_DATA_TYPE = "picklist" }],
        ]
        lakehouse-dev-user = [["Map_all", "NO_OP", [], null, { EXCLUDE_SOURCE_FIELDS_LIST = "[]" }]]
    } : flow => sort([for task in tasks : jsonencode(task)]) }
    error_message = <<-EOT
      The tasks are not those of the contract:
      ${jsonencode({ for flow, made in aws_appflow_flow.this : flow => made.task })}
    EOT
  }

  assert {
    condition = (
      aws_appflow_flow.this["lakehouse-dev-contact-formulas"].task ==
      aws_appflow_flow.this["lakehouse-dev-contact"].task
    )
    error_message = "The refresh of formulas brings other fields than the object's own flow, or leaves a mask out."
  }

  # As [kind of trigger, its properties, the cursor].
  assert {
    condition = jsonencode({
      for flow, made in aws_appflow_flow.this : flow => [
        made.trigger_config[0].trigger_type,
        [
          for properties in made.trigger_config[0].trigger_properties : [
            for pull in properties.scheduled :
            [pull.schedule_expression, pull.data_pull_mode, pull.first_execution_from, pull.schedule_offset]
          ]
        ],
        made.source_flow_config[0].incremental_pull_config[*].datetime_type_field_name,
      ]
      }) == jsonencode({
      lakehouse-dev-box = ["Event", [], []]
      lakehouse-dev-contact = [
        "Scheduled",
        [[["rate(1hours)", "Incremental", "2015-01-01T00:00:00Z", 300]]],
        ["SystemModstamp"],
      ]
      lakehouse-dev-contact-formulas = ["Scheduled", [[["rate(1days)", "Complete", null, null]]], []]
      lakehouse-dev-lead             = ["OnDemand", [], []]
      lakehouse-dev-user = [
        "Scheduled", [[["cron(0 6 * * ? *)", "Incremental", null, 0]]], ["SystemModstamp"],
      ]
    })
    error_message = <<-EOT
      The triggers are not those of the contract:
      ${jsonencode({ for flow, made in aws_appflow_flow.this : flow => made.trigger_config })}
    EOT
  }

  # As [connection, object, API, deleted records, newly made fields, description].
  assert {
    condition = jsonencode({
      for flow, made in aws_appflow_flow.this : flow => [for source in made.source_flow_config : [
        source.connector_profile_name,
        [for asked in source.source_connector_properties[0].salesforce : [
          asked.object, asked.data_transfer_api, asked.include_deleted_records, asked.enable_dynamic_field_update
        ]],
        made.description,
      ]][0]
      }) == jsonencode({
      lakehouse-dev-box     = ["crm", [["Box__ChangeEvent", null, true, false]], "Salesforce Box__ChangeEvent to raw"]
      lakehouse-dev-contact = ["crm", [["Contact", "BULKV2", true, false]], "Salesforce Contact to raw"]
      lakehouse-dev-contact-formulas = [
        "crm",
        [["Contact", "BULKV2", true, false]],
        "Salesforce Contact to raw, every record anew for its formulas",
      ]
      lakehouse-dev-lead = ["crm", [["Lead", "REST_SYNC", true, false]], "Salesforce Lead to raw"]
      lakehouse-dev-user = ["crm", [["User", "REST_SYNC", false, false]], "Salesforce User to raw"]
    })
    error_message = <<-EOT
      The flows read something else:
      ${jsonencode({ for flow, made in aws_appflow_flow.this : flow => made.source_flow_config })}
    EOT
  }

  assert {
    condition = {
      for flow, made in aws_appflow_flow.this : flow => one(
        made.destination_flow_config[0].destination_connector_properties[0].s3[*].s3_output_format_config[0].file_type
      )
      } == {
      lakehouse-dev-box              = "JSON"
      lakehouse-dev-contact          = "PARQUET"
      lakehouse-dev-contact-formulas = "PARQUET"
      lakehouse-dev-lead             = "CSV"
      lakehouse-dev-user             = "CSV"
    }
    error_message = "The formats are not those of the contract."
  }

  assert {
    condition = alltrue(
      [
        for made in aws_appflow_flow.this :
        jsonencode([for s3 in made.destination_flow_config[0].destination_connector_properties[0].s3 : [
          s3.bucket_name, s3.bucket_prefix, s3.s3_output_format_config[0].prefix_config,
          s3.s3_output_format_config[0].aggregation_config, made.kms_arn,
          ]]) == jsonencode([[
          "lakehouse-dev-raw", "salesforce",
          [{ prefix_format = "DAY", prefix_hierarchy = ["SCHEMA_VERSION", "EXECUTION_ID"], prefix_type = "PATH" }],
          [{ aggregation_type = "None", target_file_size = 128 }], var.kms_key_arn,
    ]])])
    error_message = <<-EOT
      A flow writes elsewhere than salesforce/<flow>/<schema version>/<day>/<execution>/, or without the key.
    EOT
  }

  assert {
    condition = (
      length(aws_appflow_connector_profile.this) == 0 &&
      length(aws_secretsmanager_secret.client_credentials) == 0 &&
      output.client_credentials_secret_arn == null
    )
    error_message = "An existing connection is used as it is; nothing is made for it."
  }
}
