locals {
  partition  = var.account.partition
  raw_arn    = "arn:${local.partition}:s3:::${var.raw_bucket}"
  secret_arn = "arn:${local.partition}:secretsmanager:${var.account.region}:${var.account.id}:secret:${var.name}"
  group_arn = join(":", [
    "arn", local.partition, "scheduler", var.account.region, var.account.id, "schedule-group/${local.group_name}",
  ])

  # Resources that are asked for once for each record of another one, and APIs that change a secret at each use.
  parents = sort(
    distinct([
      for one in values(var.resources) : "${one.api}/${one.for_each.resource}" if try(one.for_each, null) != null
    ])
  )
  rotated = sort(
    distinct([for one in values(var.resources) : one.auth.secret if try(one.auth.kind, "") == "oauth2_refresh"])
  )

  # RSA keys of another's making, kept in KMS, that sign tokens.
  signing = sort(distinct([for one in values(var.resources) : one.auth.kms_key if try(one.auth.kms_key, null) != null]))

  # What the code does: it lists runs and logs, reads checkpoints and log entries, and writes; never a delete, never a
  # multipart upload. Of the parts, which hold the customer's records, it reads those of a parent alone.
  s3_statements = [
    {
      # It also makes S3 answer "no such key" instead of "access denied" to a read of an entry that is not there yet.
      Sid       = "ListRuns"
      Effect    = "Allow"
      Action    = ["s3:ListBucket"]
      Resource  = local.raw_arn
      Condition = { StringLike = { "s3:prefix" = "api-data/*" } }
    },
    {
      Sid      = "ReadCheckpointsAndLog"
      Effect   = "Allow"
      Action   = ["s3:GetObject"]
      Resource = ["${local.raw_arn}/api-data/*/checkpoint-*.json", "${local.raw_arn}/api-data/*/_log/*.json"]
    },
    {
      Sid      = "WriteRuns"
      Effect   = "Allow"
      Action   = ["s3:PutObject"]
      Resource = "${local.raw_arn}/api-data/*"
    },
    {
      Sid       = "UseKeyInS3"
      Effect    = "Allow"
      Action    = ["kms:Decrypt", "kms:GenerateDataKey"]
      Resource  = var.kms_key_arn
      Condition = { StringEquals = { "kms:ViaService" = "s3.${var.account.region}.amazonaws.com" } }
    },
  ]

  secret_statements = [
    {
      # Secrets Manager adds '-' and six characters to a secret's name.
      Sid      = "ReadSecrets"
      Effect   = "Allow"
      Action   = ["secretsmanager:GetSecretValue"]
      Resource = [for secret in sort(var.secrets) : "${local.secret_arn}/${secret}-??????"]
    },
    {
      Sid       = "DecryptSecrets"
      Effect    = "Allow"
      Action    = ["kms:Decrypt"]
      Resource  = var.kms_key_arn
      Condition = { StringEquals = { "kms:ViaService" = "secretsmanager.${var.account.region}.amazonaws.com" } }
    },
  ]

  parent_statements = [{
    Sid      = "ReadParents"
    Effect   = "Allow"
    Action   = ["s3:GetObject"]
    Resource = [for parent in local.parents : "${local.raw_arn}/api-data/${parent}/*/part-*.jsonl.gz"]
  }]

  rotation_statements = [
    {
      Sid      = "KeepRotatedSecrets"
      Effect   = "Allow"
      Action   = ["secretsmanager:PutSecretValue"]
      Resource = [for secret in local.rotated : "${local.secret_arn}/${secret}-??????"]
    },
    {
      Sid       = "EncryptRotatedSecrets"
      Effect    = "Allow"
      Action    = ["kms:GenerateDataKey"]
      Resource  = var.kms_key_arn
      Condition = { StringEquals = { "kms:ViaService" = "secretsmanager.${var.account.region}.amazonaws.com" } }
    },
  ]

  signing_statements = [{
    Sid    = "SignTokens"
    Effect = "Allow"
    Action = ["kms:Sign"]
    Resource = [
      for key in local.signing : "arn:${local.partition}:kms:${var.account.region}:${var.account.id}:key/${key}"
    ]
  }]

  # A statement without a resource is no statement.
  statements = concat(
    local.s3_statements,
    [for statement in local.secret_statements : statement if length(var.secrets) > 0],
    [for statement in local.parent_statements : statement if length(local.parents) > 0],
    [for statement in local.rotation_statements : statement if length(local.rotated) > 0],
    [for statement in local.signing_statements : statement if length(local.signing) > 0],
  )
}

resource "aws_iam_role" "schedules" {
  name        = "${var.name}-rest-to-raw-schedules"
  description = "What the schedules of ${local.group_name} may do."

  # AWS takes the group here, not the schedule: it tries the role out before the schedule exists.
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "SchedulesOfThisGroup"
      Effect    = "Allow"
      Principal = { Service = "scheduler.amazonaws.com" }
      Action    = "sts:AssumeRole"
      Condition = { StringEquals = { "aws:SourceAccount" = var.account.id, "aws:SourceArn" = local.group_arn } }
    }]
  })
}

resource "aws_iam_role_policy" "schedules" {
  name = "${var.name}-rest-to-raw-schedules"
  role = aws_iam_role.schedules.name

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid      = "CallFunction"
        Effect   = "Allow"
        Action   = ["lambda:InvokeFunction"]
        Resource = module.function.function_arn
      },
      {
        Sid      = "SendDeadLetters"
        Effect   = "Allow"
        Action   = ["sqs:SendMessage"]
        Resource = module.function.dead_letter_queue_arn
      },
      {
        Sid       = "EncryptDeadLetters"
        Effect    = "Allow"
        Action    = ["kms:Decrypt", "kms:GenerateDataKey"]
        Resource  = var.kms_key_arn
        Condition = { StringEquals = { "kms:ViaService" = "sqs.${var.account.region}.amazonaws.com" } }
      },
      {
        Sid      = "DecryptInputs"
        Effect   = "Allow"
        Action   = ["kms:Decrypt"]
        Resource = var.kms_key_arn
        Condition = {
          StringLike = {
            "kms:EncryptionContext:aws:scheduler:schedule:arn" = (
              "${replace(local.group_arn, ":schedule-group/", ":schedule/")}/*"
            )
          }
        }
      },
    ]
  })
}
