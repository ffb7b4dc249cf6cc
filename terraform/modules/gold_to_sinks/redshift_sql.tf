locals {
  external_schema = "gold_lake"
  serving_schema  = "gold"

  # All of it may be run again at any time.
  schema_sql = {
    external = join(" ", [
      join(" ", [
        "CREATE EXTERNAL SCHEMA IF NOT EXISTS \"${local.external_schema}\" FROM DATA CATALOG DATABASE",
        "'${var.gold_database}'",
      ]),
      "REGION '${var.account.region}' IAM_ROLE '${local.redshift_role_arn}'",
    ])
    serving = "CREATE SCHEMA IF NOT EXISTS \"${local.serving_schema}\""
  }
  # Bound late: the view may be made before the job has made the table, and shows the columns that the table has when it
  # is read.
  view_sql = {
    for table in setunion(local.tables_of.redshift, ["<table>"]) : table => join(" ", [
      "CREATE OR REPLACE VIEW \"${local.serving_schema}\".\"${table}\" AS",
      "SELECT * FROM \"${local.external_schema}\".\"${table}\" WITH NO SCHEMA BINDING",
    ])
  }
  # Redshift asks readers of such a view for USAGE of the external schema as well.
  grant_sql = local.redshift.reader_role == null ? {} : {
    usage = join(" ", [
      "GRANT USAGE ON SCHEMA \"${local.serving_schema}\", \"${local.external_schema}\" TO ROLE",
      "\"${local.redshift.reader_role}\"",
    ])
    select = "GRANT SELECT FOR TABLES IN SCHEMA \"${local.serving_schema}\" TO ROLE \"${local.redshift.reader_role}\""
  }

  redshift_workgroup = (
    local.is_serverless ? one(aws_redshiftserverless_workgroup.this[*].workgroup_name) : local.redshift.workgroup
  )
  redshift_secret_arn = (
    local.is_serverless
    ? one(aws_redshiftserverless_namespace.this[*].admin_password_secret_arn)
    : local.redshift.admin_secret_arn
  )
}

# AWS forgets a statement after a day and the provider then reads its text as empty. So the text's changes are ignored
# below, and what must run every statement again is kept here: another place or another wording, but not another table.
resource "terraform_data" "redshift_statements" {
  count = local.redshift_count

  input = {
    workgroup = local.is_serverless ? var.name : local.redshift.workgroup
    database  = local.redshift.database
    sql       = [local.schema_sql, local.view_sql["<table>"], local.grant_sql]
  }
}

resource "aws_redshiftdata_statement" "schema" {
  for_each = local.has_redshift ? local.schema_sql : {}

  statement_name = "${var.name}-schema-${each.key}"
  workgroup_name = local.redshift_workgroup
  database       = local.redshift.database
  secret_arn     = local.redshift_secret_arn
  sql            = each.value

  lifecycle {
    ignore_changes       = [sql, secret_arn, workgroup_name]
    replace_triggered_by = [terraform_data.redshift_statements]
  }

  depends_on = [aws_iam_role_policy.redshift, aws_redshiftserverless_workgroup.this]
}

resource "aws_redshiftdata_statement" "view" {
  for_each = local.tables_of.redshift

  statement_name = "${var.name}-view-${each.key}"
  workgroup_name = local.redshift_workgroup
  database       = local.redshift.database
  secret_arn     = local.redshift_secret_arn
  sql            = local.view_sql[each.key]

  lifecycle {
    ignore_changes       = [sql, secret_arn, workgroup_name]
    replace_triggered_by = [terraform_data.redshift_statements]
  }

  depends_on = [aws_redshiftdata_statement.schema]
}

resource "aws_redshiftdata_statement" "grant_usage" {
  for_each = local.has_redshift ? { for kind, sql in local.grant_sql : kind => sql if kind == "usage" } : {}

  statement_name = "${var.name}-grant-${each.key}"
  workgroup_name = local.redshift_workgroup
  database       = local.redshift.database
  secret_arn     = local.redshift_secret_arn
  sql            = each.value

  lifecycle {
    ignore_changes       = [sql, secret_arn, workgroup_name]
    replace_triggered_by = [terraform_data.redshift_statements]
  }

  depends_on = [aws_redshiftdata_statement.schema]
}

# After the other grant: both change the schema's row in Redshift's own catalog.
resource "aws_redshiftdata_statement" "grant_select" {
  for_each = local.has_redshift ? { for kind, sql in local.grant_sql : kind => sql if kind == "select" } : {}

  statement_name = "${var.name}-grant-${each.key}"
  workgroup_name = local.redshift_workgroup
  database       = local.redshift.database
  secret_arn     = local.redshift_secret_arn
  sql            = each.value

  lifecycle {
    ignore_changes       = [sql, secret_arn, workgroup_name]
    replace_triggered_by = [terraform_data.redshift_statements]
  }

  depends_on = [aws_redshiftdata_statement.grant_usage]
}
