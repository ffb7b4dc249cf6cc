"""Laws of arrival: every row has the instant of the batch that brought its file, however the file is named."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import pytest
from pyspark.sql import SparkSession
from pyspark.sql import functions as F

from lakehouse.raw_to_silver.arrival import add_arrival
from lakehouse_common.object_store import FolderStore
from raw_ready.manifest import Batch, File, TableBatches

# As AppFlow names files; and with what an address spells otherwise than a path does.
NAMES = [
    "1234-2026-01-07T06:00:00",
    "with blanks  and-2026-01-07T06:00:00",
    "50% off, 100%25 and %20",
    "a+b=c&d;e,f@g!h$i'j(k)~l",
    "a #hash mark",
    "número-東京-😀",
]
INSTANTS = {
    "2026-01-07T06:00:00Z": datetime(2026, 1, 7, 6),
    "2026-01-07T06:00:00.250000Z": datetime(2026, 1, 7, 6, 0, 0, 250_000),
    "2026-01-07T07:30:00.000001Z": datetime(2026, 1, 7, 7, 30, 0, 1),
}


@pytest.fixture
def raw(tmp_path: Path) -> FolderStore:
    """A raw zone with a file of one line, its own name, for every name."""
    store = FolderStore(tmp_path / "a raw%20zone")
    for name in NAMES:
        store.put(key(name), name.encode())
    return store


def key(name: str) -> str:
    return f"salesforce/flow/schemaVersion_1/e 1/{name}"


def batches(brought: Sequence[tuple[str, Sequence[str]]]) -> TableBatches:
    """Batches of an instant and names of files."""
    made = (
        Batch(f"{number}", instant, len(names), tuple(File(key(name), 1) for name in names))
        for number, (instant, names) in enumerate(brought)
    )
    return TableBatches("salesforce.Task", "csv", "", tuple(made))


def arrivals(spark: SparkSession, raw: FolderStore, brought: Sequence[tuple[str, Sequence[str]]]) -> dict[str, object]:
    """By name, when each file's row arrived."""
    lines = spark.read.text([raw.uri(key(name)) for name in NAMES])
    rows = lines.select("value", F.col("_metadata.file_path").alias("_source_file"))
    found = add_arrival(rows, batches(brought), raw.uri).drop("_source_file").collect()
    assert len(found) == len(NAMES)
    return {name: arrived for name, arrived in found}


@pytest.mark.parametrize("instant", INSTANTS)
def test_the_files_of_one_batch_arrived_at_its_instant(spark: SparkSession, raw: FolderStore, instant: str) -> None:
    brought = [("2025-01-01T00:00:00Z", []), (instant, NAMES)]
    assert arrivals(spark, raw, brought) == dict.fromkeys(NAMES, INSTANTS[instant])


def test_the_files_of_several_batches_arrived_at_the_instants_of_theirs(spark: SparkSession, raw: FolderStore) -> None:
    brought = [(instant, NAMES[start::3]) for start, instant in enumerate(INSTANTS)]
    expected = {name: INSTANTS[instant] for instant, names in brought for name in names}
    assert arrivals(spark, raw, brought) == expected


def test_batches_of_one_instant_need_not_be_told_apart(spark: SparkSession, raw: FolderStore) -> None:
    instant, expected = next(iter(INSTANTS.items()))
    brought = [(instant, NAMES[:2]), (instant, NAMES[2:])]
    assert arrivals(spark, raw, brought) == dict.fromkeys(NAMES, expected)


def test_a_file_of_no_batch_has_no_arrival(spark: SparkSession, raw: FolderStore) -> None:
    first, second, _ = INSTANTS
    expected = {NAMES[0]: INSTANTS[first], NAMES[1]: INSTANTS[second]}
    brought = [(first, NAMES[:1]), (second, NAMES[1:2])]
    assert arrivals(spark, raw, brought) == {**dict.fromkeys(NAMES), **expected}
