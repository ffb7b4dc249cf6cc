mock_provider "aws" {}

variables {
  name          = "lakehouse-dev"
  account       = { id = "111122223333", region = "eu-central-1", partition = "aws" }
  kms_key_arn   = "arn:aws:kms:eu-central-1:111122223333:key/lake"
  gold_bucket   = "lakehouse-dev-gold"
  gold_database = "lakehouse_dev_gold"
}

run "redshift_alone" {
  command = plan

  variables {
    sinks = {
      lake    = { kind = "iceberg", tables = ["opportunity", "rep_performance"] }
      bi      = { kind = "redshift", tables = ["account_360", "opportunity"] }
      finance = { kind = "redshift", tables = ["opportunity"] }
    }
    redshift = {
      subnet_ids         = ["subnet-a", "subnet-b", "subnet-c"]
      security_group_ids = ["sg-1"]
      reader_role        = "analyst"
    }
    # Settings without a sink make nothing; only the trust of the first step is looked at below.
    snowflake = { external_id = "external-id-1", warehouse = "LOADING", reader_role = "ANALYST" }
  }

  assert {
    condition = merge(
      { for key, statement in aws_redshiftdata_statement.schema : key => statement.sql },
      { for key, statement in aws_redshiftdata_statement.view : key => statement.sql },
      { for key, statement in aws_redshiftdata_statement.grant_usage : key => statement.sql },
      { for key, statement in aws_redshiftdata_statement.grant_select : key => statement.sql },
      ) == {
      external = join(" ", [
        "CREATE EXTERNAL SCHEMA IF NOT EXISTS \"gold_lake\" FROM DATA CATALOG DATABASE 'lakehouse_dev_gold' REGION",
        "'eu-central-1' IAM_ROLE 'arn:aws:iam::111122223333:role/lakehouse-dev-redshift'",
      ])
      serving = "CREATE SCHEMA IF NOT EXISTS \"gold\""
      account_360 = join(" ", [
        "CREATE OR REPLACE VIEW \"gold\".\"account_360\" AS SELECT * FROM \"gold_lake\".\"account_360\" WITH NO",
        "SCHEMA BINDING",
      ])
      opportunity = join(" ", [
        "CREATE OR REPLACE VIEW \"gold\".\"opportunity\" AS SELECT * FROM \"gold_lake\".\"opportunity\" WITH NO",
        "SCHEMA BINDING",
      ])
      usage  = "GRANT USAGE ON SCHEMA \"gold\", \"gold_lake\" TO ROLE \"analyst\""
      select = "GRANT SELECT FOR TABLES IN SCHEMA \"gold\" TO ROLE \"analyst\""
    }
    error_message = "Redshift is told something else."
  }

  assert {
    condition = (
      toset([
        for statement in aws_redshiftdata_statement.view : statement.workgroup_name
      ]) == toset(["lakehouse-dev"]) &&

      toset([for statement in aws_redshiftdata_statement.view : statement.database]) == toset(["lakehouse"]) &&
      # What all statements depend on names no table: another table in a sink runs its own view's statement and no
      # other.
      terraform_data.redshift_statements[0].input.sql[1] == join(" ", [
        "CREATE OR REPLACE VIEW \"gold\".\"<table>\" AS SELECT * FROM \"gold_lake\".\"<table>\" WITH NO SCHEMA",
        "BINDING",
      ])
    )
    error_message = "The statements run elsewhere, or another table would run all of them again."
  }

  assert {
    condition = [
      aws_redshiftserverless_namespace.this[0].namespace_name, aws_redshiftserverless_namespace.this[0].db_name,
      aws_redshiftserverless_namespace.this[0].kms_key_id,
      aws_redshiftserverless_namespace.this[0].manage_admin_password,
      aws_redshiftserverless_namespace.this[0].admin_password_secret_kms_key_id,
      aws_redshiftserverless_namespace.this[0].log_exports, aws_redshiftserverless_workgroup.this[0].base_capacity,
      aws_redshiftserverless_workgroup.this[0].max_capacity,
      aws_redshiftserverless_workgroup.this[0].publicly_accessible,
      aws_redshiftserverless_workgroup.this[0].enhanced_vpc_routing,
      aws_redshiftserverless_workgroup.this[0].subnet_ids,
      aws_redshiftserverless_workgroup.this[0].security_group_ids,
      aws_redshiftserverless_usage_limit.compute[0].usage_type,
      aws_redshiftserverless_usage_limit.compute[0].period, aws_redshiftserverless_usage_limit.compute[0].amount,
      aws_redshiftserverless_usage_limit.compute[0].breach_action,
      ] == [
      "lakehouse-dev", "lakehouse", "arn:aws:kms:eu-central-1:111122223333:key/lake", true,
      "arn:aws:kms:eu-central-1:111122223333:key/lake", toset([
        "connectionlog", "useractivitylog", "userlog",
      ]), 8, 32, false, true,
      toset(["subnet-a", "subnet-b", "subnet-c"]), toset(["sg-1"]), "serverless-compute", "daily", 24, "deactivate",
    ]
    error_message = "The warehouse is set up differently."
  }

  assert {
    condition = jsondecode(aws_iam_role.redshift[0].assume_role_policy).Statement == [{
      Sid       = "RedshiftOfThisAccount"
      Effect    = "Allow"
      Principal = { Service = ["redshift.amazonaws.com", "redshift-serverless.amazonaws.com"] }
      Action    = "sts:AssumeRole"
      Condition = { StringEquals = { "aws:SourceAccount" = "111122223333" } }
    }]
    error_message = "Someone else can assume Redshift's role."
  }

  assert {
    condition = jsondecode(aws_iam_role_policy.redshift[0].policy).Statement == [
      {
        Sid    = "FindGoldTables", Effect = "Allow"
        Action = ["glue:GetDatabase", "glue:GetDatabases", "glue:GetTable", "glue:GetTables"]
        Resource = [
          "arn:aws:glue:eu-central-1:111122223333:catalog",
          "arn:aws:glue:eu-central-1:111122223333:database/lakehouse_dev_gold",
          "arn:aws:glue:eu-central-1:111122223333:table/lakehouse_dev_gold/*",
        ]
      },
      {
        Sid      = "ListGoldBucket", Effect = "Allow", Action = ["s3:GetBucketLocation", "s3:ListBucket"]
        Resource = ["arn:aws:s3:::lakehouse-dev-gold"]
      },
      {
        Sid       = "DecryptGoldFiles", Effect = "Allow", Action = ["kms:Decrypt"]
        Resource  = ["arn:aws:kms:eu-central-1:111122223333:key/lake"]
        Condition = { StringEquals = { "kms:ViaService" = "s3.eu-central-1.amazonaws.com" } }
      },
      {
        Sid      = "ReadServedTables", Effect = "Allow", Action = ["s3:GetObject"]
        Resource = ["arn:aws:s3:::lakehouse-dev-gold/account_360/*", "arn:aws:s3:::lakehouse-dev-gold/opportunity/*"]
      },
    ]
    error_message = "Redshift may read something else than its tables."
  }

  assert {
    condition = (
      length(aws_iam_role.snowflake) == 0 && output.snowflake_sql == null && output.snowflake_role_arn == null
    )
    error_message = "Without a sink of kind snowflake there is something for Snowflake."
  }

  assert {
    condition = local.snowflake_trust == [{
      Sid       = "NobodyYet"
      Effect    = "Deny"
      Principal = { AWS = "arn:aws:iam::111122223333:root" }
      Action    = "sts:AssumeRole"
    }]
    error_message = "Before Snowflake's user is known, someone can assume its role."
  }
}

run "a_sink_without_settings" {
  command = plan

  variables {
    sinks     = { bi = { kind = "redshift", tables = [] }, analysts = { kind = "snowflake", tables = [] } }
    redshift  = null
    snowflake = { external_id = "external-id-1", warehouse = "LOADING\"; DROP", reader = "ANALYST" }
  }

  expect_failures = [var.redshift, var.snowflake]
}

# A run of its own: where the sinks are refused, the settings are not looked at.
run "a_table_that_is_no_name" {
  command = plan

  variables {
    sinks = { bi = { kind = "bigquery", tables = ["x\" AS SELECT 1; --"] } }
  }

  expect_failures = [var.sinks]
}
