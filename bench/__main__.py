"""`make bench`: what raw_to_silver costs, as a ratio to a Spark job that only reads the same files, casts and writes.

Both run in one session in interleaved rounds; CPU seconds are those of the JVM. The limit is 1.6.
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

from bench.contacts import CONTACT, write_contacts
from lakehouse import iceberg, session
from lakehouse.raw_to_silver import quarantine
from lakehouse.raw_to_silver.load import Load, load
from lakehouse.raw_to_silver.mask import Masker, masker
from lakehouse.raw_to_silver.schema import LINEAGE, silver_schema, typed
from raw_ready.manifest import Batch, File, TableBatches

LIMIT = 1.6
ROUNDS = 3
ARRIVED_AT = "2026-01-07T06:00:00.000000Z"


def floor(spark: SparkSession, files: list[Path], round_number: int) -> None:
    """Reads the files, casts every column and appends to an Iceberg table: what no pipeline can do without."""
    fields = [column.from_ for column in CONTACT.columns.values()] + [CONTACT.version or ""]
    schema = T.StructType([T.StructField(field, T.StringType()) for field in fields])
    casts = [
        f"try_cast({column.from_} AS {typed(column).simpleString()}) AS {name}"
        for name, column in CONTACT.columns.items()
    ]
    rows = spark.read.schema(schema).parquet(*(f"file://{file}" for file in files))
    rows = rows.selectExpr(*casts, f"try_cast({CONTACT.version} AS timestamp) AS _version")
    name = f"lake.floor.contact_{round_number}"
    iceberg.create(spark, name, rows.schema, "the floor", {})
    rows.writeTo(name).append()


def ours(spark: SparkSession, files: list[Path], round_number: int, rows: int, masks: Masker) -> None:
    """The project's own load into a new table: typed, checked, masked, deduplicated, accounted for."""
    silver, aside = f"lake.silver.contact_{round_number}", f"lake.quarantine.contact_{round_number}"
    whole = T.StructType([*silver_schema(CONTACT).fields, *LINEAGE.fields])
    iceberg.create(spark, silver, whole, CONTACT.description, {})
    iceberg.create(spark, aside, quarantine.schema(CONTACT), "rows kept aside", {})
    iceberg.open_branch(spark, silver, "audit")
    batch = Batch(ARRIVED_AT, ARRIVED_AT, rows, tuple(File(str(file), file.stat().st_size) for file in files))
    batches = TableBatches("salesforce.Contact", "parquet", "", (batch,))
    counts = load(spark, Load(CONTACT, batches, silver, aside, "audit", "bench"), masks, lambda key: f"file://{key}")
    assert counts.written == rows, counts


def measured(spark: SparkSession, work: Callable[[], None]) -> tuple[float, float]:
    """CPU seconds of the JVM and wall seconds of the work."""
    jvm: Any = spark._jvm
    process = psutil.Process(int(jvm.java.lang.ProcessHandle.current().pid()))
    cpu, wall = process.cpu_times(), time.perf_counter()
    work()
    now = process.cpu_times()
    return now.user + now.system - cpu.user - cpu.system, time.perf_counter() - wall


def main(arguments: list[str]) -> int:
    """Prints the medians and ratios; 1 where the CPU ratio is above the limit."""
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
    session.attach(spark, session.Lake.in_folder(folder))
    files = write_contacts(spark, folder / "contacts", rows)
    masks = masker(spark, b"a key for measuring only, 32 byte", 1)
    taken: dict[str, list[tuple[float, float]]] = {"floor": [], "ours": []}
    for number in range(ROUNDS):
        taken["floor"].append(measured(spark, partial(floor, spark, files, number)))
        taken["ours"].append(measured(spark, partial(ours, spark, files, number, rows, masks)))
    cpu, wall = (_medians(taken, at) for at in (0, 1))
    print(f"{rows:,} contacts, medians of {ROUNDS} interleaved rounds")
    for what, figures in (("CPU", cpu), ("wall", wall)):
        ratio = figures["ours"] / figures["floor"]
        spent = f"read+cast+write {figures['floor']:.1f} s, raw_to_silver {figures['ours']:.1f} s"
        print(f"{what}: {spent}, ratio {ratio:.2f}")
    return int(cpu["ours"] > LIMIT * cpu["floor"])


def _medians(taken: dict[str, list[tuple[float, float]]], at: int) -> dict[str, float]:
    return {name: statistics.median(one[at] for one in rounds) for name, rounds in taken.items()}


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
