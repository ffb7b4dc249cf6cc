"""The table of changes: what each change of a contract does to the rows that silver holds.

Each change has a table of its own over one source, so that one lake goes through all of them.
"""

from dataclasses import dataclass
from typing import Any

import pytest
from pyspark.sql import SparkSession

from lakehouse.run.pending import PendingChangeError
from lakehouse.run.report import Report
from tests.changes.changing import COLUMNS, MIGRATION, ChangingLake, Columns, contact, contract_of

BEFORE = COLUMNS | {
    "amount": {"from": "Amount__c", "type": "decimal(10,2)"},
    "born": {"from": "Birthdate"},
    "email": {"from": "Email", "type": "email", "pii": "hash"},
}
DAY_1 = (
    contact(1, Amount__c=1.5, Birthdate="2000-01-01", Email="a@b.example", Title="CEO"),
    contact(2, Amount__c=20, Birthdate="spring", Email="c@d.example", Title="CFO"),
    contact(3, Amount__c="x", Birthdate=None, Email=None, Title=None),
    contact(5, Amount__c=12, Birthdate="2002-02-02", Email="e@f.example"),
    contact(5, "2025-01-01T00:00:00Z", Amount__c=15, Birthdate="spring", Email="e@f.example"),
)
DAY_2 = (contact(4, Amount__c=30, Title="COO"), contact(1, "2026-02-01T00:00:00Z", Amount__c=3, Birthdate="spring"))
DAY_3 = (contact(6, Amount__c=30, Birthdate="spring", Email="g@h.example", Phone="5559990006"),)


def changed(name: str, **facts: Any) -> Columns:
    """Returns the columns with some facts of one changed."""
    return BEFORE | {name: BEFORE.get(name, {}) | facts}


def without(name: str) -> Columns:
    return {column: facts for column, facts in BEFORE.items() if column != name}


BY_A_RUN = {
    "renamed": without("name") | {"full_name": {"from": "Name", "was": "name"}},
    "new_and_wider": changed("amount", type="decimal(18,2)") | {"title": {"from": "Title"}},
}
MIGRATED = {
    "none_to_last_4": changed("phone", pii="last_4"),
    "none_to_hash": changed("phone", pii="hash"),
    "none_to_drop": changed("phone", pii="drop"),
    "hash_to_domain": changed("email", pii="domain"),
    "more_places": changed("amount", type="decimal(18,4)"),
    "text_to_date": changed("born", type="date"),
    "other_field": changed("name", **{"from": "Title"}),
    "required": changed("born", required=True),
    "larger": changed("amount", min=10),
    "renamed_and_masked": without("phone")
    | {"mobile": {"from": "Phone", "type": "phone", "pii": "last_4", "was": "phone"}},
}
TABLES = (*BY_A_RUN, *MIGRATED)


@dataclass
class Changes:
    """The lake after all changes, one that the last contract makes of its raw at once, and what was said meanwhile."""

    lake: ChangingLake
    fresh: ChangingLake
    by_run: Report
    stopped: str
    untouched: bool
    again: Report


@pytest.fixture(scope="module")
def changes(spark: SparkSession, tmp_path_factory: pytest.TempPathFactory) -> Changes:
    folder = tmp_path_factory.mktemp("changes")
    lake = ChangingLake(spark, folder / "lake")
    first = dict.fromkeys(TABLES, BEFORE)
    lake.land(1, *DAY_1)
    lake.run(contract_of(first))
    lake.land(2, *DAY_2)
    by_run = lake.run(contract_of(first | BY_A_RUN))
    lake.land(3, *DAY_3)
    last = contract_of(BY_A_RUN | MIGRATED)
    before = [lake.rows(f"silver.{name}") for name in TABLES]
    with pytest.raises(PendingChangeError) as stopped:
        lake.run(last)
    untouched = before == [lake.rows(f"silver.{name}") for name in TABLES]
    lake.run(last, MIGRATION)
    lake.run(last)
    again = lake.run(last)
    return Changes(lake, lake.from_nothing(last, folder / "fresh"), by_run, str(stopped.value), untouched, again)


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("layer", ["silver", "quarantine"])
def test_a_table_is_as_the_contract_makes_it_of_all_raw(changes: Changes, layer: str, table: str) -> None:
    name = f"{layer}.{table}"
    assert changes.lake.rows(name) == changes.fresh.rows(name)
    assert changes.lake.columns(name).items() == changes.fresh.columns(name).items()


@pytest.mark.parametrize("table", BY_A_RUN)
def test_a_run_makes_new_columns_names_and_wider_types_by_itself_and_says_so(changes: Changes, table: str) -> None:
    lines = [*changes.by_run.changes, *(line for each in changes.by_run.tables for line in each.changes)]
    assert [line for line in lines if line.startswith(f"silver.{table}.")]


@pytest.mark.parametrize("table", MIGRATED)
def test_a_run_stops_before_any_other_change_and_names_it(changes: Changes, table: str) -> None:
    assert f"\nsilver.{table}." in changes.stopped


def test_a_run_that_stops_writes_nothing_and_says_what_to_do(changes: Changes) -> None:
    assert changes.untouched
    assert changes.stopped.endswith("look at it with make diff, make it with make migrate")


def test_after_a_migration_and_a_run_there_is_nothing_new(changes: Changes) -> None:
    assert changes.again.outcome == "nothing new"
