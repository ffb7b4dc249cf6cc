"""The shipped suites: each belongs to a table, each rule to a column, and each has seen a good and a bad column."""

import json
from dataclasses import dataclass
from pathlib import Path

import pytest
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql.types import StructField, StructType

from data_quality import gate, rules
from data_quality.gate import Check
from data_quality.rules import Rule
from lakehouse.contract import compiler
from lakehouse.raw_to_silver.schema import LINEAGE, silver_schema
from lakehouse.silver_to_gold import function_of

ROOT = Path(__file__).parents[2]
SUITES = {
    f"{path.parent.name}.{path.stem}": json.loads(path.read_text(encoding="utf-8"))["expectations"]
    for path in sorted((ROOT / "data_quality/suites").rglob("*"))
    if path.is_file()
}
PIPELINE = compiler.compile_contract(ROOT / "demo/pipeline.yaml")


@dataclass(frozen=True)
class Example:
    """Values of a rule's column with which it passes, and with which it fails, having found so many `unexpected`."""

    good: list[str | None]
    bad: list[str | None]
    unexpected: int | None


SHARE = Example(["0", "0.5", "1", None], ["1", "-0.000001", "1.000001"], 2)
EXAMPLES = {
    "gold.opportunity: nearly every amount is converted": Example(["1", None], ["1", None, None], 2),
    "gold.rep_performance: win rate by amount is a share": SHARE,
    "gold.rep_performance: win rate by count is a share": SHARE,
    "silver.opportunity: probability is a percentage": Example(["0", "99.99", "100", None], ["-0.01", "100.01"], 2),
}


def test_every_suite_belongs_to_a_table_of_the_contract() -> None:
    tables = {f"silver.{name}" for name in PIPELINE.silver} | {f"gold.{name}" for name in PIPELINE.gold}
    assert SUITES.keys() - tables == set()


def test_every_rule_has_an_example_of_good_and_bad() -> None:
    assert {f"{table}: {line['name']}" for table, lines in SUITES.items() for line in lines} == EXAMPLES.keys()


@pytest.mark.parametrize("table", SUITES)
def test_every_rule_is_read_and_bears_no_derived_rule_s_name(spark: SparkSession, table: str) -> None:
    names = columns(spark, table).names
    masked = dict.fromkeys(names, rules.HASHED_VALUE)
    derived = rules.derive_rules(names, tuple(names), [], dict.fromkeys(names, ()), masked)
    own = [rule.name for rule in rules_of(table)]
    assert own == [line["name"] for line in SUITES[table]]
    assert {*own} & {rule.name for rule in derived} == set()


@pytest.mark.parametrize("table", SUITES)
def test_every_rule_asks_about_a_column_of_its_table(spark: SparkSession, table: str) -> None:
    named = {rule.kwargs["column"] for rule in rules_of(table) if "column" in rule.kwargs}
    assert named - {*columns(spark, table).names} == set()


@pytest.mark.parametrize("name", EXAMPLES)
def test_every_rule_tells_good_from_bad(spark: SparkSession, name: str) -> None:
    example = EXAMPLES[name]
    table, _, rule_name = name.partition(": ")
    [rule] = [rule for rule in rules_of(table) if rule.name == rule_name]
    column = columns(spark, table)[rule.kwargs.get("column", 0)]
    good, bad = (
        gate.evaluate_rules(frame(spark, column, values), table, (), [rule]) for values in (example.good, example.bad)
    )
    counts = (None, None) if example.unexpected is None else (example.unexpected, len(example.bad))
    assert [check.passed for check in good] == [True]
    assert bad == [Check(rule.name, rule.severity, False, *counts)]


def rules_of(table: str) -> list[Rule]:
    """What the table's suite adds, read as a run reads it."""
    layer, name = table.split(".")
    columns = PIPELINE.silver[name].columns if layer == "silver" else {}
    return rules.read_suite(layer, name, {name for name, column in columns.items() if column.pii is not None})


def columns(spark: SparkSession, table: str) -> StructType:
    """The table's columns: a gold table's are those that its function makes of empty tables."""
    layer, name = table.split(".")
    if layer == "silver":
        return StructType([*silver_schema(PIPELINE.silver[name]).fields, *LINEAGE.fields])
    gold = PIPELINE.gold[name]
    frames = {word: spark.createDataFrame([], columns(spark, read)) for word, read in gold.reads.items()}
    return function_of(name)(**frames, **{word: PIPELINE.settings[word] for word in gold.settings}).schema


def frame(spark: SparkSession, column: StructField, values: list[str | None]) -> DataFrame:
    """One column of the values, each a text that Spark casts to the column's type."""
    rows = ", ".join("(NULL)" if value is None else f"('{value}')" for value in values)
    cast = f"CAST(value AS {column.dataType.simpleString()}) AS {column.name}"
    return spark.sql(f"SELECT {cast} FROM VALUES {rows} AS t(value)")  # noqa: S608
