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

run "everything_that_an_object_may_not_say_is_refused_at_once_and_a_jwt_connects_by_private_link" {
  command = plan

  variables {
    connection = { mode = "managed", name = "lakehouse-dev-salesforce", private_link = true }
    credentials = {
      instance_url = "https://acme.my.salesforce.com"
      is_sandbox   = false
      jwt_token    = "eyJhbGc.eyJpc3M.sig-nature_"
    }
    objects = {
      Account = merge(var.plain, {
        api             = "soap"
        flow            = "lakehouse-prod-account"
        format          = "xml"
        formula_refresh = { flow = "lakehouse-dev-account-formulas", schedule = "rate(0 minutes)" }
        from            = "2015-02-30T00:00:00Z"
        trigger         = { kind = "event", schedule = null, offset_seconds = 36001, event = "Account" }
      })
      "Bad object" = merge(var.plain, {
        cursor  = "a b"
        flow    = "lakehouse-dev-bad flow"
        trigger = { kind = "hourly", schedule = "rate(1h)", offset_seconds = 0, event = null }
      })
      Contact = merge(var.plain, {
        fields   = ["Id", "Status", "Untyped"]
        flow     = "lakehouse-dev-contact"
        mask     = { Email = { kind = "all", length = null }, Status = { kind = "first", length = null } }
        rename   = { Status = "Id", Phone = "Telephone" }
        truncate = { Description = 20, Status = 0 }
        validate = {
          Name = { rule = "non_null", on_failure = "drop_record" }
          Id   = { rule = "unique", on_failure = "drop_record" }
        }
      })
      Lead     = var.plain
      LeadCopy = var.plain
      Order = merge(var.plain, {
        fields = "some"
        flow   = "lakehouse-dev-order"
        rename = { Name = "Title" }
        types  = { CreatedDate = "datetime", Due = "date" }
        where = [
          { field = "CreatedDate", is = "between", value = "2024-02-30", upper = null },
          { field = "Due", is = "less_than", value = "2024", upper = null },
          { field = "Type", is = "like", value = "New", upper = null },
        ]
      })
    }
  }

  expect_failures = [output.flows]

  assert {
    condition = jsonencode(local.problems) == jsonencode({
      Account = [
        "Account: the format is one of csv, json, parquet, not 'xml'",
        "Account: the api is one of bulk, rest, not 'soap'",
        "Account: write from as an instant in UTC (2015-01-01T00:00:00Z), not '2015-02-30T00:00:00Z'",
        join(" ", [
          "Account: the flow 'lakehouse-prod-account' needs a name of letters, digits and _!@#.- that starts with",
          "'lakehouse-dev-', which the bucket's policy lets write",
        ]),
        join(" ", [
          "Account: the event 'Account' is neither a change event (AccountChangeEvent, Box__ChangeEvent) nor a",
          "platform event (Paid__e)",
        ]),
        "Account: offset_seconds is 0 to 36000",
        "Account: formula_refresh stands beside a scheduled flow only",
        join(" ", [
          "Account: the schedule 'rate(0 minutes)' is neither a rate of whole minutes, hours or days, at least 1",
          "(rate(1 hour)), nor a cron of six fields",
        ]),
      ]
      "Bad object" = [
        "Bad object: no name of a Salesforce object",
        "Bad object: the cursor 'a b' is no name of a field",
        join(" ", [
          "Bad object: the flow 'lakehouse-dev-bad flow' needs a name of letters, digits and _!@#.- that starts",
          "with 'lakehouse-dev-', which the bucket's policy lets write",
        ]),
        "Bad object: the trigger's kind is one of event, on_demand, schedule, not 'hourly'",
        "Bad object: a schedule is given for the trigger kind schedule, and for no other",
        join(" ", [
          "Bad object: the schedule 'rate(1h)' is neither a rate of whole minutes, hours or days, at least 1",
          "(rate(1 hour)), nor a cron of six fields",
        ]),
      ]
      Contact = [
        "Contact: two fields would be 'Id' in raw",
        "Contact: the field 'Untyped' has no type in types",
        "Contact: mask names 'Email', which is not among fields",
        "Contact: rename names 'Phone', which is not among fields",
        "Contact: truncate names 'Description', which is not among fields",
        "Contact: validate names 'Name', which is not among fields",
        "Contact: the mask of 'Status' is all without a length, or first or last with one",
        "Contact: truncate leaves 'Status' 1 character or more",
        join(" ", [
          "Contact: validate of 'Id': the rule is one of non_negative, non_null, non_zero, numeric, on_failure one",
          "of drop_record, terminate_flow",
        ]),
      ]
      Lead     = ["Lead: the flow 'lakehouse-dev-lead' is claimed 2 times (Lead, LeadCopy)"]
      LeadCopy = ["LeadCopy: the flow 'lakehouse-dev-lead' is claimed 2 times (Lead, LeadCopy)"]
      Order = [
        "Order: fields is a list of names, or 'all'",
        "Order: rename needs a list of fields: one task brings all of them under their own names",
        "Order: where: between takes value and upper ('CreatedDate'), all others value alone",
        join(" ", [
          "Order: where compares 'CreatedDate' with '2024-02-30': write a day (2024-01-31), an instant",
          "(2024-01-31T12:00:00Z) or milliseconds since 1970",
        ]),
        join(" ", [
          "Order: where compares 'Due' with '2024': write a day (2024-01-31), an instant (2024-01-31T12:00:00Z) or",
          "milliseconds since 1970",
        ]),
        join(" ", [
          "Order: where knows between, contains, equal_to, greater_than, greater_than_or_equal_to, less_than,",
          "less_than_or_equal_to, not_equal_to, not 'like'",
        ]),
        "Order: where compares 'Type', whose type is not in types",
      ]
    })
    error_message = "Other sentences: ${jsonencode(local.problems)}"
  }

  assert {
    condition = nonsensitive(jsonencode([for profile in values(aws_appflow_connector_profile.this) : [
      profile.connection_mode,
      profile.connector_profile_config[0].connector_profile_credentials[0].salesforce,
      profile.connector_profile_config[0].connector_profile_properties[0].salesforce,
      ]])) == jsonencode([["Private", [{
        access_token      = null, client_credentials_arn = null, jwt_token = "eyJhbGc.eyJpc3M.sig-nature_"
        oauth2_grant_type = "JWT_BEARER", oauth_request = [], refresh_token = null
        }], [{
        instance_url                                   = "https://acme.my.salesforce.com"
        is_sandbox_environment                         = false
        use_privatelink_for_metadata_and_authorization = true
    }]]])
    error_message = "The connection is not one by JWT over private link."
  }

  assert {
    condition     = length(aws_secretsmanager_secret.client_credentials) == 0
    error_message = "A JWT needs no secret of a connected app."
  }
}

run "a_key_that_nobody_knows_is_never_dropped_in_silence" {
  command = plan

  variables {
    raw_bucket  = "s3://lakehouse-dev-raw"
    kms_key_arn = "alias/lakehouse-dev"
    connection  = { mode = "managed", name = "lakehouse-dev-salesforce", private_link = false }
    credentials = {
      instance_url = "https://acme.my.salesforce.com"
      is_sandbox   = true
      jwt_token    = "a.b.c"
      acces_token  = "x"
    }
    objects = { Lead = merge(var.plain, { masks = { Email = { kind = "all", length = null } } }) }
  }

  expect_failures = [var.raw_bucket, var.kms_key_arn, var.credentials, var.objects]
}
