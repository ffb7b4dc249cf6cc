"""Where a lake lies: one root per zone on a laptop, buckets and databases with the deployment's names on AWS."""

from pathlib import Path

from lakehouse.spark.session import Lake


def test_on_aws_the_databases_begin_with_the_deployment_s_name_and_secrets_with_their_prefix() -> None:
    lake = Lake.on_aws("s3://b-raw", "s3://b-logs/runs", "s3://b-silver", "shop_dev_", "aws:shop-dev/")
    assert (lake.raw, lake.runs, lake.secrets) == ("s3://b-raw", "s3://b-logs/runs", "aws:shop-dev/")
    assert lake.table("silver.account") == "lake.shop_dev_silver.account"
    assert dict(lake.catalog_settings) == {
        "catalog-impl": "org.apache.iceberg.aws.glue.GlueCatalog",
        "io-impl": "org.apache.iceberg.aws.s3.S3FileIO",
        "warehouse": "s3://b-silver",
    }


def test_on_a_laptop_names_are_short_and_everything_is_below_one_folder(tmp_path: Path) -> None:
    lake = Lake.in_folder(tmp_path)
    assert (lake.raw, lake.runs, lake.secrets) == tuple(str(tmp_path / name) for name in ("raw", "runs", "secrets"))
    assert lake.table("gold.account_360") == "lake.gold.account_360"
