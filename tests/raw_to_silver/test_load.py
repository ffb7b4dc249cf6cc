"""One table's load: every row of its batches is written, a duplicate, stale or quarantined, or the load fails."""

import hashlib
import hmac
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, get_args

import pytest
from pyspark.sql import SparkSession
from pyspark.sql import types as T

from lakehouse.contract.models import SilverTable
from lakehouse.contract.salesforce import Format
from lakehouse.raw_to_silver import quarantine
from lakehouse.raw_to_silver.load import load
from lakehouse.raw_to_silver.load_job import LoadJob
from lakehouse.raw_to_silver.mask import Masker, make_masker
from lakehouse.raw_to_silver.row_counts import RowCounts, UnaccountedRowsError
from lakehouse.raw_to_silver.schema import LINEAGE, silver_schema
from lakehouse.run.tables import MERGED
from lakehouse.spark import iceberg, session
from raw_ready.manifest import Batch, File, TableBatches

SILVER, ASIDE = "load_laws.silver.person", "load_laws.quarantine.person"
KEY = b"a key of thirty-two bytes or more"
PERSON = SilverTable.model_validate(
    {
        "description": "one row per person",
        "from": "rest.crm.people",
        "key": "person_id",
        "version": "changed",
        "columns": {
            "person_id": {"from": "id", "type": "salesforce_id"},
            "name": {"from": "name", "required": True},
            "nickname": {"from": "nickname"},
            "city": {"from": "city"},
            "age": {"from": "age", "type": "integer", "min": 0},
            "email": {"from": "email", "type": "email", "pii": "hash"},
        },
    }
)
JAN, FEB, MAR = "2026-01-01T00:00:00Z", "2026-02-01T00:00:00Z", "2026-03-01T00:00:00Z"
CANARY = "canary.4711"
TRUNCATED = '{"id": "00399", "email": "canary.4711@example.org", "na'
Record = dict[str, Any] | str


def person(number: int, changed: str = JAN, name: str | None = "P", **fields: Any) -> Record:
    """A record of the source; its id has 15 characters."""
    email = f"{CANARY}.{number}@example.org"
    return {"id": f"{number:015}", "name": name, "age": 30, "email": email, "changed": changed, **fields}


PUBLISHED = [person(1), person(2, FEB, nickname="Bo"), person(3), person(3, "2025-01-01T00:00:00Z"), person(4, age=-1)]
# Two executions that hold a row of each kind, some on either side.
FEBRUARY = [
    person(1, FEB, "newer"),
    person(2, JAN, "stale: an older version"),
    person(3),
    person(5, FEB, "a duplicate: an older version in the batch"),
    person(6, FEB, "a duplicate: of one version, and arrived earlier"),
    person(7, age=-1),
    TRUNCATED,
]
MARCH = [
    person(5, MAR, "new, in the other spelling", id="000000000000005AAA"),
    person(6, FEB, "new, the later arrival"),
    person(8, JAN, "new, alone", email=None),
    person(9, JAN, None, age="thirty", email=CANARY),
    person(10, "yesterday"),
    person(11, id=f"  {CANARY}"),
]
REASONS = {
    "record: the record can't be read as the contract's columns": 1,
    "person_id: is missing": 1,
    "person_id: is not a valid Salesforce id": 1,
    "name: is missing": 2,
    "age: is not a whole number": 1,
    "age: is out of range": 1,
    "email: is not an e-mail address": 1,
    "version: is not an instant": 1,
}
# The rows of silver afterwards, of January's first: person, name, version, arrival, and the run that wrote it.
SILVER_ROWS = [
    (1, "newer", FEB, FEB, "second"),
    (2, "P", FEB, JAN, "first"),
    (3, "P", JAN, JAN, "first"),
    (5, "new, in the other spelling", MAR, MAR, "second"),
    (6, "new, the later arrival", FEB, MAR, "second"),
    (8, "new, alone", JAN, MAR, "second"),
]
SEVEN = [person(20), person(21, age=-1), person(20, "2025-01-01T00:00:00Z"), person(2, JAN), person(1, FEB)]
SEVEN += [person(22, age=-1), person(23)]
BAD = {"age: is out of range": 1}
BATCHES = {
    "no rows": ([], RowCounts(0, 0, 0, 0, 0, 0)),
    "one row": (SEVEN[:1], RowCounts(1, 1, quarantined=0, duplicates=0, stale=0, written=1)),
    "two rows": (SEVEN[:2], RowCounts(2, 2, quarantined=1, duplicates=0, stale=0, written=1, reasons=BAD)),
    "seven rows": (SEVEN, RowCounts(7, 7, 2, duplicates=1, stale=1, written=3, reasons={"age: is out of range": 2})),
    "only bad rows": (SEVEN[1:2], RowCounts(1, 1, quarantined=1, duplicates=0, stale=0, written=0, reasons=BAD)),
}


