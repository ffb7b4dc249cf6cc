locals {
  s3      = "arn:${var.account.partition}:s3:::"
  glue    = "arn:${var.account.partition}:glue:${var.account.region}:${var.account.id}"
  logs    = "arn:${var.account.partition}:logs:${var.account.region}:${var.account.id}"
  service = local.is_glue ? "glue.amazonaws.com" : "emr-serverless.amazonaws.com"

  table_buckets = [var.buckets.silver, var.buckets.gold, var.buckets.quarantine]
  database_arns = [for database in values(var.databases) : "${local.glue}:database/${database}"]
  table_arns    = [for database in values(var.databases) : "${local.glue}:table/${database}/*"]
  log_arns = flatten([
    for group in toset(values(local.log_groups)) :
    ["${local.logs}:log-group:${group}", "${local.logs}:log-group:${group}:*"]
  ])

  data_statements = [
    {
      Sid      = "ReadRawFiles"
      Effect   = "Allow"
      Action   = ["s3:GetObject"]
      Resource = ["${local.s3}${var.buckets.raw}/*"]
    },
    {
      # A run that was given no manifest makes its own.
      Sid      = "AskAppFlow"
      Effect   = "Allow"
      Action   = ["appflow:DescribeFlowExecutionRecords"]
      Resource = ["arn:${var.account.partition}:appflow:${var.account.region}:${var.account.id}:flow/${var.name}-*"]
    },
    {
      Sid      = "KeepExecutions"
      Effect   = "Allow"
      Action   = ["s3:PutObject"]
      Resource = ["${local.s3}${var.buckets.raw}/salesforce/*/executions.json"]
    },
    {
      # What errors say in full may quote rows: it stays in the zone that holds them in clear.
      Sid      = "KeepErrors"
      Effect   = "Allow"
      Action   = ["s3:PutObject"]
      Resource = ["${local.s3}${var.buckets.raw}/errors/*"]
    },
    {
      Sid      = "ListDataBuckets"
      Effect   = "Allow"
      Action   = ["s3:ListBucket"]
      Resource = [for bucket in concat([var.buckets.raw], local.table_buckets) : "${local.s3}${bucket}"]
    },
    {
      Sid      = "WriteTableFiles"
      Effect   = "Allow"
      Action   = ["s3:GetObject", "s3:PutObject", "s3:DeleteObject", "s3:AbortMultipartUpload"]
      Resource = [for bucket in local.table_buckets : "${local.s3}${bucket}/*"]
    },
    {
      Sid      = "KeepRunReports"
      Effect   = "Allow"
      Action   = ["s3:GetObject", "s3:PutObject"]
      Resource = ["${local.s3}${var.buckets.logs}/runs/*"]
    },
    {
      # Hadoop's file system renames a finished log, which is a copy and a delete.
      Sid      = "KeepSparkUiLogs"
      Effect   = "Allow"
      Action   = ["s3:GetObject", "s3:PutObject", "s3:DeleteObject"]
      Resource = ["${local.s3}${var.buckets.logs}/spark-ui/*"]
    },
    {
      Sid       = "ListRunReportsAndSparkUiLogs"
      Effect    = "Allow"
      Action    = ["s3:ListBucket"]
      Resource  = ["${local.s3}${var.buckets.logs}"]
      Condition = { StringLike = { "s3:prefix" = ["runs/*", "spark-ui/*"] } }
    },
    {
      Sid      = "ReadCodeAndContract"
      Effect   = "Allow"
      Action   = ["s3:GetObject"]
      Resource = ["${local.s3}${var.buckets.artifacts}/code/*", replace(var.contract_uri, "s3://", local.s3)]
    },
    {
      Sid      = "FindDatabases"
      Effect   = "Allow"
      Action   = ["glue:GetDatabase"]
      Resource = concat(["${local.glue}:catalog"], local.database_arns)
    },
    {
      Sid      = "CommitTables"
      Effect   = "Allow"
      Action   = ["glue:GetTable", "glue:CreateTable", "glue:UpdateTable", "glue:DeleteTable"]
      Resource = concat(["${local.glue}:catalog"], local.database_arns, local.table_arns)
    },
    {
      Sid      = "UseLakeKey"
      Effect   = "Allow"
      Action   = ["kms:Decrypt", "kms:GenerateDataKey"]
      Resource = [var.kms_key_arn]
    },
    {
      Sid    = "ReadMaskingKey"
      Effect = "Allow"
      Action = ["secretsmanager:GetSecretValue"]
      # Secrets Manager ends the ARN with six characters of its own.
      Resource = [
        join(":", [
          "arn:${var.account.partition}:secretsmanager:${var.account.region}:${var.account.id}:secret",
          "${local.masking_secret}-??????",
        ])
      ]
    },
  ]

  glue_statements = [
    {
      # Without AssociateKmsKey Glue writes no log at all under a security configuration.
      Sid      = "WriteLogs"
      Effect   = "Allow"
      Action   = ["logs:AssociateKmsKey", "logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"]
      Resource = local.log_arns
    },
    {
      # Metrics have no ARN: the namespace is the limit.
      Sid       = "PutGlueMetrics"
      Effect    = "Allow"
      Action    = ["cloudwatch:PutMetricData"]
      Resource  = ["*"]
      Condition = { StringEquals = { "cloudwatch:namespace" = "Glue" } }
    },
  ]

  emr_statements = [
    {
      Sid      = "WriteLogs"
      Effect   = "Allow"
      Action   = ["logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"]
      Resource = local.log_arns
    },
    {
      # EMR looks its group up by prefix, which AWS can't limit to one group.
      Sid      = "FindLogGroup"
      Effect   = "Allow"
      Action   = ["logs:DescribeLogGroups"]
      Resource = ["${local.logs}:*"]
    },
  ]
}

resource "aws_iam_role" "job" {
  name        = local.job_name
  description = "What the raw_to_gold job may do."

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "RunJobsOfThisAccount"
      Effect    = "Allow"
      Principal = { Service = local.service }
      Action    = "sts:AssumeRole"
      Condition = { StringEquals = { "aws:SourceAccount" = var.account.id } }
    }]
  })
}

resource "aws_iam_role_policy" "job" {
  name = "job"
  role = aws_iam_role.job.id

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = concat(
      local.data_statements,
      [for statement in local.glue_statements : statement if local.is_glue],
      [for statement in local.emr_statements : statement if local.is_emr],
    )
  })
}
