"""Laws of the Parquet files, read back by Spark."""

from pathlib import Path

import pytest
from pyspark.sql import SparkSession

from demo.parquet import parquet_file
from demo.records import Record
from demo.sample_org import Org


def read(spark: SparkSession, body: bytes, folder: Path) -> list[Record]:
    file = folder / "column-file"
    file.write_bytes(body)
    return [row.asDict() for row in spark.read.parquet(f"file://{file}").collect()]


@pytest.mark.parametrize("rows", [1, 7, 8, 9, 1_000])
def test_every_value_and_null_comes_back_as_it_was(spark: SparkSession, tmp_path: Path, rows: int) -> None:
    records: list[Record] = [
        {"Id": str(n), "Text": None if n % 3 else f"🚀 \0 {n}\r\n", "Nothing": None, "Blank": ""} for n in range(rows)
    ]
    assert read(spark, parquet_file(records), tmp_path) == records


def test_a_messy_object_comes_back_as_strings(spark: SparkSession, tmp_path: Path, org: Org) -> None:
    accounts = org.first_load["Account"]
    assert read(spark, parquet_file(accounts), tmp_path) == accounts
