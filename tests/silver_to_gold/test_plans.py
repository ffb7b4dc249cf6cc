"""What no plan of a gold function may hold: joins that multiply rows, and Python in the place of Spark."""

from pathlib import Path
from typing import Any

import pytest
from pyspark.sql import SparkSession

from lakehouse.contract import compiler
from tests.silver_to_gold.plans import check_joins, check_no_python, execution_of, table

PIPELINE = compiler.compile_contract(Path(__file__).parents[2] / "demo/pipeline.yaml")


@pytest.fixture(scope="module", params=PIPELINE.gold)
def execution(request: pytest.FixtureRequest, spark: SparkSession) -> Any:
    return execution_of(table(spark, PIPELINE, f"gold.{request.param}"))


def test_only_joins_with_one_row_compare_all_rows_with_all(execution: Any) -> None:
    check_joins(execution)


def test_no_row_passes_through_python(execution: Any) -> None:
    check_no_python(execution)
