"""A silver table's columns as Spark and Iceberg see them: types after masking, and the lineage columns."""

from pyspark.sql import types as T

from lakehouse.contract.models import DECIMAL, Column, SilverTable

VERSION, ARRIVED_AT, ROW_HASH, RUN_ID = "_version", "_arrived_at", "_row_hash", "_run_id"
SOURCE_FILE = "_source_file"
LINEAGE = T.StructType(
    [
        T.StructField(VERSION, T.TimestampType()),
        T.StructField(ARRIVED_AT, T.TimestampType()),
        T.StructField(ROW_HASH, T.LongType()),
        T.StructField(RUN_ID, T.StringType()),
    ]
)
_PLAIN: dict[str, T.DataType] = {
    "boolean": T.BooleanType(),
    "integer": T.LongType(),
    "date": T.DateType(),
    "timestamp": T.TimestampType(),
}


def typed(column: Column) -> T.DataType:
    """The column's type before masking."""
    decimal = DECIMAL.fullmatch(column.type)
    if decimal:
        return T.DecimalType(int(decimal[1]), int(decimal[2]))
    return _PLAIN.get(column.type, T.StringType())


def masked(column: Column) -> T.DataType:
    """The column's type after masking: hashes and parts of text are strings, years are integers."""
    if column.pii in (None, "none"):
        return typed(column)
    return T.IntegerType() if column.pii == "year" else T.StringType()


def kept(table: SilverTable) -> dict[str, Column]:
    """The columns that a silver table holds: all but the dropped ones."""
    return {name: column for name, column in table.columns.items() if column.pii != "drop"}


def silver_schema(table: SilverTable) -> T.StructType:
    """The silver table's columns without lineage, in the contract's order."""
    return T.StructType([T.StructField(name, masked(column)) for name, column in kept(table).items()])
