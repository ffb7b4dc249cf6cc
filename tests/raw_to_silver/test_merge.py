"""A batch meets a table: new keys come in, newer versions replace, the same and the older are left out and counted."""

import json
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F

from lakehouse.contract.models import SilverTable
from lakehouse.raw_to_silver.merge import MergeResult, merge
from lakehouse.raw_to_silver.schema import LINEAGE, silver_schema
from lakehouse.run.tables import MERGED
from lakehouse.spark import iceberg, session

SILVER = "merge_laws.silver.note"
NOTE = SilverTable.model_validate(
    {
        "description": "one row per law and part",
        "from": "x.y",
        "key": ["law", "part"],
        "columns": {"law": {"from": "law"}, "part": {"from": "part", "type": "integer"}, "text": {"from": "text"}},
    }
)
JAN, FEB, MAR = "2026-01-01 00:00:00", "2026-02-01 00:00:00", "2026-03-01 00:00:00"
Row = tuple[str, str, str | None]
Rows = list[tuple[Any, ...]]
# The table's row and the batch's, as (version, arrival, text), and what the batch's row is to the table.
CASES: dict[str, tuple[Row | None, Row | None, str]] = {
    "a key that the table lacks is new": (None, (JAN, FEB, "a"), "new"),
    "a key that the batch lacks stays": ((JAN, JAN, "a"), None, "absent"),
    "a higher version replaces": ((JAN, JAN, "a"), (FEB, FEB, "b"), "newer"),
    "a higher version replaces though it arrived earlier": ((JAN, FEB, "a"), (FEB, JAN, "b"), "newer"),
    "a higher version replaces though nothing else differs": ((JAN, JAN, "a"), (FEB, FEB, "a"), "newer"),
    "a higher version replaces a text by none": ((JAN, JAN, "a"), (FEB, FEB, None), "newer"),
    "a higher version replaces none by a text": ((JAN, JAN, None), (FEB, FEB, "a"), "newer"),
    "a lower version is stale though it arrived later": ((FEB, JAN, "a"), (JAN, FEB, "b"), "stale"),
    "of one version a later and different row replaces": ((JAN, JAN, "a"), (JAN, FEB, "b"), "newer"),
    "of one version a later and equal row is stale": ((JAN, JAN, "a"), (JAN, FEB, "a"), "stale"),
    "of one version an earlier and different row is stale": ((JAN, FEB, "a"), (JAN, JAN, "b"), "stale"),
    "of one version and arrival a different row is stale": ((JAN, JAN, "a"), (JAN, JAN, "b"), "stale"),
    "the very same row is stale": ((JAN, JAN, "a"), (JAN, JAN, "a"), "stale"),
}
# Each law's row is part 1 of its key; part 2 is a neighbour that nothing touches.
NEIGHBOURS = [(law, 2, MAR, MAR, "the same law, another part") for law in CASES]
FIRST: Rows = [*((law, 1, *row) for law, (row, _, _) in CASES.items() if row), *NEIGHBOURS]
BATCH: Rows = [(law, 1, *row) for law, (_, row, _) in CASES.items() if row]
# What is merged after the first load in turn, and whether it brings news.
BATCHES: dict[str, tuple[Rows, bool]] = {
    "no row": ([], False),
    "a batch": (BATCH, True),
    "the batch again": (BATCH, False),
    "the first load again": (FIRST, False),
}


@dataclass(frozen=True)
class Step:
    """What `merge` counted, and where the branch and main stood afterwards."""

    merged: MergeResult
    branch: int | None
    main: int | None


@dataclass(frozen=True)
class Story:
    """A first load, which is published, and the batches after it on one branch."""

    steps: dict[str, Step]
    published: Rows
    merged: Rows


@pytest.fixture(scope="module")
def story(spark: SparkSession, tmp_path_factory: pytest.TempPathFactory) -> Story:
    created(spark, tmp_path_factory.mktemp("merge"))
    iceberg.open_branch(spark, SILVER, "first")
    steps = {"the first load": step(spark, FIRST, "first")}
    iceberg.publish(spark, SILVER, "first", steps["the first load"].branch or 0, "pub_first", {})
    iceberg.open_branch(spark, SILVER, "then")
    steps |= {name: step(spark, rows, "then") for name, (rows, _) in BATCHES.items()}
    return Story(steps, table(spark, "main"), table(spark, "then"))


def test_a_first_load_appends_every_row_to_the_branch(story: Story) -> None:
    assert story.steps["the first load"].merged == MergeResult(written=len(FIRST), stale=0)
    assert story.published == ordered(FIRST)


def test_the_branch_holds_what_is_new_and_newer_beside_what_was_there(story: Story) -> None:
    came = [row for row in BATCH if CASES[row[0]][2] in ("new", "newer")]
    stayed = [row for row in FIRST if CASES[row[0]][2] != "newer" or row in NEIGHBOURS]
    assert story.merged == ordered([*came, *stayed])


def test_the_counts_say_what_the_rows_show(story: Story) -> None:
    counts = Counter(meets for _, _, meets in CASES.values())
    assert story.steps["a batch"].merged == MergeResult(counts["new"] + counts["newer"], counts["stale"])


def test_a_batch_without_news_writes_nothing(story: Story) -> None:
    for before, (name, (rows, is_news)) in zip(story.steps, BATCHES.items(), strict=False):
        if not is_news:
            assert story.steps[name].merged == MergeResult(written=0, stale=len(rows)), name
            assert story.steps[name].branch == story.steps[before].branch, name


def test_nothing_is_written_to_main(story: Story) -> None:
    published = story.steps["the first load"].branch
    assert [one.main for one in story.steps.values()] == [None, *[published] * len(BATCHES)]


def step(spark: SparkSession, rows: Rows, branch: str) -> Step:
    merged = merge(spark, frame(spark, rows), NOTE, SILVER, branch)
    return Step(merged, iceberg.snapshot_id(spark, SILVER, branch), iceberg.snapshot_id(spark, SILVER))


def created(spark: SparkSession, folder: Path) -> None:
    session.attach_catalog(spark, session.Lake.in_folder(folder, catalog="merge_laws"))
    schema = silver_schema(NOTE)
    for field in LINEAGE.fields:
        schema = schema.add(field)
    iceberg.create(spark, SILVER, schema, NOTE.description, MERGED)


def frame(spark: SparkSession, rows: Rows) -> DataFrame:
    """Finished rows, as `load` gives them to `merge`."""
    names = ("law", "part", "_version", "_arrived_at", "text")
    schema = "array<struct<law string, part bigint, _version timestamp, _arrived_at timestamp, text string>>"
    text = json.dumps([dict(zip(names, row, strict=True)) for row in rows])
    plain = spark.range(1).select(F.inline(F.from_json(F.lit(text), schema)))
    lineage = ["_version", "_arrived_at", "xxhash64(text) AS _row_hash", "'r' AS _run_id"]
    return plain.selectExpr("law", "part", "text", *lineage)


def table(spark: SparkSession, branch: str) -> Rows:
    instants = [F.date_format(name, "yyyy-MM-dd HH:mm:ss") for name in ("_version", "_arrived_at")]
    rows = spark.table(iceberg.branch_of(SILVER, branch)).select("law", "part", *instants, "text").collect()
    return ordered([tuple(row) for row in rows])


def ordered(rows: Rows) -> Rows:
    return sorted(rows, key=lambda row: (row[0], row[1]))
