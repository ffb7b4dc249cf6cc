# The Data Catalog's encryption is a setting of the whole account and region: a module that changed it would change it
# for every other project there, and undo it for them on destroy. So it is left alone; whoever owns the account decides
# it.

locals {
  database_prefix = "${replace(var.name, "-", "_")}_"

  layers = { for layer in ["silver", "gold", "quarantine"] : layer => local.zones[layer] }
}

resource "aws_glue_catalog_database" "this" {
  for_each = local.layers

  catalog_id  = var.account.id
  name        = "${local.database_prefix}${each.key}"
  description = "${var.name}: ${each.value}"

  # Iceberg puts a table under its database's location, so every layer stays in a bucket of its own.
  location_uri = "s3://${aws_s3_bucket_policy.this[each.key].bucket}"

  lifecycle {
    # Dropping a database drops its tables: their files would stay, and nothing would know which are current.
    prevent_destroy = true
  }
}
