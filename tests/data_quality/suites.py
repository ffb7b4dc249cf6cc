"""Suites as files, and the columns of the table that each is about."""

import json
from pathlib import Path
from typing import Any

from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F
from pyspark.sql.types import StructField, StructType

from data_quality import rules
from data_quality.rules import Rule
from lakehouse.contract.masks import HASHED_VALUE
from lakehouse.contract.models import Pipeline
from lakehouse.raw_to_silver.schema import LINEAGE, silver_schema
from lakehouse.silver_to_gold import function_of

FOLDER = Path(__file__).parents[2] / "data_quality/suites"
# The path of each suite by its table, in the words of reports.
PATHS = {f"{path.parent.name}.{path.stem}": path for path in sorted(FOLDER.rglob("*")) if path.is_file()}
# Those of the sample org. Any other is the user's: tests/user asks about it.
SAMPLE = ("gold.opportunity", "gold.rep_performance", "silver.opportunity")


def tables_of(pipeline: Pipeline) -> set[str]:
    """Returns the contract's tables in the words of reports."""
    return {f"silver.{name}" for name in pipeline.silver} | {f"gold.{name}" for name in pipeline.gold}


def lines_of(table: str) -> list[dict[str, Any]]:
    """Returns what the table's suite says, a rule each."""
    return list(json.loads(PATHS[table].read_text(encoding="utf-8"))["expectations"])


def rules_of(pipeline: Pipeline, table: str) -> list[Rule]:
    """What the table's suite adds, read as a run reads it."""
    layer, name = table.split(".")
    columns = pipeline.silver[name].columns if layer == "silver" else {}
    return rules.read_suite(layer, name, {name for name, column in columns.items() if column.pii is not None})


def columns(spark: SparkSession, pipeline: Pipeline, table: str) -> StructType:
    """The table's columns: a gold table's are those that its function makes of empty tables."""
    layer, name = table.split(".")
    if layer == "silver":
        return StructType([*silver_schema(pipeline.silver[name]).fields, *LINEAGE.fields])
    gold = pipeline.gold[name]
    frames = {word: spark.createDataFrame([], columns(spark, pipeline, read)) for word, read in gold.reads.items()}
    return function_of(name)(**frames, **{word: pipeline.settings[word] for word in gold.settings}).schema


def check_names(spark: SparkSession, pipeline: Pipeline, table: str) -> None:
    """Raises: AssertionError when a rule is not read, or bears the name of a derived one."""
    names = columns(spark, pipeline, table).names
    derived = rules.derive_rules(names, tuple(names), [], dict.fromkeys(names, ()), dict.fromkeys(names, HASHED_VALUE))
    own = [rule.name for rule in rules_of(pipeline, table)]
    assert own == [line["name"] for line in lines_of(table)]
    assert {*own} & {rule.name for rule in derived} == set()


def check_columns(spark: SparkSession, pipeline: Pipeline, table: str) -> None:
    """Raises: AssertionError naming the columns that rules ask about and the table does not have."""
    asked = {rule.kwargs["column"] for rule in rules_of(pipeline, table) if "column" in rule.kwargs}
    assert asked - {*columns(spark, pipeline, table).names} == set()


def null_row(spark: SparkSession, schema: StructType) -> DataFrame:
    """One row of these columns, without a value."""
    return spark.range(1).select(*(F.lit(None).cast(field.dataType).alias(field.name) for field in schema))


def frame(spark: SparkSession, column: StructField, values: list[str | None]) -> DataFrame:
    """One column of the values, each a text that Spark casts to the column's type."""
    rows = ", ".join("(NULL)" if value is None else f"('{value}')" for value in values)
    cast = f"CAST(value AS {column.dataType.simpleString()}) AS {column.name}"
    return spark.sql(f"SELECT {cast} FROM VALUES {rows} AS t(value)")  # noqa: S608
