# Glue's own housekeeping, for the tables that exist already.
#
# Compaction stays off. It commits to main at moments of its own, and a run's audited branch can be published only while
# main has not moved since the branch was made: every compaction in between would turn a good run into a failed one.
# Retention and orphan deletion move no branch.

locals {
  tables = { for table in var.tables : "${table.layer}.${table.name}" => table }
}

resource "aws_glue_catalog_table_optimizer" "retention" {
  for_each = local.tables

  catalog_id    = var.account.id
  database_name = aws_glue_catalog_database.this[each.value.layer].name
  table_name    = each.value.name
  type          = "retention"

  configuration {
    role_arn = aws_iam_role.maintenance[0].arn
    enabled  = true

    retention_configuration {
      iceberg_configuration {
        # Iceberg spares what a branch or tag points at. Here nothing has to rely on that: no snapshot goes before audit
        # branches (7 days) and pub_ tags (30 days) have ended by themselves. The tags hold these snapshots anyway, so
        # it costs no space.
        snapshot_retention_period_in_days = local.recovery_days
        number_of_snapshots_to_retain     = 1
        clean_expired_files               = true
      }
    }
  }

  depends_on = [aws_iam_role_policy.maintenance]
}

resource "aws_glue_catalog_table_optimizer" "orphan_files" {
  for_each = local.tables

  catalog_id    = var.account.id
  database_name = aws_glue_catalog_database.this[each.value.layer].name
  table_name    = each.value.name
  type          = "orphan_file_deletion"

  configuration {
    role_arn = aws_iam_role.maintenance[0].arn
    enabled  = true

    orphan_file_deletion_configuration {
      iceberg_configuration {
        # Longer than any run: files written but not yet committed look like orphans.
        orphan_file_retention_period_in_days = 7
      }
    }
  }

  depends_on = [aws_iam_role_policy.maintenance]
}
