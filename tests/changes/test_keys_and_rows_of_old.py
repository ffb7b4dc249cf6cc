"""The masking key, full refreshes, and rows that raw no longer holds: one lake goes through all of it."""

from typing import Any

import pytest
from pyspark.sql import SparkSession

from lakehouse.contract.diff import KeyChangedError
from lakehouse.run.pending import PendingChangeError
from lakehouse.run.report import Report
from lakehouse.run.run import RunFailedError
from tests.changes.changing import COLUMNS, FULL_REFRESH, KEY, MIGRATION, ChangingLake, contact, contract_of

EMAIL = {"email": {"from": "Email", "type": "email", "pii": "hash"}}
BEFORE = COLUMNS | {"amount": {"from": "Amount__c", "type": "integer"}} | EMAIL
AFTER = BEFORE | {
    "phone": BEFORE["phone"] | {"pii": "last_4"},
    "title": {"from": "Title"},
    "email": EMAIL["email"] | {"pii": "domain"},
    "amount": BEFORE["amount"] | {"min": 2},
}
SILVER, ASIDE = "silver.contact", "quarantine.contact"
DAY_1 = [contact(number, Email=f"{number}@old.example", Amount__c=number) for number in (1, 2, 3)]
Facts = dict[str, Any]


@pytest.fixture(scope="module")
def facts(spark: SparkSession, tmp_path_factory: pytest.TempPathFactory) -> Facts:
    lake, facts = ChangingLake(spark, tmp_path_factory.mktemp("keys") / "lake"), Facts()
    one, two = (contract_of({"contact": BEFORE}, version) for version in (1, 2))
    lake.land(1, *DAY_1, contact(9, Amount__c="x"))
    lake.run(one)
    facts["first"] = lake.rows(SILVER), lake.rows(ASIDE)
    facts["refresh"] = lake.run(one, FULL_REFRESH)
    facts["refreshed"] = lake.rows(SILVER), lake.rows(ASIDE)
    lake.use_key(KEY + "!")
    facts["other key"] = refused(lake, one)
    facts["new version"] = refused(lake, two)
    lake.run(two, MIGRATION)
    facts["rotated"] = lake.rows(SILVER)
    older = contact(2, "2025-01-01T00:00:00Z", Email="2@older.example", Amount__c=2)
    lake.land(2, contact(4, Email="4@new.example", Title="COO", Amount__c=4), older)
    lake.run(two)
    lake.expire(1)
    facts["refresh without raw"] = lake.run(two, FULL_REFRESH)
    facts["kept"] = lake.rows(SILVER)
    facts["migration"] = lake.run(contract_of({"contact": AFTER}, 2), MIGRATION)
    facts["last"], facts["quarantined"] = lake.rows(SILVER), lake.rows(ASIDE)
    named = {column: about for column, about in AFTER.items() if column != "name"}
    named |= {"label": AFTER["name"] | {"was": "name"}}
    lake.run(contract_of({"contact": named}, 2), FULL_REFRESH)
    facts["named"] = lake.rows(SILVER)
    lake.land(3, contact(7), reported=2)
    with pytest.raises(RunFailedError):
        lake.run(contract_of({"contact": named | {"nickname": {"from": "Nickname"}}}, 2))
    facts["columns after a failure"] = lake.columns(SILVER)
    return facts


def refused(lake: ChangingLake, contract: dict[str, Any]) -> Exception:
    with pytest.raises((KeyChangedError, PendingChangeError)) as stopped:
        lake.run(contract)
    return stopped.value


def remade(report: Report) -> Any:
    [table] = [table for table in report.tables if table.name == SILVER]
    return table.remade


def test_a_full_refresh_changes_nothing_where_nothing_differs(facts: Facts) -> None:
    assert (facts["refresh"].outcome, remade(facts["refresh"]).unchanged) == ("nothing new", 3)
    assert facts["refreshed"] == facts["first"]


def test_another_key_under_the_same_version_is_refused(facts: Facts) -> None:
    assert isinstance(facts["other key"], KeyChangedError)
    assert "put the old key back, or say masking.version: 2" in str(facts["other key"])


def test_a_new_key_of_a_new_version_makes_every_hash_anew(facts: Facts) -> None:
    assert "silver.contact.email: masking key: version 1 -> 2" in str(facts["new version"])
    assert [row["email"][:4] for row in facts["rotated"]] == ["hk2:"] * 3


def test_rows_that_raw_no_longer_holds_stay_in_a_full_refresh_and_are_counted(facts: Facts) -> None:
    counts = remade(facts["refresh without raw"])
    assert (counts.carried, counts.made, counts.unchanged) == (3, 1, 4)
    assert [row["contact_id"] for row in facts["kept"]] == ["c1", "c2", "c3", "c4"]


def test_a_row_of_raw_that_is_older_than_the_one_that_stays_is_stale(facts: Facts) -> None:
    [table] = [table for table in facts["refresh without raw"].tables if table.name == SILVER]
    # One is older than the row that stays, and one is as it was.
    assert (table.counts.read, table.counts.stale, table.counts.written) == (2, 2, 0)


def test_a_full_refresh_gives_a_column_its_new_name_too(facts: Facts) -> None:
    assert [row["label"] for row in facts["named"]] == ["N2", "N3", "N4"]
    assert "name" not in facts["named"][0]


def test_a_migration_brings_them_as_far_as_silver_has_them_and_counts_what_it_could_not_make(facts: Facts) -> None:
    counts = remade(facts["migration"])
    rows = {row["contact_id"]: (row["phone"], row["title"], row["email"]) for row in facts["last"]}
    assert rows == {
        "c2": ("****0002", None, None),
        "c3": ("****0003", None, None),
        "c4": ("****0004", "COO", "new.example"),
    }
    assert (counts.made, counts.carried, counts.lost) == (1, 2, {"title": 2, "email": 2})


def test_a_run_that_fails_shows_no_column_of_its_contract(facts: Facts) -> None:
    assert "title" in facts["columns after a failure"]
    assert "nickname" not in facts["columns after a failure"]


def test_a_row_that_breaks_a_new_rule_is_quarantined_with_its_reason_and_masked(facts: Facts) -> None:
    assert remade(facts["migration"]).refused == 1
    [row] = [row for row in facts["quarantined"] if row["contact_id"] == "c1"]
    assert row["reasons"] == ["amount: is out of range"]
    assert row["phone"].startswith("hk2:")
