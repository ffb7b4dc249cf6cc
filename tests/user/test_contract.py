"""The user's contract compiles, and each of its gold functions makes a table of what the contract's tables hold."""

import pytest
from pyspark.sql import SparkSession

from lakehouse.contract.compiler import ContractError, compile_contract
from tests.silver_to_gold import plans
from tests.user.fit import table_or_misfit
from tests.user.own import CONTRACT, OWN, OWN_GOLD, each


def test_the_contract_has_no_problem() -> None:
    try:
        compile_contract(CONTRACT)
    except ContractError as error:
        pytest.fail(str(error), pytrace=False)


@pytest.mark.parametrize("name", each(OWN_GOLD))
def test_a_gold_function_fits_the_tables_that_it_reads(name: str, spark: SparkSession) -> None:
    table = table_or_misfit(spark, name)
    if isinstance(table, str):
        pytest.fail(table, pytrace=False)
    missing = {*OWN.gold[name].key} - {*table.columns}
    assert not missing, f"gold.{name}: its key {', '.join(missing)} is no column of what its function makes"
    plans.check_joins(plans.execution_of(table))
    plans.check_no_python(plans.execution_of(table))
