locals {
  s3       = "arn:${var.account.partition}:s3:::"
  raw_arn  = "${local.s3}${var.raw_bucket}"
  logs_arn = "${local.s3}${var.logs_bucket}"

  # What the code does: of the raw zone it lists files and reads what tells which of them count; the files themselves,
  # which hold the customer's records, it never opens.
  statements = [
    {
      # It also makes S3 answer "no such key" instead of "access denied" to a read of records that are not there yet.
      Sid       = "ListRaw"
      Effect    = "Allow"
      Action    = ["s3:ListBucket"]
      Resource  = local.raw_arn
      Condition = { StringLike = { "s3:prefix" = ["api-data/*", "salesforce/*"] } }
    },
    {
      Sid      = "ReadExecutionsAndLog"
      Effect   = "Allow"
      Action   = ["s3:GetObject"]
      Resource = ["${local.raw_arn}/api-data/*/_log/*.json", "${local.raw_arn}/salesforce/*/executions.json"]
    },
    {
      Sid      = "AskAppFlow"
      Effect   = "Allow"
      Action   = ["appflow:DescribeFlowExecutionRecords"]
      Resource = "arn:${var.account.partition}:appflow:${var.account.region}:${var.account.id}:flow/${var.name}-*"
    },
    {
      Sid      = "KeepExecutions"
      Effect   = "Allow"
      Action   = ["s3:PutObject"]
      Resource = "${local.raw_arn}/salesforce/*/executions.json"
    },
    {
      Sid       = "ListRuns"
      Effect    = "Allow"
      Action    = ["s3:ListBucket"]
      Resource  = local.logs_arn
      Condition = { StringLike = { "s3:prefix" = "runs/*" } }
    },
    {
      Sid      = "WriteManifests"
      Effect   = "Allow"
      Action   = ["s3:GetObject", "s3:PutObject"]
      Resource = "${local.logs_arn}/runs/*/manifest.json"
    },
    {
      # How far each table has been read; a run writes it once it has published.
      Sid      = "ReadWatermarks"
      Effect   = "Allow"
      Action   = ["s3:GetObject"]
      Resource = "${local.logs_arn}/runs/watermarks.json"
    },
    {
      Sid      = "ReadContract"
      Effect   = "Allow"
      Action   = ["s3:GetObject"]
      Resource = "${local.s3}${trimprefix(var.contract_uri, "s3://")}"
    },
    {
      Sid       = "UseKeyInS3"
      Effect    = "Allow"
      Action    = ["kms:Decrypt", "kms:GenerateDataKey"]
      Resource  = var.kms_key_arn
      Condition = { StringEquals = { "kms:ViaService" = "s3.${var.account.region}.amazonaws.com" } }
    },
  ]
}
