"""The steps from one table's raw files to its audit branch: read -> clean -> split -> mask -> deduplicate -> merge."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from pyspark.sql import DataFrame, Observation, SparkSession
from pyspark.sql import functions as F

from lakehouse.raw_to_silver.arrival import add_arrival
from lakehouse.raw_to_silver.clean import is_valid, parse_columns, type_columns
from lakehouse.raw_to_silver.column_sql import content_hash
from lakehouse.raw_to_silver.dedupe import RepeatedKeys, find_repeated_keys, keep_newest, split_by_repeated_keys
from lakehouse.raw_to_silver.load_job import LoadJob
from lakehouse.raw_to_silver.mask import Masker
from lakehouse.raw_to_silver.merge import merge
from lakehouse.raw_to_silver.quarantine import QuarantineResult, write_quarantined
from lakehouse.raw_to_silver.read import read_batches
from lakehouse.raw_to_silver.row_counts import ObservedRows, RowCounts, check_accounted
from lakehouse.raw_to_silver.schema import ARRIVED_AT, LINEAGE, ROW_HASH, RUN_ID, VERSION, kept_columns


def load(spark: SparkSession, job: LoadJob, masker: Masker, uri: Callable[[str], str]) -> RowCounts:
    """Load the batches' rows into the silver and quarantine branches; returns their counts.

    Raises:
        UnaccountedRowsError: the counts do not add up.
    """
    if job.has_files:
        counts, observed = _load_files(spark, job, masker, uri)
    else:
        counts, observed = RowCounts(job.reported, 0, 0, 0, 0, 0), ObservedRows()
    check_accounted(job, counts, observed)
    return counts


def _load_files(
    spark: SparkSession, job: LoadJob, masker: Masker, uri: Callable[[str], str]
) -> tuple[RowCounts, ObservedRows]:
    with finished_rows(spark, job, masker, uri) as finished:
        merged = merge(spark, finished.rows, job.table, job.silver, job.branch)
    observed = finished.observed()
    quarantined = write_quarantined(spark, finished.text, job, masker) if observed.invalid else QuarantineResult()
    counts = RowCounts(
        job.reported,
        observed.read,
        quarantined.rows,
        observed.duplicates,
        merged.stale,
        merged.written,
        quarantined.reasons,
    )
    return counts, observed


class FinishedRows:
    """A load's rows: `text` as they were read, `rows` valid, masked and one per key, still to be written."""

    def __init__(self, text: DataFrame, repeated_keys: RepeatedKeys, job: LoadJob, masker: Masker):
        self.text = text
        if repeated_keys.count == 0:
            self._passes = [_ObservedPass("rows", text, job, masker)]
            self.rows = self._passes[0].rows
        else:
            alone, repeated = split_by_repeated_keys(text, job.table, repeated_keys)
            parts = {"alone": alone, "repeated": repeated}
            self._passes = [_ObservedPass(name, part, job, masker) for name, part in parts.items()]
            winners = self._passes[1].observe_winners(keep_newest(self._passes[1].rows, job.table))
            self.rows = self._passes[0].rows.unionByName(winners)

    def observed(self) -> ObservedRows:
        """Returns what was observed; call it after the rows were written."""
        return sum((each.observed() for each in self._passes), ObservedRows())


@contextmanager
def finished_rows(
    spark: SparkSession, job: LoadJob, masker: Masker, uri: Callable[[str], str]
) -> Iterator[FinishedRows]:
    """Yields the rows of the job's batches, which have to be written inside."""
    text = add_arrival(read_batches(spark, job.table, job.batches, uri), job.batches, uri)
    repeated_keys = find_repeated_keys(text, job.table)
    try:
        yield FinishedRows(text, repeated_keys, job, masker)
    finally:
        repeated_keys.hashes.unpersist()


class _ObservedPass:
    """One pass over text rows: the finished rows, and what was observed while they were written."""

    def __init__(self, name: str, text: DataFrame, job: LoadJob, masker: Masker):
        self._input = Observation(f"{job.silver}.{name}")
        self._winners = Observation(f"{job.silver}.{name}.winners")
        self._has_winners = False
        valid = is_valid(job.table)
        parsed = parse_columns(text, job.table).observe(
            self._input,
            F.count(F.lit(1)).alias("read"),
            F.count_if(F.expr(f"NOT ({valid})")).alias("invalid"),
            F.count_if(F.col(ARRIVED_AT).isNull()).alias("unplaced"),
        )
        self.rows = _finish_rows(type_columns(parsed.where(valid), job.table), job, masker)

    def observe_winners(self, rows: DataFrame) -> DataFrame:
        """Returns the rows that are left after deduplication, to be counted while they are written."""
        self._has_winners = True
        return rows.observe(self._winners, F.count(F.lit(1)).alias("rows"))

    def observed(self) -> ObservedRows:
        """Returns what was observed; call it after the rows were written."""
        figures = {name: int(rows) for name, rows in self._input.get.items()}
        valid = figures["read"] - figures["invalid"]
        duplicates = valid - int(self._winners.get["rows"]) if self._has_winners else 0
        return ObservedRows(**figures, duplicates=duplicates)


def _finish_rows(rows: DataFrame, job: LoadJob, masker: Masker) -> DataFrame:
    """Returns valid typed rows as silver stores them: masked, with lineage; only masked values are hashed."""
    columns = kept_columns(job.table)
    values = [masker.mask_column(name, column) for name, column in columns.items()]
    masked = masker.add_key(rows).selectExpr(*values, VERSION, ARRIVED_AT)
    row_hash = f"{content_hash([*columns])} AS {ROW_HASH}"
    return masked.selectExpr("*", row_hash, f"'{job.run_id}' AS {RUN_ID}").select(*columns, *LINEAGE.names)
