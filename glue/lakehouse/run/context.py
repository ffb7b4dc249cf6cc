"""What the work on every table of a run shares."""

from collections.abc import Callable
from dataclasses import dataclass

from pyspark.sql import SparkSession

from lakehouse.contract.models import Pipeline
from lakehouse.raw_to_silver.mask import Masker
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

    @property
    def branch(self) -> str:
        """The branch that this run writes."""
        return f"audit_{self.run_id}"

    @property
    def error_log(self) -> ErrorLog:
        """Where the run's foreign errors are stored in full."""
        return ErrorLog(self.lake.errors, self.run_id)

    def name(self, table: str) -> str:
        """Returns the table's name in the catalog, from its qualified name (`silver.account`)."""
        return self.lake.table(table)
