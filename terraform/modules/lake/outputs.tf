output "kms_key_arn" {
  description = "ARN of the key that encrypts everything the pipeline stores."
  value       = aws_kms_key.this.arn
}

output "buckets" {
  description = <<-EOT
    Bucket name of each zone: raw, silver, gold, quarantine, artifacts, logs. Whoever uses one waits for its bucket
    policy, which AppFlow checks when a flow is made.
  EOT
  value       = { for zone, policy in aws_s3_bucket_policy.this : zone => policy.bucket }
}

output "databases" {
  description = "Glue database of each layer: silver, gold, quarantine."
  value       = { for layer, database in aws_glue_catalog_database.this : layer => database.name }
}

output "database_prefix" {
  description = "What every database name starts with; the layer follows."
  value       = local.database_prefix
}

output "contract_uri" {
  description = "S3 URI of the compiled contract."
  value       = "s3://${aws_s3_object.contract.bucket}/${aws_s3_object.contract.key}"
}
