"""Quarantined rows: masked, with every reason and the source file, so that they can be found in raw and replayed."""

from dataclasses import dataclass, field

from pyspark.sql import DataFrame, Observation, SparkSession
from pyspark.sql import functions as F
from pyspark.sql import types as T

from lakehouse.contract.models import SilverTable
from lakehouse.raw_to_silver.clean import REASONS, select_quarantined
from lakehouse.raw_to_silver.load_job import LoadJob
from lakehouse.raw_to_silver.mask import Masker
from lakehouse.raw_to_silver.schema import ARRIVED_AT, RUN_ID, SOURCE_FILE, kept_columns
from lakehouse.spark import iceberg


@dataclass(frozen=True)
class QuarantineResult:
    """Rows quarantined, by Iceberg's own count, and how many rows have each reason (a row may have several)."""

    rows: int = 0
    reasons: dict[str, int] = field(default_factory=dict)


def schema(table: SilverTable) -> T.StructType:
    """Returns the columns of a table's quarantine: its kept columns as text, the reasons, the row's origin."""
    text = [T.StructField(name, T.StringType()) for name in kept_columns(table)]
    reasons = T.StructField(REASONS, T.ArrayType(T.StringType()))
    origin = [T.StructField(SOURCE_FILE, T.StringType()), T.StructField(ARRIVED_AT, T.TimestampType())]
    return T.StructType([*text, reasons, *origin, T.StructField(RUN_ID, T.StringType())])


def write_quarantined(spark: SparkSession, text: DataFrame, job: LoadJob, masker: Masker) -> QuarantineResult:
    """Open the quarantine branch and append to it the text rows that are not valid; returns their counts."""
    counts = Observation(f"{job.quarantine}.reasons")
    rows = select_quarantined(text, job.table, masker, counts).withColumn(RUN_ID, F.lit(job.run_id))
    branch = iceberg.open_branch(spark, job.quarantine, job.branch)
    rows.select(*schema(job.table).names).writeTo(branch).append()
    reasons = {reason: int(rows) for reason, rows in counts.get.items() if rows}
    return QuarantineResult(iceberg.added_rows(spark, job.quarantine, job.branch), reasons)
