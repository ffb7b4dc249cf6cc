locals {
  glue_arn = join(":", ["arn", var.account.partition, "glue", var.account.region, var.account.id])

  maintained_layers = toset(var.tables[*].layer)
  maintenance_count = length(var.tables) > 0 ? 1 : 0

  maintenance_policy = {
    Version = "2012-10-17"
    Statement = [
      {
        Sid    = "FilesOfTheTables"
        Effect = "Allow"
        # Put is for new table metadata, Delete for what has expired.
        Action   = ["s3:GetObject", "s3:PutObject", "s3:DeleteObject"]
        Resource = [for table in local.tables : "${local.bucket_arns[table.layer]}/${table.name}/*"]
      },
      {
        Sid      = "ListToFindOrphans"
        Effect   = "Allow"
        Action   = "s3:ListBucket"
        Resource = [for layer in local.maintained_layers : local.bucket_arns[layer]]
      },
      {
        Sid    = "TablesInTheCatalog"
        Effect = "Allow"
        Action = ["glue:GetTable", "glue:UpdateTable"]
        Resource = concat(
          ["${local.glue_arn}:catalog"],
          [for layer in local.maintained_layers : "${local.glue_arn}:database/${local.database_prefix}${layer}"],
          [for table in local.tables : "${local.glue_arn}:table/${local.database_prefix}${table.layer}/${table.name}"],
        )
      },
      {
        Sid      = "UseTheKey"
        Effect   = "Allow"
        Action   = ["kms:Decrypt", "kms:GenerateDataKey"]
        Resource = aws_kms_key.this.arn
      },
      {
        # Glue names these groups; the whole account shares them.
        Sid    = "WriteItsLogs"
        Effect = "Allow"
        Action = ["logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"]
        Resource = [
          for group in ["iceberg-retention", "iceberg-orphan-file-deletion"] :
          "${local.arn_of.logs}:log-group:/aws-glue/${group}/logs:*"
        ]
      },
    ]
  }
}

resource "aws_iam_role" "maintenance" {
  count = local.maintenance_count

  name        = "${var.name}-table-maintenance"
  description = "Glue expires snapshots and deletes orphan files of the Iceberg tables of ${var.name}"

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "GlueOfThisAccount"
      Effect    = "Allow"
      Principal = { Service = "glue.amazonaws.com" }
      Action    = "sts:AssumeRole"
      Condition = local.from_this_account
    }]
  })
}

resource "aws_iam_role_policy" "maintenance" {
  count = local.maintenance_count

  name   = "table-maintenance"
  role   = aws_iam_role.maintenance[0].name
  policy = jsonencode(local.maintenance_policy)
}
