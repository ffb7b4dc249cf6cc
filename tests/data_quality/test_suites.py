"""The sample org's suites: each rule belongs to a column, and each has seen a good and a bad column."""

from dataclasses import dataclass
from pathlib import Path

import pytest
from pyspark.sql import SparkSession

from data_quality import gate
from data_quality.gate import Check
from lakehouse.contract import compiler
from tests.data_quality.suites import PATHS, SAMPLE, check_columns, check_names, columns, frame, lines_of, rules_of

PIPELINE = compiler.compile_contract(Path(__file__).parents[2] / "demo/pipeline.yaml")


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


def test_every_suite_of_the_sample_org_is_there() -> None:
    assert {*SAMPLE} - PATHS.keys() == set()


def test_every_rule_has_an_example_of_good_and_bad() -> None:
    assert {f"{table}: {line['name']}" for table in SAMPLE for line in lines_of(table)} == EXAMPLES.keys()


@pytest.mark.parametrize("table", SAMPLE)
def test_every_rule_is_read_and_bears_no_derived_rule_s_name(spark: SparkSession, table: str) -> None:
    check_names(spark, PIPELINE, table)


@pytest.mark.parametrize("table", SAMPLE)
def test_every_rule_asks_about_a_column_of_its_table(spark: SparkSession, table: str) -> None:
    check_columns(spark, PIPELINE, table)


@pytest.mark.parametrize("name", EXAMPLES)
def test_every_rule_tells_good_from_bad(spark: SparkSession, name: str) -> None:
    example = EXAMPLES[name]
    table, _, rule_name = name.partition(": ")
    [rule] = [rule for rule in rules_of(PIPELINE, table) if rule.name == rule_name]
    column = columns(spark, PIPELINE, table)[rule.kwargs.get("column", 0)]
    good, bad = (
        gate.evaluate_rules(frame(spark, column, values), table, (), [rule]) for values in (example.good, example.bad)
    )
    counts = (None, None) if example.unexpected is None else (example.unexpected, len(example.bad))
    assert [check.passed for check in good] == [True]
    assert bad == [Check(rule.name, rule.severity, False, *counts)]
