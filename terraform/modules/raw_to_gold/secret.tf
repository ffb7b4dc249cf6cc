locals {
  masking_secret = "${var.name}/${var.masking_secret}"
}

resource "aws_secretsmanager_secret" "masking_key" {
  #checkov:skip=CKV2_AWS_57:Rotating it changes every mask: that takes a new masking.version and a full refresh.
  name = local.masking_secret
  description = join(" ", [
    "The key that masks personal data (32 random bytes or more). Losing it means that no new mask matches an old",
    "one.",
  ])
  kms_key_id = var.kms_key_arn
  # Its name is taken for as long as it can be restored.
  recovery_window_in_days = var.secret_recovery_days

  lifecycle {
    prevent_destroy = true
  }
}
