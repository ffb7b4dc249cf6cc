"""Every row is accounted for: what the runs report is what was planted, and the tables hold it."""

from collections import Counter
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest
from pyspark.sql import functions as F

from demo.arrive import planted
from demo.planted import Arrival, Mess, Planted
from lakehouse.contract.models import SilverTable
from lakehouse.raw_to_silver.row_counts import RowCounts
from tests.whole_flow.story import SCALE, Story

DAYS = {"first": 1, "second": 2}


@pytest.fixture(scope="module")
def account() -> Planted:
    return planted(SCALE)


def expected(arrival: Arrival, table: SilverTable) -> dict[str, Any]:
    aside = len(arrival.quarantined)
    figures = (arrival.reported, arrival.reported, aside, arrival.duplicates, arrival.stale, arrival.written)
    return asdict(RowCounts(*figures, reasons=arrival.reasons(table)))


@pytest.mark.parametrize("step", DAYS)
def test_every_count_of_the_report_is_the_planted_one(story: Story, account: Planted, step: str) -> None:
    silver = story.pipeline.silver
    reported = {
        one["name"].removeprefix("silver."): one["counts"]
        for one in story.steps[step].report["tables"]
        if one["name"].startswith("silver.")
    }
    arrivals = account.arrivals[DAYS[step]]
    assert reported == {name: expected(arrivals[table.from_], table) for name, table in silver.items()}


@pytest.mark.parametrize("step", DAYS)
def test_rows_kept_aside_are_the_planted_ones_with_all_their_reasons(story: Story, account: Planted, step: str) -> None:
    for name, table in story.pipeline.silver.items():
        kept = story.rows(f"quarantine.{name}", step).where(F.col("_run_id") == story.steps[step].run_id)
        found = Counter(frozenset(row.reasons) for row in kept.select("reasons").collect())
        refused = account.arrivals[DAYS[step]][table.from_].quarantined
        row_by_row = (Arrival(quarantined=(row,)).reasons(table) for row in refused)
        assert found == Counter(frozenset(reasons) for reasons in row_by_row), name


def test_rows_kept_aside_name_a_file_that_is_there(story: Story) -> None:
    for name in story.pipeline.silver:
        rows = story.rows(f"quarantine.{name}", "second").select("_source_file").distinct().collect()
        assert [row[0] for row in rows if not Path(row[0].removeprefix("file:")).is_file()] == []


def test_silver_has_one_row_per_key_of_every_row_that_was_written(story: Story, account: Planted) -> None:
    for name, table in story.pipeline.silver.items():
        rows = story.rows(f"silver.{name}", "first")
        held, keys = rows.count(), rows.select(*table.key).distinct().count()
        assert held == keys == account.arrivals[1][table.from_].written, name


def test_a_failed_execution_contributes_nothing(story: Story, account: Planted) -> None:
    (lost,) = account.ids(Mess.ONLY_IN_FAILED, "salesforce.Opportunity")
    for table in ("silver.opportunity", "quarantine.opportunity"):
        assert story.rows(table, "second").where(F.col("opportunity_id") == lost).count() == 0


def test_gold_has_a_row_for_everything_alive_and_for_nothing_else(story: Story) -> None:
    for step in DAYS:
        for gold, silver, key in (
            ("opportunity", "opportunity", "opportunity_id"),
            ("account_360", "account", "account_id"),
        ):
            alive = story.rows(f"silver.{silver}", step).where("NOT is_deleted").select(key)
            made = story.rows(f"gold.{gold}", step).select(key)
            assert made.exceptAll(alive).count() == alive.exceptAll(made).count() == 0, (gold, step)


def test_every_user_is_in_the_rep_performance(story: Story) -> None:
    users = story.rows("silver.user", "second").select("user_id")
    assert users.subtract(story.rows("gold.rep_performance", "second").select("user_id")).count() == 0


def test_the_time_of_a_run_is_load_execution_and_waiting(story: Story) -> None:
    for step in story.steps.values():
        splits = [step.report["milliseconds"], *(one["milliseconds"] for one in step.report["tables"])]
        assert [one["total"] - one["load"] - one["execution"] - one["waiting"] for one in splits if one] == [0] * len(
            [one for one in splits if one]
        )
