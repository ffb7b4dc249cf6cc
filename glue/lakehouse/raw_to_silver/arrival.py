"""When a row arrived: the start of the execution or run that brought its file."""

import json
from collections.abc import Callable
from typing import Any

from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F
from pyspark.sql import types as T

from lakehouse.raw_to_silver.schema import ARRIVED_AT, SOURCE_FILE
from lakehouse_common.instants import parse_instant
from raw_ready.manifest import TableBatches

_FILE = "_file"
_SCHEMA = T.StructType([T.StructField(_FILE, T.StringType()), T.StructField(ARRIVED_AT, T.TimestampType())])


def add_arrival(rows: DataFrame, batches: TableBatches, uri: Callable[[str], str]) -> DataFrame:
    """Returns the rows with the instant at which each row's file arrived.

    Where batches have several instants, a row whose file is in none of them gets null, which the caller checks.
    """
    instants = {batch.arrived_at for batch in batches.batches if batch.files}
    if len(instants) == 1:
        return rows.withColumn(ARRIVED_AT, F.lit(parse_instant(instants.pop())))
    spark = rows.sparkSession
    arrived_files = [
        {_FILE: _as_spark_names_it(spark, uri(file.key)), ARRIVED_AT: batch.arrived_at}
        for batch in batches.batches
        for file in batch.files
    ]
    # As one JSON literal the frame is made inside the JVM; a frame of Python rows would start Python workers.
    parsed = F.from_json(F.lit(json.dumps(arrived_files)), T.ArrayType(_SCHEMA))
    arrivals = F.broadcast(spark.range(1).select(F.inline(parsed)))
    return rows.join(arrivals, F.col(SOURCE_FILE) == F.col(_FILE), "left").drop(_FILE)


def _as_spark_names_it(spark: SparkSession, uri: str) -> str:
    """Returns the spelling that `_metadata.file_path` gives, blanks and percent signs included."""
    jvm: Any = spark._jvm
    path = jvm.org.apache.hadoop.fs.Path
    return str(path(path(uri).toString()).toUri().toString())
