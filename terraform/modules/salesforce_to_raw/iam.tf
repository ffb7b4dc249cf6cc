# AppFlow has no role: the secret itself says who may read it.
resource "aws_secretsmanager_secret_policy" "client_credentials" {
  for_each = aws_secretsmanager_secret.client_credentials

  secret_arn = each.value.arn

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid       = "AppFlowReadsTheClientCredentials"
        Effect    = "Allow"
        Principal = { Service = "appflow.amazonaws.com" }
        Action    = ["secretsmanager:DescribeSecret", "secretsmanager:GetSecretValue"]
        # In a secret's own policy "*" is that secret.
        Resource = "*"
        Condition = {
          StringEquals = { "aws:SourceAccount" = var.account.id }
          ArnLike = {
            "aws:SourceArn" = "arn:${var.account.partition}:appflow:${var.account.region}:${var.account.id}:*"
          }
        }
      },
    ]
  })
}
