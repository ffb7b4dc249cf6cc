"""The laws of the user's gold tables: tests/silver_to_gold/cases.py says how they are written."""

from pathlib import Path

import pytest
from pyspark.sql import SparkSession

from tests.silver_to_gold.cases import FOLDER, cases_of, check_case
from tests.user.fit import skip_misfit
from tests.user.own import OWN, OWN_GOLD, SAMPLE, contract_for, each


@pytest.mark.parametrize("path", each(cases_of(OWN_GOLD)), ids=lambda path: path and f"{path.parent.name}/{path.stem}")
def test_law(path: Path, spark: SparkSession) -> None:
    skip_misfit(spark, f"gold.{path.parent.name}")
    check_case(path, contract_for(path.parent.name), spark)


def test_every_gold_table_has_cases() -> None:
    without = {*OWN.gold} - {path.parent.name for path in cases_of(OWN.gold)}
    assert not without, f"{', '.join(sorted(without))}: write a case, tests/cases/<gold table>/<its law>.yaml"


def test_every_case_belongs_to_a_gold_table() -> None:
    nobodys = {path.name for path in FOLDER.iterdir()} - {*OWN.gold, *SAMPLE.gold}
    assert not nobodys, f"tests/cases: {', '.join(sorted(nobodys))} is no gold table, so its cases would never run"
