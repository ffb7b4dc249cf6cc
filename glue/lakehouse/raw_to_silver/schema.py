"""A silver table's columns as Spark and Iceberg see them: types after masking, and the lineage columns."""

from pyspark.sql import types as T

from lakehouse.contract.column_types import DECIMAL
from lakehouse.contract.models import Column, SilverTable

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
# Every type of one value that Spark has, by its word in SQL; decimals also have digits.
_ATOMIC: dict[str, T.DataType] = {
    kind.simpleString(): kind
    for kind in (
        T.StringType(),
        T.BinaryType(),
        T.BooleanType(),
        T.ByteType(),
        T.ShortType(),
        T.IntegerType(),
        T.LongType(),
        T.FloatType(),
        T.DoubleType(),
        T.DateType(),
        T.TimestampType(),
        T.TimestampNTZType(),
    )
}


def data_type(spark_type: str) -> T.DataType:
    """Returns Spark's type of that name in SQL.

    >>> data_type("bigint"), data_type("decimal(5,2)")
    (LongType(), DecimalType(5,2))
    """
    decimal = DECIMAL.fullmatch(spark_type)
    return T.DecimalType(int(decimal[1]), int(decimal[2])) if decimal else _ATOMIC[spark_type]


def unmasked_type(column: Column) -> T.DataType:
    """Returns the column's type before masking."""
    return data_type(column.column_type.spark_type)


def masked_type(column: Column) -> T.DataType:
    """Returns the column's type after masking, as its mask says."""
    return data_type(column.mask.spark_type or column.column_type.spark_type)


def kept_columns(table: SilverTable) -> dict[str, Column]:
    """Returns the columns that a silver table holds: all but the dropped ones."""
    return {name: column for name, column in table.columns.items() if column.mask.is_kept}


def silver_schema(table: SilverTable) -> T.StructType:
    """Returns the silver table's columns without lineage, in the contract's order."""
    return T.StructType([T.StructField(name, masked_type(column)) for name, column in kept_columns(table).items()])


def whole_schema(table: SilverTable) -> T.StructType:
    """Returns the silver table's columns with lineage."""
    return T.StructType([*silver_schema(table).fields, *LINEAGE.fields])
