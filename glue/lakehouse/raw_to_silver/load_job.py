"""The settings of one table's load."""

from dataclasses import dataclass

from lakehouse.contract.models import SilverTable
from raw_ready.manifest import TableBatches


@dataclass(frozen=True)
class LoadJob:
    """The settings: the table's contract, the batches to read, the tables and the branch to write, and the run."""

    table: SilverTable
    batches: TableBatches
    silver: str
    quarantine: str
    branch: str
    run_id: str

    @property
    def reported(self) -> int:
        """Returns how many rows the source reported."""
        return sum(batch.rows for batch in self.batches.batches)

    @property
    def has_files(self) -> bool:
        """Returns whether a batch has a file: one of no rows has none."""
        return any(batch.files for batch in self.batches.batches)
