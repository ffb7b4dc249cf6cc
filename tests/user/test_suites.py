"""The user's suites: each belongs to a table, each rule to a column, and the gate can ask it."""

import pytest
from pyspark.sql import SparkSession

from data_quality import gate
from tests.data_quality.suites import PATHS, check_columns, check_names, columns, null_row, rules_of, tables_of
from tests.data_quality.suites import SAMPLE as SAMPLE_SUITES
from tests.user.fit import skip_misfit
from tests.user.own import OWN, SAMPLE, each, is_own

OWN_SUITES = [name for name in PATHS if name in tables_of(OWN) and (is_own(name) or name not in SAMPLE_SUITES)]


def test_every_suite_belongs_to_a_table_of_the_contract() -> None:
    nobodys = PATHS.keys() - tables_of(OWN) - tables_of(SAMPLE)
    assert not nobodys, f"data_quality/suites: {', '.join(sorted(nobodys))} is no table, so its rules are never asked"


@pytest.mark.parametrize("table", each(OWN_SUITES))
def test_every_rule_is_read_and_asks_about_a_column_of_its_table(spark: SparkSession, table: str) -> None:
    skip_misfit(spark, table)
    check_names(spark, OWN, table)
    check_columns(spark, OWN, table)


@pytest.mark.parametrize("table", each(OWN_SUITES))
def test_every_rule_can_be_asked(spark: SparkSession, table: str) -> None:
    skip_misfit(spark, table)
    row = null_row(spark, columns(spark, OWN, table))
    checks = gate.evaluate_rules(row, table, (), rules_of(OWN, table))
    assert [check for check in checks if check.error] == []
