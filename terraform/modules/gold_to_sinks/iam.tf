locals {
  iam  = "arn:${var.account.partition}:iam::${var.account.id}"
  glue = "arn:${var.account.partition}:glue:${var.account.region}:${var.account.id}"
  gold = "arn:${var.account.partition}:s3:::${var.gold_bucket}"

  redshift_role_arn  = "${local.iam}:role/${var.name}-redshift"
  snowflake_role_arn = "${local.iam}:role/${var.name}-snowflake"

  find_tables = {
    Sid    = "FindGoldTables"
    Effect = "Allow"
    Action = ["glue:GetDatabase", "glue:GetDatabases", "glue:GetTable", "glue:GetTables"]
    Resource = [
      "${local.glue}:catalog", "${local.glue}:database/${var.gold_database}",
      "${local.glue}:table/${var.gold_database}/*",
    ]
  }
  # The lock is here: whatever a database grants, only files of the sink's own tables can be read.
  read_tables = {
    for kind, tables in local.tables_of : kind => {
      Sid      = "ReadServedTables"
      Effect   = "Allow"
      Action   = kind == "snowflake" ? ["s3:GetObject", "s3:GetObjectVersion"] : ["s3:GetObject"]
      Resource = [for table in tables : "${local.gold}/${table}/*"]
    } if length(tables) > 0
  }
  list_gold = {
    Sid      = "ListGoldBucket"
    Effect   = "Allow"
    Action   = ["s3:GetBucketLocation", "s3:ListBucket"]
    Resource = [local.gold]
  }
  decrypt_gold = {
    Sid       = "DecryptGoldFiles"
    Effect    = "Allow"
    Action    = ["kms:Decrypt"]
    Resource  = [var.kms_key_arn]
    Condition = { StringEquals = { "kms:ViaService" = "s3.${var.account.region}.amazonaws.com" } }
  }
  find_catalog = {
    Sid      = "FindCatalog"
    Effect   = "Allow"
    Action   = ["glue:GetCatalog"]
    Resource = ["${local.glue}:catalog"]
  }

  redshift_statements = concat(
    [local.find_tables, local.list_gold, local.decrypt_gold],
    [for kind, statement in local.read_tables : statement if kind == "redshift"],
  )
  snowflake_statements = concat(
    [local.find_catalog, local.find_tables, local.list_gold, local.decrypt_gold],
    [for kind, statement in local.read_tables : statement if kind == "snowflake"],
  )

  # Snowflake names its user only once the role's ARN was told to it. Until then the role is there and nobody can assume
  # it: a policy that allows nothing denies, and says so.
  snowflake_user = try(var.snowflake.iam_user_arn, null)
  snowflake_trust = [
    {
      for key, value in {
        Sid       = local.snowflake_user == null ? "NobodyYet" : "SnowflakeWithItsExternalId"
        Effect    = local.snowflake_user == null ? "Deny" : "Allow"
        Principal = { AWS = local.snowflake_user == null ? "${local.iam}:root" : local.snowflake_user }
        Action    = "sts:AssumeRole"
        Condition = (
          local.snowflake_user == null ? null : { StringEquals = { "sts:ExternalId" = var.snowflake.external_id } }
        )
      } : key => value if value != null
    }
  ]
}

resource "aws_iam_role" "redshift" {
  count = local.redshift_count

  name        = "${var.name}-redshift"
  description = "Redshift reads the gold tables that the contract gives it."

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "RedshiftOfThisAccount"
      Effect    = "Allow"
      Principal = { Service = ["redshift.amazonaws.com", "redshift-serverless.amazonaws.com"] }
      Action    = "sts:AssumeRole"
      Condition = { StringEquals = { "aws:SourceAccount" = var.account.id } }
    }]
  })
}

resource "aws_iam_role_policy" "redshift" {
  count = local.redshift_count

  name   = "read-gold"
  role   = aws_iam_role.redshift[0].id
  policy = jsonencode({ Version = "2012-10-17", Statement = local.redshift_statements })
}

resource "aws_iam_role" "snowflake" {
  count = local.snowflake_count

  name               = "${var.name}-snowflake"
  description        = "Snowflake reads the gold tables that the contract gives it."
  assume_role_policy = jsonencode({ Version = "2012-10-17", Statement = local.snowflake_trust })
}

resource "aws_iam_role_policy" "snowflake" {
  count = local.snowflake_count

  name   = "read-gold"
  role   = aws_iam_role.snowflake[0].id
  policy = jsonencode({ Version = "2012-10-17", Statement = local.snowflake_statements })
}
