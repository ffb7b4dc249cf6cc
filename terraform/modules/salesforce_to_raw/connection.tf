locals {
  is_managed        = var.connection.mode == "managed"
  has_refresh_token = nonsensitive(try(var.credentials.refresh_token, null) != null)
  own_secret = local.has_refresh_token && nonsensitive(
    try(var.credentials.client_credentials_secret_arn, null) == null
  )

  connection_name = local.is_managed ? aws_appflow_connector_profile.this["managed"].name : var.connection.name

  client_credentials_arn = (
    local.own_secret
    ? aws_secretsmanager_secret_policy.client_credentials["own"].secret_arn
    : try(var.credentials.client_credentials_secret_arn, null)
  )
}

resource "aws_appflow_connector_profile" "this" {
  for_each = local.is_managed ? toset(["managed"]) : toset([])

  name            = var.connection.name
  connector_type  = "Salesforce"
  connection_mode = var.connection.private_link ? "Private" : "Public"
  kms_arn         = var.kms_key_arn

  connector_profile_config {
    connector_profile_credentials {
      salesforce {
        access_token  = try(var.credentials.access_token, null)
        refresh_token = try(var.credentials.refresh_token, null)
        # Of the secret's policy, not of the secret: AppFlow reads it while the connection is made.
        client_credentials_arn = local.client_credentials_arn
        jwt_token              = try(var.credentials.jwt_token, null)
        oauth2_grant_type      = local.has_refresh_token ? null : "JWT_BEARER"
      }
    }

    connector_profile_properties {
      salesforce {
        # No secrets: a plan shows them.
        instance_url                                   = nonsensitive(var.credentials.instance_url)
        is_sandbox_environment                         = nonsensitive(var.credentials.is_sandbox)
        use_privatelink_for_metadata_and_authorization = var.connection.private_link
      }
    }
  }

  lifecycle {
    # Every flow hangs on it, and a new one needs somebody who logs in to Salesforce.
    prevent_destroy = true
  }
}

# A container alone: the connected app's id and secret are put in by hand, so neither is ever in the state.
resource "aws_secretsmanager_secret" "client_credentials" {
  #checkov:skip=CKV2_AWS_57:The secret is made in Salesforce's connected app, which has no way to rotate it from here
  for_each = local.own_secret ? toset(["own"]) : toset([])

  name                    = "${var.name}/salesforce/client-credentials"
  description             = "The id and secret of the connected app by which AppFlow reaches Salesforce."
  kms_key_id              = var.kms_key_arn
  recovery_window_in_days = var.secret_recovery_days
}
