locals {
  # How long anything can be brought back: overwritten and deleted files here, published snapshots in the tables (their
  # pub_ tags live as long). Erasing a person's data is complete only after this many days.
  recovery_days = 30

  # Prefixes whose files expire. Iceberg owns the files of silver, gold and quarantine: an age limit there would break
  # tables. Nothing matches runs/ in logs: which snapshots were published together must stay known. Nothing matches the
  # commit logs of REST resources in raw (api-data/<api>/<resource>/_log/): the last entry holds the cursor. Their runs
  # are folders named by time, which starts with a 2 for the next 970 years.
  expiring_prefixes = {
    raw = merge(
      { "salesforce/" = var.raw_retention_days, "errors/" = var.raw_retention_days },
      { for resource in var.resources : "api-data/${replace(resource, ".", "/")}/2" => var.raw_retention_days },
    )
    logs = { "access/" = var.log_retention_days, "spark-ui/" = var.log_retention_days }
  }
}

resource "aws_s3_bucket_lifecycle_configuration" "this" {
  for_each = local.zones

  bucket = aws_s3_bucket.this[each.key].bucket

  rule {
    id     = "old-versions-and-broken-uploads"
    status = "Enabled"

    filter {}

    # Of files whose versions have all expired, the marker that says "deleted" goes too.
    expiration {
      expired_object_delete_marker = true
    }

    noncurrent_version_expiration {
      noncurrent_days = local.recovery_days
    }

    abort_incomplete_multipart_upload {
      days_after_initiation = 7
    }
  }

  dynamic "rule" {
    for_each = lookup(local.expiring_prefixes, each.key, {})

    content {
      id     = "expire-${replace(trimsuffix(rule.key, "/"), "/", "-")}"
      status = "Enabled"

      filter {
        prefix = rule.key
      }

      expiration {
        days = rule.value
      }
    }
  }

  depends_on = [aws_s3_bucket_versioning.this]
}
