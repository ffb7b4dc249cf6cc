"""A table made anew from all that raw still holds, beside the published one; what only silver holds is carried over.

A stored row is held by raw exactly when its batch is: `_arrived_at` says which batch that is.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

from pyspark.sql import Column as Expr
from pyspark.sql import DataFrame, Observation, SparkSession
from pyspark.sql import functions as F

from lakehouse.contract.fingerprint import Fingerprint
from lakehouse.contract.masks import MASKS
from lakehouse.raw_to_silver.convert import ConvertedRows, convert
from lakehouse.raw_to_silver.dedupe import RANK, rank_by_age
from lakehouse.raw_to_silver.load import FinishedRows, finished_rows
from lakehouse.raw_to_silver.load_job import LoadJob
from lakehouse.raw_to_silver.mask import Masker
from lakehouse.raw_to_silver.quarantine_again import rewrite_quarantined
from lakehouse.raw_to_silver.row_counts import ObservedRows, RowCounts, check_accounted
from lakehouse.raw_to_silver.schema import ARRIVED_AT, ROW_HASH, kept_columns
from lakehouse.spark import iceberg
from lakehouse_common.errors import LakehouseError
from lakehouse_common.instants import parse_instant
from raw_ready.manifest import TableBatches

_IS_CARRIED = "_is_carried"


@dataclass(frozen=True)
class Published:
    """The tables that are made anew, as they are published: their fingerprint, and new column name -> stored name."""

    silver: str
    quarantine: str
    before: Fingerprint
    renamed: dict[str, str]


class UnmatchedRowsError(LakehouseError):
    """Rows that only silver holds can't be matched with those of raw."""


@dataclass(frozen=True)
class Remade:
    """What became of a table's rows.

    `made`: from raw; `carried`: kept as far as silver holds them, since raw no longer does; `refused`: such rows that
    break a rule and are quarantined; `unchanged`: rows that are as they were; `lost`: by column, values that could not
    be made.
    """

    made: int = 0
    carried: int = 0
    refused: int = 0
    unchanged: int = 0
    lost: dict[str, int] = field(default_factory=dict)

    @property
    def changed(self) -> int:
        """Returns how many rows are not as they were."""
        return self.made + self.carried - self.unchanged


def remake(
    spark: SparkSession, job: LoadJob, published: Published, masker: Masker, uri: Callable[[str], str]
) -> tuple[RowCounts, Remade]:
    """Write the whole table and its quarantine anew into the job's (empty) tables; returns the counts.

    Raises:
        UnaccountedRowsError: the counts of raw's rows do not add up.
        UnmatchedRowsError: the key is hashed under another masking key, and raw lacks some rows.
    """
    stored = spark.table(published.silver).where(is_unheld(job.batches))
    carried = convert(stored, job.table, published.before, published.renamed, masker, job.run_id)
    has_carried = not stored.select(ARRIVED_AT).isEmpty()
    if has_carried:
        _check_keys_match(job, published, masker)
    if not job.has_files:
        return _write(spark, job, published, None, carried, has_carried, masker)
    with finished_rows(spark, job, masker, uri) as finished:
        return _write(spark, job, published, finished, carried, has_carried, masker)


def is_unheld(batches: TableBatches) -> Expr:
    """Returns the condition that a stored row's batch is not among these."""
    instants = [parse_instant(text) for text in sorted({batch.arrived_at for batch in batches.batches})]
    return ~F.col(ARRIVED_AT).isin(instants) if instants else F.lit(True)


def _check_keys_match(job: LoadJob, published: Published, masker: Masker) -> None:
    before = published.before
    is_other_key = before.masking is not None and before.masking.version != masker.version
    hashed = [name for name in job.table.key if MASKS[job.table.columns[name].mask.name].is_keyed]
    if is_other_key and hashed and job.has_files:
        raise UnmatchedRowsError(
            f"{published.silver}: its key ({', '.join(hashed)}) is hashed, and raw no longer holds all of its rows, so "
            "that the rows of the old masking key can't be matched with those of the new one: keep masking.version"
        )


def _write(
    spark: SparkSession,
    job: LoadJob,
    published: Published,
    finished: FinishedRows | None,
    carried: ConvertedRows,
    has_carried: bool,
    masker: Masker,
) -> tuple[RowCounts, Remade]:
    left, older = Observation(), Observation()
    rows = _newest_of_both(finished.rows if finished else None, carried.valid, has_carried, job, older)
    rows = rows.observe(left, F.count_if(F.col(_IS_CARRIED)).alias("carried"))
    rows.drop(_IS_CARRIED).select(*spark.table(job.silver).columns).writeTo(job.silver).append()
    written, kept = iceberg.added_rows(spark, job.silver, iceberg.MAIN), int(left.get["carried"])
    superseded = int(older.get["made"]) if finished and has_carried else 0
    observed = finished.observed() if finished else ObservedRows()
    unchanged, unchanged_made = _count_unchanged(spark, job, published)
    old = spark.table(published.quarantine).where(is_unheld(job.batches))
    refused_rows = carried.refused if has_carried else None
    text = finished.text if finished and observed.invalid else None
    quarantined, refused = rewrite_quarantined(spark, text, refused_rows, old, job, published.before, masker)
    made = written - kept
    counts = RowCounts(
        job.reported,
        observed.read,
        quarantined.rows,
        observed.duplicates,
        superseded + unchanged_made,
        made - unchanged_made,
        quarantined.reasons,
    )
    check_accounted(job, counts, observed)
    return counts, Remade(made, kept, refused, unchanged, carried.lost() if has_carried else {})


def _newest_of_both(
    made: DataFrame | None, carried: DataFrame, has_carried: bool, job: LoadJob, older: Observation
) -> DataFrame:
    """Returns raw's rows and the carried ones, one per key; `_is_carried` tells them apart.

    `older` observes how many rows of raw are older than the carried one of their key.
    """
    carried = carried.withColumn(_IS_CARRIED, F.lit(True))
    if made is None:
        return carried
    made = made.withColumn(_IS_CARRIED, F.lit(False))
    if not has_carried:
        return made
    ranked = rank_by_age(made.unionByName(carried), job.table)
    is_older = (F.col(RANK) > 1) & ~F.col(_IS_CARRIED)
    return ranked.observe(older, F.count_if(is_older).alias("made")).where(F.col(RANK) == 1).drop(RANK)


def _count_unchanged(spark: SparkSession, job: LoadJob, published: Published) -> tuple[int, int]:
    """Returns how many rows have the key and the content that they had, and how many of them raw holds."""
    if [*published.before.columns] != [*kept_columns(job.table)]:
        return 0, 0
    new = spark.table(job.silver).select(*job.table.key, ROW_HASH, ARRIVED_AT)
    old = spark.table(published.silver).select(
        *(F.col(published.renamed.get(name, name)).alias(name) for name in job.table.key), ROW_HASH
    )
    same = new.join(old, [*job.table.key, ROW_HASH], "left_semi")
    held = F.count_if(~is_unheld(job.batches)).alias("held")
    counts = same.agg(F.count(F.lit(1)).alias("rows"), held).first()
    assert counts is not None, "an aggregate has one row"
    return int(counts["rows"]), int(counts["held"])
