"""The settings of one table's load."""

from dataclasses import dataclass

from lakehouse.contract.models import SilverTable
from raw_ready.manifest import TableBatches


@dataclass(frozen=True)
class LoadJob:
    """What one table's load needs to know: its contract, what to read, where to write, for which run."""

    table: SilverTable
    batches: TableBatches
    silver: str
    quarantine: str
    branch: str
    run_id: str
