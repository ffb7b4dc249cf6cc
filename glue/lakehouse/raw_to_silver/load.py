"""One table's way from raw files to its audit branch: read -> clean -> split -> mask -> deduplicate -> merge."""

from collections.abc import Callable
from dataclasses import astuple, dataclass, field

from pyspark.sql import DataFrame, Observation, SparkSession
from pyspark.sql import functions as F

from lakehouse.contract.models import SilverTable
from lakehouse.raw_to_silver import dedupe, quarantine
from lakehouse.raw_to_silver.arrival import with_arrival
from lakehouse.raw_to_silver.clean import is_valid, parsed, typed
from lakehouse.raw_to_silver.mask import Masker
from lakehouse.raw_to_silver.merge import merge
from lakehouse.raw_to_silver.read import read
from lakehouse.raw_to_silver.schema import ARRIVED_AT, LINEAGE, ROW_HASH, RUN_ID, VERSION, kept
from lakehouse.raw_to_silver.types import quoted
from lakehouse_common.errors import LakehouseError
from raw_ready.manifest import TableBatches


@dataclass(frozen=True)
class Load:
    """What one table's load needs to know: its contract, what to read, where to write, for which run."""

    table: SilverTable
    batches: TableBatches
    silver: str
    quarantine: str
    branch: str
    run_id: str


@dataclass(frozen=True)
class Counts:
    """Every row of a table's batches; the six figures come from six places.

    `reported` from the source, `read` and `duplicates` observed in the pass, `quarantined` and `written` from the
    snapshot summaries, `stale` from the comparison with the table.
    """

    reported: int
    read: int
    quarantined: int
    duplicates: int
    stale: int
    written: int
    reasons: dict[str, int] = field(default_factory=dict)


class UnaccountedRowsError(LakehouseError):
    """Rows went missing or appeared; nothing of the run may be published."""


def load(spark: SparkSession, job: Load, masker: Masker, uri: Callable[[str], str]) -> Counts:
    """Loads the batches' rows into the silver and quarantine branches.

    Raises:
        UnaccountedRowsError: the counts do not add up, with all of them.
    """
    reported = sum(batch.rows for batch in job.batches.batches)
    if not any(batch.files for batch in job.batches.batches):
        return _reconciled(job, Counts(reported, 0, 0, 0, 0, 0), _Seen())
    text = with_arrival(read(spark, job.table, job.batches, uri), job.batches, uri)
    found = dedupe.repeats(text, job.table)
    if found.count == 0:
        passes = [_Pass("rows", text, job, masker)]
        rows = passes[0].rows
    else:
        alone, repeated = dedupe.split(text, job.table, found)
        passes = [_Pass("alone", alone, job, masker), _Pass("repeated", repeated, job, masker)]
        winners = passes[1].winners(dedupe.newest(passes[1].rows, job.table))
        rows = passes[0].rows.unionByName(winners)
    try:
        merged = merge(spark, rows, job.table, job.silver, job.branch)
    finally:
        found.keys.unpersist()
    seen = sum((one.counted() for one in passes), _Seen())
    kept_aside = quarantine.write(spark, text, job, masker) if seen.invalid else quarantine.Written()
    counts = Counts(
        reported,
        seen.read,
        kept_aside.rows,
        seen.duplicates,
        merged.stale,
        merged.written,
        kept_aside.reasons,
    )
    return _reconciled(job, counts, seen)


class _Pass:
    """One pass over text rows: the finished rows, and what was observed while they were written."""

    def __init__(self, name: str, text: DataFrame, job: Load, masker: Masker):
        self._input = Observation(f"{job.silver}.{name}")
        self._winners = Observation(f"{job.silver}.{name}.winners")
        self._has_winners = False
        valid = is_valid(job.table)
        seen = parsed(text, job.table).observe(
            self._input,
            F.count(F.lit(1)).alias("read"),
            F.count_if(F.expr(f"NOT ({valid})")).alias("invalid"),
            F.count_if(F.col(ARRIVED_AT).isNull()).alias("unplaced"),
        )
        self.rows = _finished(typed(seen.where(valid), job.table), job, masker)

    def winners(self, rows: DataFrame) -> DataFrame:
        """Counts the rows that are left after deduplication."""
        self._has_winners = True
        return rows.observe(self._winners, F.count(F.lit(1)).alias("rows"))

    def counted(self) -> "_Seen":
        """What was observed; asked for after the rows were written."""
        seen = {name: int(rows) for name, rows in self._input.get.items()}
        valid = seen["read"] - seen["invalid"]
        duplicates = valid - int(self._winners.get["rows"]) if self._has_winners else 0
        return _Seen(**seen, duplicates=duplicates)


@dataclass(frozen=True)
class _Seen:
    """Rows of one or more passes; `unplaced` ones come from a file of no batch."""

    read: int = 0
    invalid: int = 0
    unplaced: int = 0
    duplicates: int = 0

    def __add__(self, other: "_Seen") -> "_Seen":
        return _Seen(*(mine + theirs for mine, theirs in zip(astuple(self), astuple(other), strict=True)))


def _finished(rows: DataFrame, job: Load, masker: Masker) -> DataFrame:
    """Valid typed rows -> rows as silver holds them: masked, with lineage; the hash sees masked values only."""
    columns = kept(job.table)
    values = [masker.masked(name, column) for name, column in columns.items()]
    masked = masker.with_key(rows).selectExpr(*values, VERSION, ARRIVED_AT)
    # The hash passes over nulls: without their places, a value that moves to another column would change nothing.
    content = ", ".join([*map(quoted, columns), *(f"isnull({quoted(name)})" for name in columns)])
    row_hash = f"xxhash64({content}) AS {ROW_HASH}"
    return masked.selectExpr("*", row_hash, f"'{job.run_id}' AS {RUN_ID}").select(*columns, *LINEAGE.names)


def _reconciled(job: Load, counts: Counts, seen: _Seen) -> Counts:
    """The counts, once they add up."""
    accounted = counts.quarantined + counts.duplicates + counts.stale + counts.written
    problems = []
    if counts.read != counts.reported:
        problems.append(f"the source reported {counts.reported} rows and {counts.read} were read")
    if counts.read != accounted:
        problems.append(f"{counts.read} rows were read and {accounted} accounted for ({counts})")
    if counts.quarantined != seen.invalid:
        problems.append(f"{seen.invalid} rows were refused and {counts.quarantined} written to {job.quarantine}")
    if seen.unplaced:
        problems.append(f"{seen.unplaced} rows come from files that are in no batch")
    if problems:
        raise UnaccountedRowsError(
            f"{job.silver}: {'; '.join(problems)}. Nothing is published; run again with the same data"
        )
    return counts
