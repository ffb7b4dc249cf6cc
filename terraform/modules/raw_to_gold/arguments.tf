locals {
  # The job's own arguments, the same on every engine. They say which data is read, how it is masked and where it goes.
  pipeline_arguments = {
    "--pipeline"  = var.contract_uri
    "--raw"       = "s3://${var.buckets.raw}"
    "--runs"      = "s3://${var.buckets.logs}/runs"
    "--warehouse" = "s3://${var.buckets.silver}"
    "--databases" = var.database_prefix
    "--secrets"   = "aws:${var.name}/"
  }

  # What Spark must know before the session starts; everything else the job sets itself.
  spark_conf = merge(var.spark_conf, {
    "spark.scheduler.mode"                 = "FAIR"
    "spark.sql.catalog.lake"               = "org.apache.iceberg.spark.SparkCatalog"
    "spark.sql.catalog.lake.cache-enabled" = "false"
    "spark.sql.catalog.lake.catalog-impl"  = "org.apache.iceberg.aws.glue.GlueCatalog"
    "spark.sql.catalog.lake.io-impl"       = "org.apache.iceberg.aws.s3.S3FileIO"
    "spark.sql.catalog.lake.warehouse"     = "s3://${var.buckets.silver}"
    "spark.sql.extensions"                 = "org.apache.iceberg.spark.extensions.IcebergSparkSessionExtensions"
  })
  spark_settings = [for key, value in local.spark_conf : "${key}=${value}"]

  spark_ui_uri = "s3://${var.buckets.logs}/spark-ui/"
}
