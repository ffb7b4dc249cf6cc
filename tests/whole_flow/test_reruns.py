"""A rerun changes nothing, a later run reads and writes that day's changes alone, and a failed run shows nothing."""

from functools import reduce

import pytest
from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from demo.arrive import planted
from demo.planted import Mess
from lakehouse.spark import iceberg
from tests.whole_flow.story import BROKEN, SCALE, Step, Story

OPPORTUNITIES = "salesforce.Opportunity"


def outcomes(step: Step) -> dict[str, str]:
    return {table["name"]: table["outcome"] for table in step.report["tables"]}


def all_but_products(story: Story) -> set[str]:
    """What day 2 changes: every source but the products."""
    silver = {f"silver.{name}" for name in story.pipeline.silver if name != "product"}
    return silver | {f"gold.{name}" for name in story.pipeline.gold}


def of_run(rows: DataFrame, step: Step) -> DataFrame:
    return rows.where(F.col("_run_id") == step.run_id)


def test_the_runs_end_as_they_should(story: Story) -> None:
    ends = {name: (step.exit_code, step.report["outcome"]) for name, step in story.steps.items()}
    assert ends == {
        "first": (0, "published"),
        "again": (0, "nothing new"),
        "broken": (1, "failed"),
        "second": (0, "published"),
    }


def test_a_second_run_reads_no_file_and_makes_no_commit(story: Story) -> None:
    first, again = story.steps["first"], story.steps["again"]
    assert (again.main, again.metadata) == (first.main, first.metadata)
    assert [table for table, found in again.manifest["tables"].items() if found["batches"]] == []
    assert set(outcomes(again).values()) == {"nothing new"}


def test_day_two_reads_the_files_of_day_two_and_no_others(story: Story) -> None:
    tables = story.steps["second"].manifest["tables"].values()
    files = [file["key"] for table in tables for batch in table["batches"] for file in batch["files"]]
    assert files
    assert [key for key in files if "/2026/01/08/" not in key and "/day-2/" not in key] == []


@pytest.mark.parametrize("kind", [Mess.UPDATED, Mess.DELETED, Mess.UNDELETED, Mess.CREATED])
def test_day_two_writes_what_was_changed(story: Story, kind: Mess) -> None:
    written = of_run(story.rows("silver.opportunity", "second"), story.steps["second"])
    ids = {row[0] for row in written.select("opportunity_id").collect()}
    assert set(planted(SCALE).ids(kind, OPPORTUNITIES)) - ids == set()


def test_what_day_two_does_not_write_stays_as_it_was(story: Story) -> None:
    """Late and repeated rows are among the untouched ones: older versions overwrite nothing."""
    for name, table in story.pipeline.silver.items():
        before, after = (story.rows(f"silver.{name}", step) for step in ("first", "second"))
        written = of_run(after, story.steps["second"])
        untouched = before.join(written, list(table.key), "left_anti")
        stayed = after.subtract(written)
        assert untouched.exceptAll(stayed).count() == stayed.exceptAll(untouched).count() == 0, name


def test_what_changed_is_published_with_a_tag_and_only_a_failed_run_leaves_branches(story: Story) -> None:
    for name in ("first", "second"):
        step = story.steps[name]
        published = {table for table, outcome in outcomes(step).items() if outcome == "published"}
        tags = {
            table: iceberg.snapshot_id(story.spark, f"{story.catalog}.{table}", f"pub_{step.run_id}")
            for table in published
        }
        assert tags == {table: step.main[table] for table in published}
    refs = [
        story.spark.table(f"{story.catalog}.{table}.refs").where("type = 'BRANCH'").select("name")
        for table in story.tables
    ]
    assert {row.name for row in reduce(DataFrame.union, refs).collect()} == {"main", "audit_r_broken"}


def test_day_two_publishes_all_tables_that_have_news(story: Story) -> None:
    found = {table for table, outcome in outcomes(story.steps["second"]).items() if outcome == "published"}
    assert found - {"silver.product"} == all_but_products(story)


def test_a_broken_suite_publishes_nothing_and_keeps_the_branch_for_inspection(story: Story) -> None:
    before, broken = story.steps["again"], story.steps["broken"]
    assert broken.main == before.main
    assert {table for table, outcome in outcomes(broken).items() if outcome == "published"} == set()
    assert {table for table in outcomes(broken) if table.startswith("gold.")} == set()


def test_the_report_of_a_broken_suite_names_table_rule_and_count(story: Story) -> None:
    broken = story.steps["broken"]
    would_be = story.rows("silver.opportunity", "second").where("amount IS NOT NULL")
    wrong = would_be.where("amount NOT BETWEEN 0 AND 1").count()
    sentence = (
        f"silver.opportunity: rule '{BROKEN['name']}' failed on {wrong:,} of "
        f"{story.rows('silver.opportunity', 'second').count():,} rows; look at them on branch audit_r_broken of "
        f"silver.opportunity, readers keep the last published data"
    )
    assert broken.report["problems"] == [sentence]
    assert sentence in " ".join(broken.printed.split())