@dataclass(frozen=True)
class Place:
    """A lake with one silver table, and the raw files that are laid into it."""

    spark: SparkSession
    raw: Path
    masker: Masker

    def batch(self, records: list[Record], arrived_at: str = MAR, reported: int | None = None) -> Batch:
        """An execution that left one file of these records."""
        file = self.raw / f"part {len(list(self.raw.iterdir()))}.jsonl"
        file.write_text("".join(f"{one if isinstance(one, str) else json.dumps(one)}\n" for one in records))
        rows = len(records) if reported is None else reported
        return Batch(arrived_at, arrived_at, rows, (File(file.name, file.stat().st_size),))

    def load(self, run: str, *batches: Batch, kind: Format = "json") -> RowCounts:
        """Loads the batches into branches of the run's name; the load itself opens the quarantine's, when it must."""
        iceberg.open_branch(self.spark, SILVER, run)
        job = LoadJob(PERSON, TableBatches("rest.crm.people", kind, "", batches), SILVER, ASIDE, run, run)
        return load(self.spark, job, self.masker, lambda key: f"file://{self.raw}/{key}")

    def snapshots(self, ref: str = "main") -> list[int | None]:
        """Where the ref of the silver and of the quarantine table stands, None where there is none."""
        return [iceberg.snapshot_id(self.spark, name, ref) for name in (SILVER, ASIDE)]

    def rows(self, name: str, branch: str, *columns: str) -> list[tuple[Any, ...]]:
        rows = self.spark.table(iceberg.branch_of(name, branch)).select(*columns).collect()
        return sorted((tuple(row) for row in rows), key=str)


@pytest.fixture(scope="module")
def place(spark: SparkSession, tmp_path_factory: pytest.TempPathFactory) -> Place:
    """What is published: the rows of an execution of January."""
    session.attach_catalog(spark, session.Lake.in_folder(tmp_path_factory.mktemp("load"), catalog="load_laws"))
    whole = T.StructType([*silver_schema(PERSON).fields, *LINEAGE.fields])
    iceberg.create(spark, SILVER, whole, PERSON.description, MERGED)
    iceberg.create(spark, ASIDE, quarantine.schema(PERSON), "quarantined rows", {})
    made = Place(spark, tmp_path_factory.mktemp("raw"), make_masker(spark, KEY, 1))
    made.load("first", made.batch(PUBLISHED, JAN))
    for name, snapshot in zip((SILVER, ASIDE), made.snapshots("first"), strict=True):
        iceberg.publish(spark, name, "first", snapshot or 0, "pub_first", {})
    return made


@pytest.fixture(scope="module")
def second(place: Place) -> RowCounts:
    return place.load("second", place.batch(FEBRUARY, FEB), place.batch(MARCH, MAR))


def test_every_row_is_counted_once(second: RowCounts) -> None:
    assert second == RowCounts(13, 13, quarantined=5, duplicates=2, stale=2, written=4, reasons=REASONS)


def test_silver_holds_the_winners_with_version_arrival_and_run(second: RowCounts, place: Place) -> None:
    rows = place.rows(SILVER, "second", "person_id", "name", "_version", "_arrived_at", "_run_id")
    expected = [
        (f"{n:015}AAA", name, utc(version), utc(arrived), run) for n, name, version, arrived, run in SILVER_ROWS
    ]
    assert rows == expected


