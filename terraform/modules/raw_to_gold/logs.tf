locals {
  job_name               = "${var.name}-raw-to-gold"
  security_configuration = var.name
  log_prefix             = "/aws-glue/jobs/${local.job_name}"
  emr_log_group          = "/aws/emr-serverless/${local.job_name}"

  # Under a security configuration Glue puts its name and the role's between the prefix and the stream's kind.
  glue_log_groups = {
    for kind in [
      "output",
      "error",
    ] : kind => "${local.log_prefix}/${local.security_configuration}-role/${local.job_name}/${kind}"
  }
  emr_log_groups = { output = local.emr_log_group, error = local.emr_log_group }
  log_groups     = local.is_glue ? local.glue_log_groups : local.emr_log_groups
}

resource "aws_cloudwatch_log_group" "job" {
  #checkov:skip=CKV_AWS_338:The days are the environment's choice; the default is a year.
  for_each = toset(values(local.log_groups))

  name              = each.value
  retention_in_days = var.log_retention_days
  kms_key_id        = var.kms_key_arn
}
