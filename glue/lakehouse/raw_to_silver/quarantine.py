"""Rows kept aside: masked, with every reason and the source file, so that they can be found in raw and replayed."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pyspark.sql import DataFrame, Observation, SparkSession
from pyspark.sql import functions as F
from pyspark.sql import types as T

from lakehouse.contract.models import SilverTable
from lakehouse.raw_to_silver.clean import REASONS, rejected
from lakehouse.raw_to_silver.mask import Masker
from lakehouse.raw_to_silver.schema import ARRIVED_AT, RUN_ID, SOURCE_FILE, kept
from lakehouse.spark import iceberg

if TYPE_CHECKING:
    from lakehouse.raw_to_silver.load import Load


@dataclass(frozen=True)
class Written:
    """Rows kept aside, by Iceberg's own count, and how many rows have each reason (a row may have several)."""

    rows: int = 0
    reasons: dict[str, int] = field(default_factory=dict)


def schema(table: SilverTable) -> T.StructType:
    """The quarantine table of a silver table: its kept columns as text, the reasons, and where the row came from."""
    text = [T.StructField(name, T.StringType()) for name in kept(table)]
    reasons = T.StructField(REASONS, T.ArrayType(T.StringType()))
    origin = [T.StructField(SOURCE_FILE, T.StringType()), T.StructField(ARRIVED_AT, T.TimestampType())]
    return T.StructType([*text, reasons, *origin, T.StructField(RUN_ID, T.StringType())])


def write(spark: SparkSession, text: DataFrame, job: "Load", masker: Masker) -> Written:
    """Appends the text rows that are not valid to the quarantine branch, which it opens."""
    counted = Observation(f"{job.quarantine}.reasons")
    rows = rejected(text, job.table, masker, counted).withColumn(RUN_ID, F.lit(job.run_id))
    branch = iceberg.open_branch(spark, job.quarantine, job.branch)
    rows.select(*schema(job.table).names).writeTo(branch).append()
    reasons = {reason: int(rows) for reason, rows in counted.get.items() if rows}
    return Written(iceberg.added_rows(spark, job.quarantine, job.branch), reasons)
