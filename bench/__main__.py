"""`make bench`: what raw_to_silver costs, as a ratio to a Spark job that only reads the same files, casts and writes.

All run in one session in interleaved rounds; CPU seconds are those of the JVM. The limit is 1.6 for a batch without
faults. One bad row or repeated key in a batch costs a further pass, so a batch with faults is measured as well; and so
is the plain job with the masks of three columns added, since no personal value may be written without one.
"""

import argparse
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import psutil
from pyspark.sql import SparkSession
from pyspark.sql import types as T

from bench.contacts import CONTACT, ONE_IN, write_contacts
from lakehouse.raw_to_silver import quarantine
from lakehouse.raw_to_silver.load import load
from lakehouse.raw_to_silver.load_job import LoadJob
from lakehouse.raw_to_silver.mask import Masker, make_masker
from lakehouse.raw_to_silver.schema import LINEAGE, silver_schema, unmasked_type
from lakehouse.spark import iceberg, session
from lakehouse.spark.sizing import tune_session
from raw_ready.manifest import Batch, File, Manifest, TableBatches

LIMIT = 1.6
ROUNDS = 3
PLAIN, RAW_TO_SILVER = "read, cast, write", "raw_to_silver"
# CPU seconds of the JVM, wall seconds.
Seconds = tuple[float, float]
ARRIVED_AT = "2026-01-07T06:00:00.000000Z"


def floor(spark: SparkSession, files: list[Path], name: str, masks: Masker | None = None) -> None:
    """Read the files, cast every column and append to an Iceberg table: the work that no pipeline can avoid."""
    fields = [column.from_ for column in CONTACT.columns.values()] + [CONTACT.version or ""]
    schema = T.StructType([T.StructField(field, T.StringType()) for field in fields])
    casts = [
        f"try_cast({column.from_} AS {unmasked_type(column).simpleString()}) AS {name}"
        for name, column in CONTACT.columns.items()
    ]
    rows = spark.read.schema(schema).parquet(*(f"file://{file}" for file in files))
    rows = rows.selectExpr(*casts, f"try_cast({CONTACT.version} AS timestamp) AS _version")
    if masks:
        masked = [masks.mask_column(name, column) for name, column in CONTACT.columns.items()]
        rows = masks.add_key(rows).selectExpr(*masked, "_version")
    table = f"lake.floor.{name}"
    iceberg.create(spark, table, rows.schema, "the floor", {})
    rows.writeTo(table).append()


def ours(spark: SparkSession, batches: TableBatches, name: str, masks: Masker, has_faults: bool = False) -> None:
    """Run the project's own load into a new table: typed, checked, masked, deduplicated, accounted for."""
    silver, quarantined = f"lake.silver.{name}", f"lake.quarantine.{name}"
    columns = T.StructType([*silver_schema(CONTACT).fields, *LINEAGE.fields])
    iceberg.create(spark, silver, columns, CONTACT.description, {})
    iceberg.create(spark, quarantined, quarantine.schema(CONTACT), "quarantined rows", {})
    iceberg.open_branch(spark, silver, "audit")
    counts = load(
        spark, LoadJob(CONTACT, batches, silver, quarantined, "audit", "bench"), masks, lambda key: f"file://{key}"
    )
    assert (counts.quarantined > 0, counts.duplicates > 0) == (has_faults, has_faults), counts
    assert counts.written == counts.reported - counts.quarantined - counts.duplicates, counts


def batches_of(files: list[Path], rows: int) -> TableBatches:
    """Returns the files as one batch."""
    batch = Batch(ARRIVED_AT, ARRIVED_AT, rows, tuple(File(str(file), file.stat().st_size) for file in files))
    return TableBatches("salesforce.Contact", "parquet", "", (batch,))


def measure(spark: SparkSession, work: Callable[[], None]) -> Seconds:
    """Run the work; returns CPU seconds of the JVM and wall seconds."""
    jvm: Any = spark._jvm
    process = psutil.Process(int(jvm.java.lang.ProcessHandle.current().pid()))
    cpu, wall = process.cpu_times(), time.perf_counter()
    work()
    now = process.cpu_times()
    return now.user + now.system - cpu.user - cpu.system, time.perf_counter() - wall


def main(arguments: list[str]) -> int:
    """Run the bench; returns 1 where the CPU ratio of the batch without faults is above the limit."""
    parser = argparse.ArgumentParser(prog="bench")
    parser.add_argument("--rows", type=int, default=2_000_000)
    rows = parser.parse_args(arguments).rows
    folder = Path(tempfile.mkdtemp(prefix="bench-"))
    try:
        return _bench(folder, rows)
    finally:
        shutil.rmtree(folder)


def _bench(folder: Path, rows: int) -> int:
    spark = session.start("local", folder / "logs")
    session.attach_catalog(spark, session.Lake.in_folder(folder))
    clean, faulty = (write_contacts(spark, folder / name, rows, name == "faulty") for name in ("clean", "faulty"))
    good, bad = batches_of(clean, rows), batches_of(faulty, rows)
    tune_session(spark, Manifest({"contact": good}), [])
    masks = make_masker(spark, b"a key for measuring only, 32 byte", 1)
    works: dict[str, Callable[[str], None]] = {
        PLAIN: lambda name: floor(spark, clean, name),
        "read, cast, mask, write": lambda name: floor(spark, clean, name, masks),
        RAW_TO_SILVER: lambda name: ours(spark, good, name, masks),
        f"{RAW_TO_SILVER}, 1 row in {ONE_IN:,} wrong and 1 twice": lambda name: ours(spark, bad, name, masks, True),
    }
    taken: dict[str, list[Seconds]] = {name: [] for name in works}
    for number in range(ROUNDS):
        for at, (name, work) in enumerate(works.items()):
            taken[name].append(measure(spark, partial(work, f"contact_{at}_{number}")))
    return _print_medians(rows, taken)


def _print_medians(rows: int, taken: dict[str, list[Seconds]]) -> int:
    """Print the medians and their ratios to the first; returns 1 where that of the clean batch is above the limit."""
    print(f"{rows:,} contacts, medians of {ROUNDS} interleaved rounds")
    cpu, wall = ([statistics.median(pair[at] for pair in rounds) for rounds in taken.values()] for at in (0, 1))
    ratio = {name: seconds / cpu[0] for name, seconds in zip(taken, cpu, strict=True)}
    for name, seconds, waited in zip(taken, cpu, wall, strict=True):
        ratios = f"ratio {ratio[name]:.2f} in CPU, {waited / wall[0]:.2f} in wall"
        print(f"{name}: CPU {seconds:.1f} s, wall {waited:.1f} s, {ratios}")
    return int(ratio[RAW_TO_SILVER] > LIMIT)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
