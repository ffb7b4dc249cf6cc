"""What a gold function asks of the contract and does not find is named before a row is read, and no job is started."""

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from pyspark.sql import SparkSession

from lakehouse import silver_to_gold
from lakehouse.contract.compiler import compile_contract
from lakehouse.run import gold_schemas
from lakehouse.run.gold_schemas import GoldFunctionError, check_gold_functions, list_problems

ROOT = Path(__file__).parents[2]
CONTRACT = """\
name: shop
masking: {secret: masking/key}
rest:
  shop:
    base_url: https://shop.example
    resources: {deals: {path: /deals, records: data}, owners: {path: /owners, records: data}}
settings: {day: monday}
silver:
  deal:
    description: one row per deal
    from: rest.shop.deals
    key: deal_id
    columns: {deal_id: {from: id}, owner_id: {from: owner}, amount: {from: amount, type: "decimal(10,2)"}}
  owner:
    description: one row per owner
    from: rest.shop.owners
    key: owner_id
    columns: {owner_id: {from: id}, first_name: {from: name}}
"""
HEAD = "from pyspark.sql import functions as F, Window\n\n"
Check = Callable[..., list[str]]


@pytest.fixture
def check(spark: SparkSession, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Check]:
    """Checks gold functions, given as name -> body and parameters, beside the contract above."""
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    monkeypatch.setattr(silver_to_gold, "__path__", [str(tmp_path)])
    monkeypatch.setattr(gold_schemas, "GOLD_CODE", tmp_path)
    written: list[str] = []

    def problems(**functions: tuple[str, str]) -> list[str]:
        for name, (parameters, body) in functions.items():
            sys.modules.pop(f"lakehouse.silver_to_gold.{name}", None)
            (tmp_path / f"{name}.py").write_text(f"{HEAD}def {name}({parameters}):\n    {body}\n", encoding="utf-8")
            written.append(f"lakehouse.silver_to_gold.{name}")
        tables = "".join(f"  {name}: {{description: deals, key: deal_id}}\n" for name in functions)
        source = tmp_path / "pipeline.yaml"
        source.write_text(f"{CONTRACT}gold:\n{tables}", encoding="utf-8")
        return list_problems(spark, compile_contract(source, tmp_path))

    yield problems
    for name in written:
        sys.modules.pop(name, None)


AMOUNT = "gold.best: best() (best.py, line 4) reads the column 'amuont' of silver.deal, which the contract lacks"
NEAREST = "did you mean 'amount'?"


@pytest.mark.parametrize(
    "body",
    [
        "return deal.select('deal_id', 'amuont')",
        "return deal.filter(F.col('amuont') > 0)",
        "return deal.filter(~F.col('amuont') & F.lit(True))",
        "return deal.filter(deal.amuont > 0)",
        "return deal.filter(deal['amuont'] > 0)",
        "return deal.filter('amuont > 0')",
        "return deal.alias('d').filter(F.col('d.amuont') > 0)",
        "return deal.withColumn('n', F.sum('amount').over(Window.partitionBy('amuont')))",
        "return deal.dropDuplicates(['amuont'])",
        "return deal.join(deal, on=['deal_id', 'amuont'])",
        "return deal.groupBy('deal_id').agg(F.max('amuont'))",
    ],
)
def test_a_column_that_the_contract_lacks_is_named_with_the_nearest(check: Check, body: str) -> None:
    assert check(best=("deal", body)) == [f"{AMOUNT}; {NEAREST}"]


def test_the_table_is_the_one_in_which_the_column_would_help(check: Check) -> None:
    join = "deal.join(owner, on='owner_id')"
    [line] = check(best=("deal, owner", f"return {join}.select('deal_id', 'frist_name')"))
    assert "'frist_name' of silver.deal or silver.owner, which" in line and line.endswith("did you mean 'first_name'?")
    owners = "owner.select('owner_id', 'frist_name')"
    [line] = check(best=("deal, owner", f"return deal.join({owners}, on='owner_id')"))
    assert "'frist_name' of silver.owner, which" in line


