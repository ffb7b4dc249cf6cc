"""The counts of a table's rows: what was reported, read, quarantined, left out and written has to add up."""

from dataclasses import asdict, astuple, dataclass, field

from lakehouse.raw_to_silver.load_job import LoadJob
from lakehouse_common.errors import LakehouseError


@dataclass(frozen=True)
class RowCounts:
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

    def __str__(self) -> str:
        """Returns the figures as a failed run shows them.

        >>> print(RowCounts(2, 2, 1, 0, 0, 0))
        Counts(reported=2, read=2, quarantined=1, duplicates=0, stale=0, written=0, reasons={})
        """
        return f"Counts({', '.join(f'{name}={figure!r}' for name, figure in asdict(self).items())})"


@dataclass(frozen=True)
class ObservedRows:
    """Rows that one or more passes saw; `unplaced` ones come from a file of no batch."""

    read: int = 0
    invalid: int = 0
    unplaced: int = 0
    duplicates: int = 0

    def __add__(self, other: "ObservedRows") -> "ObservedRows":
        return ObservedRows(*(mine + theirs for mine, theirs in zip(astuple(self), astuple(other), strict=True)))


class UnaccountedRowsError(LakehouseError):
    """Rows went missing or appeared; nothing of the run may be published."""


def check_accounted(job: LoadJob, counts: RowCounts, observed: ObservedRows) -> None:
    """Check that the counts add up.

    Raises:
        UnaccountedRowsError: they do not; the message says which.
    """
    accounted = counts.quarantined + counts.duplicates + counts.stale + counts.written
    problems = []
    if counts.read != counts.reported:
        problems.append(f"the source reported {counts.reported} rows and {counts.read} were read")
    if counts.read != accounted:
        problems.append(f"{counts.read} rows were read and {accounted} accounted for ({counts})")
    if counts.quarantined != observed.invalid:
        problems.append(f"{observed.invalid} rows were refused and {counts.quarantined} written to {job.quarantine}")
    if observed.unplaced:
        problems.append(f"{observed.unplaced} rows come from files that are in no batch")
    if problems:
        raise UnaccountedRowsError(
            f"{job.silver}: {'; '.join(problems)}. Nothing is published; run again with the same data"
        )
