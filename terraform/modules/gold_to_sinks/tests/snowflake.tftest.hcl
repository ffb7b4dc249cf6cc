mock_provider "aws" {}

variables {
  name          = "lakehouse-dev"
  account       = { id = "111122223333", region = "eu-central-1", partition = "aws" }
  kms_key_arn   = "arn:aws:kms:eu-central-1:111122223333:key/lake"
  gold_bucket   = "lakehouse-dev-gold"
  gold_database = "lakehouse_dev_gold"
}

run "snowflake_alone" {
  command = plan

  variables {
    sinks = { analysts = { kind = "snowflake", tables = ["opportunity", "account_360"] } }
    snowflake = {
      external_id  = "external-id-1"
      iam_user_arn = "arn:aws:iam::999900001111:user/abcd0000-s"
      warehouse    = "LOADING"
      reader_role  = "ANALYST"
    }
    # Settings without a sink make nothing; only where the SQL would run is looked at below.
    redshift = {
      mode             = "existing"
      workgroup        = "company"
      database         = "dev"
      admin_secret_arn = "arn:aws:secretsmanager:eu-central-1:111122223333:secret:admin"
    }
  }

  assert {
    condition     = output.snowflake_sql == <<-EOT
      -- 1. As ACCOUNTADMIN, once. It reaches nothing yet.
      CREATE EXTERNAL VOLUME IF NOT EXISTS "LAKEHOUSE_DEV_GOLD"
        STORAGE_LOCATIONS = ((
          NAME = 'gold'
          STORAGE_PROVIDER = 'S3'
          STORAGE_BASE_URL = 's3://lakehouse-dev-gold/'
          STORAGE_AWS_ROLE_ARN = 'arn:aws:iam::111122223333:role/lakehouse-dev-snowflake'
          STORAGE_AWS_EXTERNAL_ID = 'external-id-1'
        ))
        ALLOW_WRITES = FALSE;
      CREATE CATALOG INTEGRATION IF NOT EXISTS "LAKEHOUSE_DEV_GLUE"
        CATALOG_SOURCE = ICEBERG_REST
        TABLE_FORMAT = ICEBERG
        CATALOG_NAMESPACE = 'lakehouse_dev_gold'
        REST_CONFIG = (
          CATALOG_URI = 'https://glue.eu-central-1.amazonaws.com/iceberg'
          CATALOG_API_TYPE = AWS_GLUE
          CATALOG_NAME = '111122223333'
        )
        REST_AUTHENTICATION = (
          TYPE = SIGV4
          SIGV4_IAM_ROLE = 'arn:aws:iam::111122223333:role/lakehouse-dev-snowflake'
          SIGV4_SIGNING_REGION = 'eu-central-1'
          SIGV4_EXTERNAL_ID = 'external-id-1'
        )
        REFRESH_INTERVAL_SECONDS = 300
        ENABLED = TRUE;

      -- 2. Both show the same IAM user: set it as snowflake.iam_user_arn in the tfvars and apply, before you go on.
      DESC EXTERNAL VOLUME "LAKEHOUSE_DEV_GOLD";
      DESC CATALOG INTEGRATION "LAKEHOUSE_DEV_GLUE";

      -- 3. After that apply, and whenever a table was added to the sink.
      USE WAREHOUSE "LOADING";
      CREATE DATABASE IF NOT EXISTS "LAKEHOUSE";
      CREATE SCHEMA IF NOT EXISTS "LAKEHOUSE"."GOLD";
      GRANT USAGE ON DATABASE "LAKEHOUSE" TO ROLE "ANALYST";
      GRANT USAGE ON SCHEMA "LAKEHOUSE"."GOLD" TO ROLE "ANALYST";
      CREATE ICEBERG TABLE IF NOT EXISTS "LAKEHOUSE"."GOLD"."ACCOUNT_360"
        EXTERNAL_VOLUME = 'LAKEHOUSE_DEV_GOLD'
        CATALOG = 'LAKEHOUSE_DEV_GLUE'
        CATALOG_TABLE_NAME = 'account_360'
        AUTO_REFRESH = TRUE;
      GRANT SELECT ON ICEBERG TABLE "LAKEHOUSE"."GOLD"."ACCOUNT_360" TO ROLE "ANALYST";
      CREATE ICEBERG TABLE IF NOT EXISTS "LAKEHOUSE"."GOLD"."OPPORTUNITY"
        EXTERNAL_VOLUME = 'LAKEHOUSE_DEV_GOLD'
        CATALOG = 'LAKEHOUSE_DEV_GLUE'
        CATALOG_TABLE_NAME = 'opportunity'
        AUTO_REFRESH = TRUE;
      GRANT SELECT ON ICEBERG TABLE "LAKEHOUSE"."GOLD"."OPPORTUNITY" TO ROLE "ANALYST";
    EOT
    error_message = "Snowflake is told something else."
  }

  assert {
    condition = jsondecode(aws_iam_role.snowflake[0].assume_role_policy).Statement == [{
      Sid       = "SnowflakeWithItsExternalId"
      Effect    = "Allow"
      Principal = { AWS = "arn:aws:iam::999900001111:user/abcd0000-s" }
      Action    = "sts:AssumeRole"
      Condition = { StringEquals = { "sts:ExternalId" = "external-id-1" } }
    }]
    error_message = "Someone else than Snowflake's user with the external id can assume its role."
  }

  assert {
    condition = jsondecode(aws_iam_role_policy.snowflake[0].policy).Statement == [
      {
        Sid      = "FindCatalog", Effect = "Allow", Action = ["glue:GetCatalog"]
        Resource = ["arn:aws:glue:eu-central-1:111122223333:catalog"]
      },
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
        Sid      = "ReadServedTables", Effect = "Allow", Action = ["s3:GetObject", "s3:GetObjectVersion"]
        Resource = ["arn:aws:s3:::lakehouse-dev-gold/account_360/*", "arn:aws:s3:::lakehouse-dev-gold/opportunity/*"]
      },
    ]
    error_message = "Snowflake may read something else than its tables."
  }

  assert {
    condition = (
      length(aws_iam_role.redshift) == 0 && length(aws_redshiftserverless_namespace.this) == 0 &&
      length(aws_redshiftdata_statement.schema) == 0 &&
      length(aws_redshiftdata_statement.view) == 0 &&
      output.redshift_workgroup == null
    )
    error_message = "Without a sink of kind redshift there is something for Redshift."
  }

  assert {
    condition = [
      local.redshift_workgroup,
      local.redshift.database,
      local.redshift_secret_arn,
      length(local.grant_sql),
      ] == [
      "company", "dev", "arn:aws:secretsmanager:eu-central-1:111122223333:secret:admin", 0
    ]
    error_message = "In mode existing the SQL would run elsewhere, or grant something to nobody."
  }
}