def test_all_missing_columns_of_all_functions_are_told_at_once(check: Check) -> None:
    lines = check(
        best=("deal", "return deal.select('deal_id', 'amuont', F.col('onwer_id'), F.upper('colour'))"),
        worst=("deal", "return deal.select('daal_id')"),
    )
    missing = {(line.partition(":")[0], line.split("'")[1]) for line in lines}
    assert missing == {
        ("gold.best", "amuont"),
        ("gold.best", "onwer_id"),
        ("gold.best", "colour"),
        ("gold.worst", "daal_id"),
        ("gold.worst.key", "deal_id"),
    }
    assert len(lines) == 5


def test_gold_that_reads_gold_is_given_what_the_earlier_function_returns(check: Check) -> None:
    best = ("deal", "return deal.select('deal_id', F.col('amount').alias('most'))")
    assert check(best=best, top=("best", "return best.select('deal_id', 'most')")) == []
    [line] = check(best=best, top=("best", "return best.select('deal_id', 'amount')"))
    assert line == (
        "gold.top: top() (top.py, line 4) reads the column 'amount' of gold.best, which its function does not "
        "return; did you mean 'most'?"
    )


def test_gold_that_reads_a_table_whose_function_failed_is_left_out(check: Check) -> None:
    lines = check(best=("deal", "return 1 / 0"), top=("best", "return best.select('none')"))
    assert lines == ["gold.best: best() (best.py, line 4) fails with ZeroDivisionError: division by zero"]


def test_a_key_that_the_function_does_not_return_is_told(check: Check) -> None:
    [line] = check(best=("deal", "return deal.select(F.col('deal_id').alias('dael_id'))"))
    assert line == "gold.best.key: best() returns no 'deal_id'; did you mean 'dael_id'?"


@pytest.mark.parametrize(
    ("body", "failure"),
    [
        ("return deal.fitler('true')", "AttributeError: 'DataFrame' object has no attribute 'fitler'"),
        ("return None", "TypeError: it returns NoneType and not a DataFrame"),
        ("return deal.filter(F.date_add('amount', 1) > 0)", "AnalysisException: [DATATYPE_MISMATCH"),
        ("raise ValueError(day)", "ValueError: monday"),
    ],
)
def test_another_failure_is_told_by_kind_and_text(check: Check, body: str, failure: str) -> None:
    [line] = check(best=("deal, *, day", body))
    assert line.startswith("gold.best: best()") and f" fails with {failure}" in line


def test_a_column_that_the_function_itself_has_left_out_is_told_with_those_that_it_has(check: Check) -> None:
    [line] = check(best=("deal", "return deal.select('deal_id').select('deal_id', 'amount')"))
    assert line == "gold.best: best() (best.py, line 4) finds no column 'amount'; use one of deal_id"


def test_the_shipped_contracts_have_no_problem_and_no_job_is_started(spark: SparkSession) -> None:
    tracker = spark.sparkContext.statusTracker()
    scheduler = spark.sparkContext._jsc.sc().dagScheduler()
    before = scheduler.nextJobId()
    for contract in ("pipeline.yaml", "demo/pipeline.yaml"):
        check_gold_functions(spark, compile_contract(ROOT / contract))
    assert (scheduler.nextJobId(), tracker.getActiveJobsIds()) == (before, [])
    assert spark.range(3).count() == 3 and scheduler.nextJobId() > before  # what is counted here counts jobs


def test_problems_are_raised_together(spark: SparkSession, tmp_path: Path) -> None:
    text = (ROOT / "demo/pipeline.yaml").read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if not line.startswith(("      region:", "      close_date:"))]
    (tmp_path / "pipeline.yaml").write_text("\n".join(lines), encoding="utf-8")
    with pytest.raises(GoldFunctionError) as caught:
        check_gold_functions(spark, compile_contract(tmp_path / "pipeline.yaml"))
    head, *problems = str(caught.value).splitlines()
    assert head == f"gold functions and contract: {len(problems)} problem(s)"
    missing = {(line.partition(":")[0].strip(), line.split("'")[1]) for line in problems}
    assert {("gold.opportunity", "region"), ("gold.opportunity", "close_date")} <= missing
