"""Whether the user's gold functions fit the columns of the user's contract: asked once a table."""

import pytest
from pyspark.errors import PySparkException
from pyspark.sql import DataFrame, SparkSession

from tests.silver_to_gold import plans
from tests.user.own import OWN

_found: dict[str, DataFrame | str] = {}


def table_or_misfit(spark: SparkSession, name: str) -> DataFrame | str:
    """Returns what the gold table's function makes of empty tables, or the sentence that says why it can't."""
    if name not in _found:
        try:
            _found[name] = plans.table(spark, OWN, f"gold.{name}")
        except PySparkException as error:
            reason = str(error).splitlines()[0].rstrip(";.")
            _found[name] = (
                f"gold.{name}: glue/lakehouse/silver_to_gold/{name}.py does not fit the columns in pipeline.yaml: "
                f"{reason}. Bring the columns back, change the function and its cases, "
                f"or take gold.{name} out of pipeline.yaml"
            )
    return _found[name]


def skip_misfit(spark: SparkSession, table: str) -> None:
    """Passes a test over whose gold table can't be made: one test says so, and others would only repeat it."""
    layer, name = table.split(".")
    if layer == "gold" and isinstance(table_or_misfit(spark, name), str):
        pytest.skip(f"{table} can't be made: see test_a_gold_function_fits_the_tables_that_it_reads")
