# Containers alone: a value is put in by hand or by its owner's rotation, so none is ever in the state.
resource "aws_secretsmanager_secret" "this" {
  for_each = var.secrets
  #checkov:skip=CKV2_AWS_57:The token is made by the API's owner; there is no way to rotate it that would fit every API

  name                    = "${var.name}/${each.key}"
  description             = "What rest_to_raw sends to an API to be let in."
  kms_key_id              = var.kms_key_arn
  recovery_window_in_days = var.secret_recovery_days
}
