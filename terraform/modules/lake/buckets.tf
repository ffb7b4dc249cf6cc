locals {
  zones = {
    raw        = "what the sources sent, as they sent it"
    silver     = "typed, masked tables, one per entity"
    gold       = "tables for readers"
    quarantine = "rows that broke the contract, with their reasons"
    artifacts  = "the job's code and the compiled contract"
    logs       = "run reports, Spark UI logs and access logs"
  }

  bucket_arns = { for zone in keys(local.zones) : zone => "arn:${var.account.partition}:s3:::${var.name}-${zone}" }

  # S3 delivers access logs only to buckets whose default encryption is SSE-S3; with SSE-KMS they are lost without an
  # error. Other writers of the logs bucket may still ask for the key, request by request.
  access_log_zone = "logs"
  logged_zones    = { for zone, purpose in local.zones : zone => purpose if zone != local.access_log_zone }
}

resource "aws_s3_bucket" "this" {
  #checkov:skip=CKV_AWS_18:All but logs have access logging; logs would log its own logging for ever
  #checkov:skip=CKV_AWS_144:One region; gold and silver can be made again from raw, and versions guard against slips
  #checkov:skip=CKV_AWS_145:All buckets but logs use the CMK; S3 delivers access logs to SSE-S3 buckets only
  #checkov:skip=CKV2_AWS_62:raw_ready says what has arrived; the other zones have no listener
  for_each = local.zones

  bucket        = "${var.name}-${each.key}"
  force_destroy = var.force_destroy

  tags = { zone = each.key }

  lifecycle {
    # Of artifacts alone nothing would be lost, but a lifecycle holds for all of a resource.
    prevent_destroy = true
  }
}

resource "aws_s3_bucket_public_access_block" "this" {
  for_each = local.zones

  bucket                  = aws_s3_bucket.this[each.key].bucket
  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}

resource "aws_s3_bucket_ownership_controls" "this" {
  for_each = local.zones

  bucket = aws_s3_bucket.this[each.key].bucket

  rule {
    object_ownership = "BucketOwnerEnforced"
  }
}

resource "aws_s3_bucket_versioning" "this" {
  for_each = local.zones

  bucket = aws_s3_bucket.this[each.key].bucket

  versioning_configuration {
    status = "Enabled"
  }
}

resource "aws_s3_bucket_server_side_encryption_configuration" "this" {
  for_each = local.zones

  bucket = aws_s3_bucket.this[each.key].bucket

  rule {
    bucket_key_enabled = each.key != local.access_log_zone

    apply_server_side_encryption_by_default {
      sse_algorithm     = each.key == local.access_log_zone ? "AES256" : "aws:kms"
      kms_master_key_id = each.key == local.access_log_zone ? null : aws_kms_key.this.arn
    }
  }
}

resource "aws_s3_bucket_logging" "this" {
  for_each = local.logged_zones

  bucket        = aws_s3_bucket.this[each.key].bucket
  target_bucket = aws_s3_bucket_policy.this[local.access_log_zone].bucket
  target_prefix = "access/${each.key}/"

  target_object_key_format {
    partitioned_prefix {
      partition_date_source = "EventTime"
    }
  }
}
