"""Merges a batch's rows into a silver branch: new keys are appended, newer versions replace, older ones are counted.

Because appending and replacing are two steps, the batch is the broadcast side of every join, so the cost follows the
batch: of the table only keys, versions and hashes are read.
"""

from dataclasses import dataclass

from pyspark.sql import Column as Expr
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F

from lakehouse.contract.models import SilverTable
from lakehouse.raw_to_silver.schema import ARRIVED_AT, ROW_HASH, VERSION
from lakehouse.spark import iceberg

_CURRENT, _CHANGE = "_current_", "_change"
NEW, NEWER, STALE = "new", "newer", "stale"


@dataclass(frozen=True)
class MergeResult:
    """Rows written, by Iceberg's own count, and rows left out because the table holds the same or a newer version."""

    written: int
    stale: int


def merge(spark: SparkSession, rows: DataFrame, table: SilverTable, silver: str, branch: str) -> MergeResult:
    """Write finished rows, one per key, to the branch of the table; returns how many."""
    if iceberg.table_size(spark, silver, branch).rows == 0:
        return MergeResult(_append(rows, spark, silver, branch), stale=0)
    batch = rows.persist()
    compared = _compare_with_table(batch, spark.table(iceberg.branch_of(silver, branch)), table).persist()
    try:
        counts = {row[_CHANGE]: row["count"] for row in compared.groupBy(_CHANGE).count().collect()}
        written = 0
        if NEWER in counts:
            written += _replace(_select_change(compared, NEWER, rows), table, spark, silver, branch)
        if NEW in counts:
            written += _append(_select_change(compared, NEW, rows), spark, silver, branch)
        return MergeResult(written, counts.get(STALE, 0))
    finally:
        compared.unpersist()
        batch.unpersist()


def _compare_with_table(batch: DataFrame, target: DataFrame, table: SilverTable) -> DataFrame:
    """Returns the batch with a column that says what each row is to the table: new, newer or stale."""
    current = [F.col(name).alias(_CURRENT + name) for name in (*table.key, VERSION, ARRIVED_AT, ROW_HASH)]
    same_key = [F.col(name) == F.col(_CURRENT + name) for name in table.key]
    touched = target.select(*current).join(batch.select(*table.key), same_key, "left_semi")
    return batch.join(touched, same_key, "left").withColumn(_CHANGE, _change_of_row(table))


def _change_of_row(table: SilverTable) -> Expr:
    """Returns the SQL of a row's change: new, newer or stale.

    Newer is by version; of one version (ties are common: a second holds several edits), what arrived later and differs.
    """
    version, arrived, content = (_against_current(name) for name in (VERSION, ARRIVED_AT, ROW_HASH))
    is_newer = (version[0] > version[1]) | (
        (version[0] == version[1]) & (arrived[0] > arrived[1]) & (content[0] != content[1])
    )
    is_new = F.col(_CURRENT + table.key[0]).isNull()
    return F.when(is_new, NEW).when(is_newer, NEWER).otherwise(STALE)


def _against_current(name: str) -> tuple[Expr, Expr]:
    return F.col(name), F.col(_CURRENT + name)


def _select_change(compared: DataFrame, change: str, rows: DataFrame) -> DataFrame:
    return compared.where(F.col(_CHANGE) == change).select(*rows.columns)


def _append(rows: DataFrame, spark: SparkSession, silver: str, branch: str) -> int:
    rows.writeTo(iceberg.branch_of(silver, branch)).append()
    return iceberg.added_rows(spark, silver, branch)


def _replace(rows: DataFrame, table: SilverTable, spark: SparkSession, silver: str, branch: str) -> int:
    view = f"_newer_{silver.replace('.', '_')}"
    rows.createOrReplaceTempView(view)
    spark.sql(_replace_statement(iceberg.branch_of(silver, branch), view, table.key, rows.columns))
    spark.catalog.dropTempView(view)
    return iceberg.added_rows(spark, silver, branch)


def _replace_statement(target: str, view: str, key: tuple[str, ...], columns: list[str]) -> str:
    """Returns the statement that gives rows of the target the values of the view's row of the same key.

    >>> print(_replace_statement("lake.silver.user.branch_audit_1", "newer", ("id",), ["id", "name"]))
    MERGE INTO lake.silver.user.branch_audit_1 t USING newer s ON t.`id` = s.`id`
    WHEN MATCHED THEN UPDATE SET t.`id` = s.`id`, t.`name` = s.`name`
    """
    same_key = " AND ".join(f"t.`{name}` = s.`{name}`" for name in key)
    assignments = ", ".join(f"t.`{name}` = s.`{name}`" for name in columns)
    return f"MERGE INTO {target} t USING {view} s ON {same_key} WHEN MATCHED THEN UPDATE SET {assignments}"
