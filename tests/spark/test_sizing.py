"""Spark is set by the largest batch or table: compiled and partitioned where it is large, interpreted where not."""

from collections.abc import Iterator

import pytest
from pyspark.sql import SparkSession

from lakehouse.spark.sizing import MOST_PARTITIONS, ROWS_WORTH_COMPILING, tune_session
from raw_ready.manifest import Batch, File, Manifest, TableBatches
from tests.spark.shelf import Shelf

PARTITIONS, COMPILER = "spark.sql.shuffle.partitions", "spark.sql.codegen.factoryMode"
SWITCHES = ("spark.sql.codegen.wholeStage", "spark.sql.adaptive.enabled")
SETTINGS = (PARTITIONS, COMPILER, *SWITCHES)
GIB = 2**30
Batches = list[list[tuple[int, int]]]
# Tables as lists of batches, each of (rows, bytes); then whether code is compiled, and the partitions, None for the
# session's own parallelism.
CASES: dict[str, tuple[Batches, bool, int | None]] = {
    "no table": ([], False, None),
    "a table without news": ([[]], False, None),
    "a little of everything": ([[(10, 1000)], [(20, 2000), (30, 3000)]], False, None),
    "as many rows as are interpreted": ([[(ROWS_WORTH_COMPILING, 1000)]], False, None),
    "one row more": ([[(ROWS_WORTH_COMPILING + 1, 1000)]], True, None),
    "one row more in two batches": ([[(ROWS_WORTH_COMPILING, 1000), (1, 10)]], True, None),
    "one row more in two tables": ([[(ROWS_WORTH_COMPILING, 1000)], [(1, 10)]], False, None),
    "a table of 10 GiB beside one of 1": ([[(200_000, GIB)], [(200_000, 4 * GIB), (1, 6 * GIB)]], True, 640),
    "more than there may be": ([[(10**9, 1000 * GIB)]], True, MOST_PARTITIONS),
}


@pytest.fixture(autouse=True)
def kept_settings(spark: SparkSession) -> Iterator[None]:
    before = {name: spark.conf.get(name) for name in SETTINGS}
    yield
    for name, value in before.items():
        spark.conf.set(name, value or "")


@pytest.mark.parametrize("case", CASES)
def test_the_largest_batch_sets_partitions_and_compiler(case: str, spark: SparkSession) -> None:
    tables, is_large, partitions = CASES[case]
    tune_session(spark, manifest(tables), [])
    assert settings(spark) == expected(spark, is_large, partitions)


def test_a_large_table_counts_as_a_large_batch_does(spark: SparkSession, shelf: Shelf) -> None:
    table = shelf.table()
    rows = spark.range(ROWS_WORTH_COMPILING + 1).selectExpr("'a' AS id")
    rows.writeTo(table).append()
    tune_session(spark, manifest([[(1, 1)]]), [f"{table}_that_is_not_there"])
    assert settings(spark) == expected(spark, is_large=False, partitions=None)
    tune_session(spark, manifest([[(1, 1)]]), [f"{table}_that_is_not_there", table])
    assert settings(spark) == expected(spark, is_large=True, partitions=None)


def manifest(tables: Batches) -> Manifest:
    """A manifest whose batches have one file each."""
    batches = [
        [Batch("p", "2026-01-01T00:00:00Z", rows, (File("k", size),)) for rows, size in table] for table in tables
    ]
    return Manifest({f"t{n}": TableBatches("x.y", "json", "", tuple(each)) for n, each in enumerate(batches)})


def settings(spark: SparkSession) -> dict[str, str | None]:
    return {name: spark.conf.get(name) for name in SETTINGS}


def expected(spark: SparkSession, is_large: bool, partitions: int | None) -> dict[str, str]:
    wanted = partitions or spark.sparkContext.defaultParallelism
    switches = dict.fromkeys(SWITCHES, str(is_large).lower())
    return {PARTITIONS: str(wanted), COMPILER: "FALLBACK" if is_large else "NO_CODEGEN", **switches}
