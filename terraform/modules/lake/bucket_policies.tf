locals {
  bucket_statements = {
    for zone, arn in local.bucket_arns : zone => concat(
      [
        {
          Sid       = "TlsOnly"
          Effect    = "Deny"
          Principal = { AWS = "*" }
          Action    = "s3:*"
          Resource  = [arn, "${arn}/*"]
          Condition = { Bool = { "aws:SecureTransport" = "false" } }
        },
      ],
      zone == "raw" ? [local.appflow_writes_raw] : [],
      zone == local.access_log_zone ? local.s3_writes_access_logs : [],
    )
  }

  # AppFlow checks these rights when a flow is made, s3:PutObjectAcl too, though ACLs are off here: of the ACLs a writer
  # may send, BucketOwnerEnforced accepts bucket-owner-full-control and nothing else.
  appflow_writes_raw = {
    Sid       = "AppFlowWritesRaw"
    Effect    = "Allow"
    Principal = { Service = "appflow.amazonaws.com" }
    Action = [
      "s3:PutObject",
      "s3:PutObjectAcl",
      "s3:AbortMultipartUpload",
      "s3:ListMultipartUploadParts",
      "s3:ListBucketMultipartUploads",
      "s3:GetBucketAcl",
    ]
    Resource = [local.bucket_arns.raw, "${local.bucket_arns.raw}/*"]
    Condition = {
      StringEquals = { "aws:SourceAccount" = var.account.id }
      ArnLike = {
        "aws:SourceArn" = join(":", [
          "arn", var.account.partition, "appflow", var.account.region, var.account.id, "flow/${var.name}-*",
        ])
      }
    }
  }

  # Each bucket's log may come from that bucket alone.
  s3_writes_access_logs = [
    for zone in keys(local.logged_zones) : {
      Sid       = "S3WritesAccessLogsOf${title(zone)}"
      Effect    = "Allow"
      Principal = { Service = "logging.s3.amazonaws.com" }
      Action    = "s3:PutObject"
      Resource  = "${local.bucket_arns[local.access_log_zone]}/access/${zone}/*"
      Condition = {
        StringEquals = { "aws:SourceAccount" = var.account.id }
        ArnLike      = { "aws:SourceArn" = local.bucket_arns[zone] }
      }
    }
  ]
}

resource "aws_s3_bucket_policy" "this" {
  for_each = local.zones

  bucket = aws_s3_bucket.this[each.key].bucket
  policy = jsonencode({ Version = "2012-10-17", Statement = local.bucket_statements[each.key] })

  # S3 refuses two changes of a bucket's access at the same time.
  depends_on = [aws_s3_bucket_public_access_block.this]
}
