mock_provider "aws" {}

variables {
  name        = "lakehouse-dev"
  account     = { id = "111122223333", region = "eu-central-1", partition = "aws" }
  kms_key_arn = "arn:aws:kms:eu-central-1:111122223333:key/0a1b2c3d"
  raw_bucket  = "lakehouse-dev-raw"
}

run "a_refresh_token_makes_the_connection_and_an_empty_secret_that_appflow_alone_may_read" {
  # An override is what lets the secret's ARN be known while nothing is made.
  override_resource {
    target = aws_secretsmanager_secret.client_credentials
    values = {
      arn = "arn:aws:secretsmanager:eu-central-1:111122223333:secret:lakehouse-dev/salesforce/client-credentials-AbCdEf"
    }
    override_during = plan
  }

  command = plan

  variables {
    connection = { mode = "managed", name = "lakehouse-dev-salesforce", private_link = false }
    credentials = {
      instance_url  = "https://acme.my.salesforce.com"
      is_sandbox    = true
      refresh_token = "a-refresh-token"
      access_token  = "an-access-token"
    }
    objects = {}
  }

  assert {
    condition = jsonencode([for profile in values(aws_appflow_connector_profile.this) : [
      profile.name, profile.connector_type, profile.connection_mode, profile.kms_arn,
      profile.connector_profile_config[0].connector_profile_properties[0].salesforce,
      ]]) == jsonencode([["lakehouse-dev-salesforce", "Salesforce", "Public", var.kms_key_arn, [{
        instance_url                                   = "https://acme.my.salesforce.com"
        is_sandbox_environment                         = true
        use_privatelink_for_metadata_and_authorization = false
    }]]])
    error_message = join(" ", ["The connection is another one:", jsonencode(
      aws_appflow_connector_profile.this["managed"].connector_profile_config[0].connector_profile_properties
    )])
  }

  assert {
    condition = nonsensitive(jsonencode(one([
      for config in aws_appflow_connector_profile.this["managed"].connector_profile_config :
      config.connector_profile_credentials[0].salesforce
      ]))) == jsonencode([{
      access_token = "an-access-token"
      client_credentials_arn = join(":", [
        "arn:aws:secretsmanager:eu-central-1:111122223333:secret",
        "lakehouse-dev/salesforce/client-credentials-AbCdEf",
      ])
      jwt_token         = null
      oauth2_grant_type = null
      oauth_request     = []
      refresh_token     = "a-refresh-token"
    }])
    error_message = "The connection gets other credentials than the tokens and the secret of the connected app."
  }

  assert {
    condition     = output.connection_name == "lakehouse-dev-salesforce"
    error_message = "The flows would use another connection: ${output.connection_name}."
  }

  assert {
    condition = jsonencode([
      for secret in values(aws_secretsmanager_secret.client_credentials) :
      [secret.name, secret.kms_key_id, secret.recovery_window_in_days]
      ]) == jsonencode([
      ["lakehouse-dev/salesforce/client-credentials", var.kms_key_arn, 30],
    ])
    error_message = "The secret of the connected app is another one."
  }

  assert {
    condition = [
      for statement in jsondecode(aws_secretsmanager_secret_policy.client_credentials["own"].policy).Statement :
      statement
      ] == [{
        Sid       = "AppFlowReadsTheClientCredentials"
        Effect    = "Allow"
        Principal = { Service = "appflow.amazonaws.com" }
        Action    = ["secretsmanager:DescribeSecret", "secretsmanager:GetSecretValue"]
        Resource  = "*"
        Condition = {
          StringEquals = { "aws:SourceAccount" = "111122223333" }
          ArnLike      = { "aws:SourceArn" = "arn:aws:appflow:eu-central-1:111122223333:*" }
        }
    }]
    error_message = <<-EOT
      Others than AppFlow, or AppFlow for another account, may read the secret:
      ${aws_secretsmanager_secret_policy.client_credentials["own"].policy}
    EOT
  }
}
