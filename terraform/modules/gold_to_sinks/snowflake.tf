locals {
  has_snowflake   = contains(local.kinds, "snowflake")
  snowflake_count = local.has_snowflake ? 1 : 0

  snowflake = merge({
    external_id     = null
    iam_user_arn    = null
    warehouse       = null
    reader_role     = null
    database        = "LAKEHOUSE"
    schema          = "GOLD"
    refresh_seconds = 300
  }, var.snowflake)

  snowflake_object = upper(replace(var.name, "-", "_"))
  snowflake_sql = templatefile("${path.module}/snowflake.sql.tftpl", {
    account       = var.account
    bucket        = var.gold_bucket
    gold_database = var.gold_database
    role_arn      = local.snowflake_role_arn
    settings      = { for key, value in local.snowflake : key => value == null ? "" : value }
    object        = local.snowflake_object
    tables        = local.tables_of.snowflake
  })
}
