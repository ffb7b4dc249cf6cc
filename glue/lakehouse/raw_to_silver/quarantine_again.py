"""A quarantine made anew: rows of raw are quarantined once more, older ones stay as the contract lets them."""

from functools import reduce

from pyspark.sql import DataFrame, Observation, SparkSession
from pyspark.sql import functions as F

from lakehouse.contract.fingerprint import Fingerprint
from lakehouse.contract.masks import MASKS
from lakehouse.contract.models import SilverTable
from lakehouse.contract.sql import quote
from lakehouse.raw_to_silver.clean import REASONS, select_quarantined
from lakehouse.raw_to_silver.load_job import LoadJob
from lakehouse.raw_to_silver.mask import Masker
from lakehouse.raw_to_silver.quarantine import QuarantineResult, schema
from lakehouse.raw_to_silver.schema import ARRIVED_AT, RUN_ID, SOURCE_FILE, kept_columns
from lakehouse.spark import iceberg

_ORIGIN = "_origin"
NEW, REFUSED, OLD = "new", "refused", "old"


def rewrite_quarantined(
    spark: SparkSession,
    text: DataFrame | None,
    refused: DataFrame | None,
    old: DataFrame,
    job: LoadJob,
    before: Fingerprint,
    masker: Masker,
) -> tuple[QuarantineResult, int]:
    """Write the job's quarantine: the text rows that are not valid, the refused ones of silver, the old ones.

    Returns the counts of the new rows, and how many are refused ones of silver.
    """
    reasons, origins = Observation(), Observation()
    parts = {OLD: _mask_again(old, job.table, before, masker)}
    if text is not None:
        parts[NEW] = select_quarantined(text, job.table, masker, reasons).withColumn(RUN_ID, F.lit(job.run_id))
    if refused is not None:
        parts[REFUSED] = refused
    names = schema(job.table).names
    frames = [rows.select(*names, F.lit(origin).alias(_ORIGIN)) for origin, rows in parts.items()]
    figures = [F.count_if(F.col(_ORIGIN) == origin).alias(origin) for origin in (NEW, REFUSED, OLD)]
    rows = reduce(DataFrame.unionByName, frames).observe(origins, *figures)
    rows.select(*spark.table(job.quarantine).columns).writeTo(job.quarantine).append()
    written = iceberg.added_rows(spark, job.quarantine, iceberg.MAIN)
    counts = {origin: int(rows) for origin, rows in origins.get.items()}
    by_reason = {} if text is None else {reason: int(rows) for reason, rows in reasons.get.items() if rows}
    return QuarantineResult(written - counts[OLD] - counts[REFUSED], by_reason), counts[REFUSED]


def _mask_again(old: DataFrame, table: SilverTable, before: Fingerprint, masker: Masker) -> DataFrame:
    """Returns old quarantined rows with the contract's columns; a clear text that is personal now is hashed."""
    columns = kept_columns(table)
    values = []
    for name, column in columns.items():
        stored = name if name in old.columns else column.was
        if stored is None or stored not in old.columns:
            values.append(f"cast(null AS string) AS {quote(name)}")
            continue
        mark = before.columns.get(stored)
        is_clear = mark is None or not MASKS[mark.mask].is_masked
        text = masker.hash_text(quote(stored)) if is_clear and column.mask.is_masked else quote(stored)
        values.append(f"{text} AS {quote(name)}")
    return masker.add_key(old).selectExpr(*values, REASONS, SOURCE_FILE, ARRIVED_AT, RUN_ID)
