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