def test_no_clear_personal_value_is_in_silver_or_quarantine(second: RowCounts, place: Place) -> None:
    hashed = [hashed_email(number) for number in (1, 2, 3, 5, 6)]
    assert place.rows(SILVER, "second", "email") == sorted([*((text,) for text in hashed), (None,)], key=str)
    assert [row for name in (SILVER, ASIDE) for row in place.rows(name, "second", "*") if CANARY in str(row)] == []


@pytest.fixture
def adaptive(spark: SparkSession) -> Iterator[None]:
    """Plans as a large run has them: what turns out to be empty is dropped from them."""
    before = spark.conf.get("spark.sql.adaptive.enabled") or "true"
    spark.conf.set("spark.sql.adaptive.enabled", "true")
    yield
    spark.conf.set("spark.sql.adaptive.enabled", before)


@pytest.mark.usefixtures("adaptive")
@pytest.mark.parametrize("size", BATCHES)
def test_batches_of_every_size_are_accounted_for_and_change_no_main(size: str, place: Place) -> None:
    records, expected = BATCHES[size]
    before = place.snapshots()
    run = size.replace(" ", "_")
    assert place.load(run, place.batch(records)) == expected
    assert place.snapshots() == before
    silver, aside = place.snapshots(run)
    assert (silver != before[0], aside is not None) == (expected.written > 0, expected.quarantined > 0)


def test_a_published_batch_that_is_loaded_again_writes_nothing_to_silver(place: Place) -> None:
    counts = place.load("again", place.batch(PUBLISHED, JAN))
    assert counts == RowCounts(5, 5, quarantined=1, duplicates=1, stale=3, written=0, reasons=BAD)
    assert place.snapshots("again")[0] == place.snapshots()[0]


@pytest.mark.parametrize("kind", get_args(Format))
def test_without_files_nothing_is_read_or_written(kind: Format, place: Place) -> None:
    assert place.load(f"no_{kind}", Batch(MAR, MAR, 0, ()), kind=kind) == RowCounts(0, 0, 0, 0, 0, 0)
    assert place.snapshots(f"no_{kind}") == [place.snapshots()[0], None]


def test_rows_that_were_reported_but_left_no_file_fail_the_load(place: Place) -> None:
    with pytest.raises(UnaccountedRowsError) as failed:
        place.load("lost_file", Batch(MAR, MAR, 2, ()))
    assert str(failed.value) == refusal("the source reported 2 rows and 0 were read")


def test_a_value_that_moved_to_another_column_is_another_content(place: Place) -> None:
    moved = place.batch([person(2, FEB, city="Bo")])
    assert place.load("moved", moved) == RowCounts(1, 1, quarantined=0, duplicates=0, stale=0, written=1)


@pytest.mark.parametrize("reported", [1, 3])
def test_a_source_that_reported_another_count_fails_the_load(reported: int, place: Place) -> None:
    miscounted = place.batch([person(30), person(31, age=-1)], reported=reported)
    with pytest.raises(UnaccountedRowsError) as failed:
        place.load(f"reported_{reported}", miscounted)
    assert str(failed.value) == refusal(f"the source reported {reported} rows and 2 were read")


def test_rows_of_a_file_that_is_in_no_batch_fail_the_load(place: Place) -> None:
    """A key that names a folder brings every file in it, and none of them has an arrival."""
    batch = place.batch([person(40)], FEB)
    (place.raw / "folder").mkdir()
    (place.raw / batch.files[0].key).rename(place.raw / "folder/part.jsonl")
    unlisted = Batch(FEB, FEB, 1, (File("folder", 1),))
    with pytest.raises(UnaccountedRowsError) as failed:
        place.load("unlisted", unlisted, place.batch([person(41)], MAR))
    assert str(failed.value) == refusal("1 rows come from files that are in no batch")


def refusal(problem: str) -> str:
    return f"{SILVER}: {problem}. Nothing is published; run again with the same data"


def hashed_email(number: int) -> str:
    text = f"{CANARY}.{number}@example.org"
    return f"hk1:{hmac.new(KEY, text.encode(), hashlib.sha256).hexdigest()}"


def utc(instant: str) -> datetime:
    return datetime.fromisoformat(instant).replace(tzinfo=None)
