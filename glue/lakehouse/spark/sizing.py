"""Spark's settings for one run, from how much there is: the batch that was read and the tables that gold will read."""

from collections.abc import Iterable

from pyspark.sql import SparkSession

from lakehouse.spark import iceberg
from raw_ready.manifest import Manifest

BYTES_PER_PARTITION = 64 * 2**20
# Compressed Parquet grows about fourfold when it is read into rows.
GROWTH = 4
MOST_PARTITIONS = 4_000
ROWS_WORTH_COMPILING = 100_000


def tune_session(spark: SparkSession, manifest: Manifest, tables: Iterable[str]) -> None:
    """Set shuffle partitions and code generation by the largest batch or table.

    `tables` are the catalog's names of what gold may read. Compiling a table's expressions takes seconds, interpreting
    them takes some microseconds a row; a new plan after every stage costs a small batch more than its stages do.
    """
    batches = [table.batches for table in manifest.tables.values()]
    sizes = [iceberg.table_size(spark, name) for name in tables]
    rows = max([sum(batch.rows for batch in each) for each in batches] + [size.rows for size in sizes], default=0)
    files = [sum(file.bytes for batch in each for file in batch.files) for each in batches]
    partitions = max([*files, *(size.bytes for size in sizes)], default=0) * GROWTH // BYTES_PER_PARTITION
    partitions = min(max(partitions, spark.sparkContext.defaultParallelism), MOST_PARTITIONS)
    is_large = rows > ROWS_WORTH_COMPILING
    spark.conf.set("spark.sql.shuffle.partitions", str(partitions))
    spark.conf.set("spark.sql.codegen.factoryMode", "FALLBACK" if is_large else "NO_CODEGEN")
    for setting in ("spark.sql.codegen.wholeStage", "spark.sql.adaptive.enabled"):
        spark.conf.set(setting, str(is_large).lower())
