"""The laws of the sample org's gold tables; cases.py says how they are written."""

from pathlib import Path

import pytest
from pyspark.sql import SparkSession

from lakehouse.contract import compiler
from tests.silver_to_gold.cases import cases_of, check_case

PIPELINE = compiler.compile_contract(Path(__file__).parents[2] / "demo/pipeline.yaml")
CASES = cases_of(PIPELINE.gold)


@pytest.mark.parametrize("path", CASES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_law(path: Path, spark: SparkSession) -> None:
    check_case(path, PIPELINE, spark)


def test_every_gold_table_has_cases() -> None:
    assert {path.parent.name for path in CASES} == set(PIPELINE.gold)
