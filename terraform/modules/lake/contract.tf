# The contract as the job and the functions read it. A new version is a new object version: runs under way keep what
# they have read.
resource "aws_s3_object" "contract" {
  bucket             = aws_s3_bucket_policy.this["artifacts"].bucket
  key                = "pipeline.json"
  source             = var.contract_file
  source_hash        = filemd5(var.contract_file)
  content_type       = "application/json"
  kms_key_id         = aws_kms_key.this.arn
  bucket_key_enabled = true

  # Without versioning the first contract would have no version to go back to.
  depends_on = [aws_s3_bucket_versioning.this]
}
