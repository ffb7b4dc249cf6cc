"""Reads the files of a table's batches as text columns, by the contract's fields and never by inference.

Every format gives the same frame: one text column per kept column of the table, the version's text, the source file,
and whether the record could be read at all. The raw record itself never leaves this module.
"""

import csv
from collections import defaultdict
from collections.abc import Callable
from functools import reduce
from typing import Any

from pyspark.sql import Column as Expr
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F
from pyspark.sql import types as T

from lakehouse.contract.models import SilverTable
from lakehouse.raw_to_silver.schema import SOURCE_FILE, VERSION, kept_columns
from raw_ready.manifest import TableBatches

CORRUPT = "_corrupt_record"
MALFORMED = "_malformed"
# A JSON number read as text would pass through a double; as a decimal of this many digits it is exact.
DIGITS = 38
# Where the locale is en-US, Spark takes the commas out of a text before it reads a decimal: "1,5" would become 15.
NO_COMMAS = "de-CH"


def read_batches(
    spark: SparkSession, table: SilverTable, batches: TableBatches, uri: Callable[[str], str]
) -> DataFrame:
    """Returns the batches' rows as text: each kept column, the version, the source file and `_malformed`.

    `uri` makes a file's place from its key in the raw zone. Order of rows and files is not kept.
    """
    fields = {name: column.from_ for name, column in kept_columns(table).items()}
    if table.version:
        fields[VERSION] = table.version
    files = [uri(file.key) for batch in batches.batches for file in batch.files]
    if batches.format == "parquet":
        return _read_parquet(spark, files, fields)
    if batches.format == "json":
        return _read_json(spark, files, fields, _scales(table))
    frames = [_read_csv(spark, group, header, fields) for header, group in _files_by_header(spark, files).items()]
    return reduce(DataFrame.unionByName, frames)


def _read_parquet(spark: SparkSession, files: list[str], fields: dict[str, str]) -> DataFrame:
    schema = T.StructType([T.StructField(field, T.StringType()) for field in sorted(set(fields.values()))])
    texts = [F.col(f"`{field}`").alias(name) for name, field in fields.items()]
    return spark.read.schema(schema).parquet(*files).select(*texts, *_lineage(F.lit(False)))


def _scales(table: SilverTable) -> dict[str, int]:
    """Returns by field the places after the point that its decimal columns keep."""
    scales: dict[str, int] = {}
    for column in kept_columns(table).values():
        scale = column.column_type.scale
        if scale is not None:
            scales[column.from_] = max(scale, scales.get(column.from_, 0))
    return scales


def _read_json(spark: SparkSession, files: list[str], fields: dict[str, str], scales: dict[str, int]) -> DataFrame:
    schema = _nested(sorted(set(fields.values())), scales).add(CORRUPT, T.StringType())
    texts = [_json_text(field, field in scales).alias(name) for name, field in fields.items()]
    rows = spark.read.schema(schema).options(columnNameOfCorruptRecord=CORRUPT, locale=NO_COMMAS).json(files)
    return rows.select(*texts, *_lineage(_is_malformed(schema)))


def _is_malformed(schema: T.StructType) -> Expr:
    """Returns whether a record is not JSON, or has no object where a path of the contract needs one."""
    corrupt = F.col(CORRUPT)
    lost = F.get_json_object(corrupt, "$").isNull()
    for field in (field.name for field in schema if isinstance(field.dataType, T.StructType)):
        lost |= F.col(field).isNull() & F.get_json_object(corrupt, f"$.{field}").isNotNull()
    return corrupt.isNotNull() & lost


def _json_text(field: str, is_exact: bool) -> Expr:
    """Returns the field's text; of what is not a number, or has too many digits, the text in the record."""
    if not is_exact:
        return F.col(field)
    return F.coalesce(F.col(field).cast("string"), F.get_json_object(F.col(CORRUPT), f"$.{field}"))


def _nested(paths: list[str], scales: dict[str, int], prefix: str = "") -> T.StructType:
    """Returns a schema in which dotted paths are nested structs, and the leaves are text or exact decimals."""
    children: dict[str, list[str]] = defaultdict(list)
    for path in paths:
        head, _, rest = path.partition(".")
        children[head].append(rest)
    schema = T.StructType()
    for head, rests in children.items():
        inner = [rest for rest in rests if rest]
        scale = scales.get(prefix + head)
        leaf = T.StringType() if scale is None else T.DecimalType(DIGITS, scale)
        schema.add(head, _nested(inner, scales, f"{prefix}{head}.") if inner else leaf)
    return schema


def _read_csv(spark: SparkSession, files: list[str], header: tuple[str, ...], fields: dict[str, str]) -> DataFrame:
    """Returns the rows of CSV files that all have this header; columns are matched by its names."""
    schema = T.StructType([T.StructField(field, T.StringType()) for field in (*header, CORRUPT)])
    # NA and null are text that people write; only an empty field is null.
    options: dict[str, bool | str] = {
        "header": True,
        "multiLine": True,
        "escape": '"',
        "enforceSchema": False,
        "nullValue": "",
        "encoding": "UTF-8",
    }
    rows = spark.read.schema(schema).options(columnNameOfCorruptRecord=CORRUPT, **options).csv(files)
    texts = [
        (F.col(f"`{field}`") if field in header else F.lit(None).cast("string")).alias(name)
        for name, field in fields.items()
    ]
    return rows.select(*texts, *_lineage(F.col(CORRUPT).isNotNull()))


def _files_by_header(spark: SparkSession, files: list[str]) -> dict[tuple[str, ...], list[str]]:
    """Returns the files by their headers: Spark would use one file's order of columns for all of them."""
    groups: dict[tuple[str, ...], list[str]] = defaultdict(list)
    for file in files:
        groups[_read_header(spark, file)].append(file)
    return groups


def _read_header(spark: SparkSession, file: str) -> tuple[str, ...]:
    """Returns the names in the file's first line, read on the driver; none where the file is empty."""
    jvm: Any = spark._jvm
    path = jvm.org.apache.hadoop.fs.Path(file)
    stream = path.getFileSystem(spark.sparkContext._jsc.hadoopConfiguration()).open(path)
    try:
        line = jvm.java.io.BufferedReader(jvm.java.io.InputStreamReader(stream, "UTF-8")).readLine()
    finally:
        stream.close()
    return tuple(next(csv.reader([(line or "").removeprefix("\ufeff")]), []))


def _lineage(is_malformed: Expr) -> list[Expr]:
    return [F.col("_metadata.file_path").alias(SOURCE_FILE), is_malformed.alias(MALFORMED)]
