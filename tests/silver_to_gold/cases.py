"""Cases: each file of tests/cases/<gold table>/ gives silver rows and expects whole gold rows.

A row names only the columns that matter, the others are null; a table that is not given is empty; a gold table that the
function reads is made from the given silver rows by its own function. Values are cast to the contract's types.
"""

from collections.abc import Container, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from chispa.rows_comparer import assert_basic_rows_equality
from pyspark.sql import DataFrame, Row, SparkSession
from pyspark.sql.types import StructType
from ruamel.yaml import YAML

from lakehouse.contract.models import Pipeline
from lakehouse.raw_to_silver.schema import silver_schema
from lakehouse.silver_to_gold import function_of

FOLDER = Path(__file__).parents[1] / "cases"
Rows = list[dict[str, Any]]


@dataclass(frozen=True)
class Case:
    """One law: what is given, and what must come of it."""

    law: str
    given: dict[str, Rows]
    expect: Rows
    settings: dict[str, str] = field(default_factory=dict)


def cases_of(tables: Container[str]) -> list[Path]:
    """Returns the files of the cases of these gold tables."""
    return sorted(path for path in FOLDER.glob("*/*.yaml") if path.parent.name in tables)


def check_case(path: Path, pipeline: Pipeline, spark: SparkSession) -> None:
    """Raises: AssertionError when the gold table of the case's rows is not what the case expects."""
    case = Case(**YAML(typ="safe", pure=True).load(path))
    table = gold(spark, pipeline, path.parent.name, case)
    key = pipeline.gold[path.parent.name].key
    columns = list(dict.fromkeys([*key, *(name for row in case.expect for name in row)]))
    picked = table.select(columns)
    expected = frame(spark, case.expect, picked.schema)
    assert_basic_rows_equality(ordered(picked, key), ordered(expected, key))


def gold(spark: SparkSession, pipeline: Pipeline, name: str, case: Case) -> DataFrame:
    """The gold table of the case's silver rows."""
    unknown = case.given.keys() - pipeline.silver.keys()
    assert not unknown, f"{unknown} are no silver tables"
    table = pipeline.gold[name]
    settings = {word: {**pipeline.settings, **case.settings}[word] for word in table.settings}
    return function_of(name)(*(_table(spark, pipeline, read, case) for read in table.reads.values()), **settings)


def _table(spark: SparkSession, pipeline: Pipeline, qualified: str, case: Case) -> DataFrame:
    layer, name = qualified.split(".")
    if layer == "gold":
        return gold(spark, pipeline, name, case)
    return frame(spark, case.given.get(name, []), silver_schema(pipeline.silver[name]))


def frame(spark: SparkSession, rows: Rows, schema: StructType) -> DataFrame:
    """Rows of plain values as a DataFrame: every value is a text that Spark casts to its column's type."""
    unknown = {name for row in rows for name in row} - set(schema.names)
    assert not unknown, f"{unknown} are no columns; there are {schema.names}"
    texts = [[_literal(row.get(name)) for name in schema.names] for row in rows] or [["NULL"] * len(schema)]
    values = ",".join(f"({','.join(row)})" for row in texts)
    casts = (f"CAST(col{i} AS {f.dataType.simpleString()}) AS {f.name}" for i, f in enumerate(schema.fields, 1))
    return spark.sql(f"SELECT {','.join(casts)} FROM VALUES {values} WHERE {bool(rows)}")  # noqa: S608


def _literal(value: object) -> str:
    return "NULL" if value is None else "'" + str(value).replace("\\", "\\\\").replace("'", "\\'") + "'"


def ordered(table: DataFrame, key: Iterable[str]) -> list[Row]:
    """Its rows, in the order of the key."""
    return sorted(table.collect(), key=lambda row: tuple(str(row[name]) for name in key))
