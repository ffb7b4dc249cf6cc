locals {
  is_glue = var.engine == "glue"
  is_emr  = var.engine == "emr_serverless"

  common_code = {
    job   = { key = "code/job.py", source = var.code.job }
    wheel = { key = "code/${basename(var.code.wheel)}", source = var.code.wheel }
  }
  glue_code = {
    requirements = { key = "code/requirements.txt", source = var.code.requirements }
  }
  emr_code = {
    environment = { key = "code/environment.tar.gz", source = var.code.environment }
    # A wheel is a zip file, and Spark takes Python files by this extension only.
    package = { key = "code/lakehouse.zip", source = var.code.wheel }
  }
  code     = merge(local.common_code, local.is_glue ? local.glue_code : {}, local.is_emr ? local.emr_code : {})
  code_uri = { for name, file in local.code : name => "s3://${var.buckets.artifacts}/${file.key}" }
}

resource "aws_s3_object" "code" {
  for_each = local.code

  bucket      = var.buckets.artifacts
  key         = each.value.key
  source      = each.value.source
  source_hash = filesha256(each.value.source)
  kms_key_id  = var.kms_key_arn
}
