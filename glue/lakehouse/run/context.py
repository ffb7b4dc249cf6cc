"""What the work on every table of a run shares."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from pyspark.sql import SparkSession

from lakehouse.contract.fingerprint import Fingerprint, fingerprint_of
from lakehouse.contract.models import Pipeline
from lakehouse.raw_to_silver.mask import Masker
from lakehouse.run.pending import TableState
from lakehouse.run.timing import Clock
from lakehouse.spark.error_log import ErrorLog
from lakehouse.spark.session import Lake
from lakehouse_common.object_store import ObjectStore


@dataclass(frozen=True)
class RunContext:
    """The session, contract, lake, masking key, raw zone and clock of one run; `tell` prints a line of progress."""

    spark: SparkSession
    pipeline: Pipeline
    lake: Lake
    run_id: str
    masker: Masker
    raw: ObjectStore
    clock: Clock
    tell: Callable[[str], None]
    # The published silver tables that this run makes anew, by their names.
    remade: Mapping[str, TableState] = field(default_factory=dict)

    @property
    def branch(self) -> str:
        """The branch that this run writes."""
        return f"audit_{self.run_id}"

    def fingerprint(self, name: str) -> Fingerprint:
        """Returns the fingerprint of what the contract in force makes of the silver table."""
        return fingerprint_of(self.pipeline, name, self.masker.mark)

    @property
    def error_log(self) -> ErrorLog:
        """Where the run's foreign errors are stored in full."""
        return ErrorLog(self.lake.errors, self.run_id)

    def name(self, table: str) -> str:
        """Returns the table's name in the catalog, from its qualified name (`silver.account`)."""
        return self.lake.table(table)
