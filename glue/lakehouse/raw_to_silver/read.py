"""Reads the files of a table's batches as text columns, by the contract's fields and never by inference.

Every format gives the same frame: one text column per kept column of the table, the version's text, the source file,
and whether the record could be read at all. The raw record itself never leaves this module.
"""

import csv
from collections import defaultdict
from collections.abc import Callable
from functools import reduce

from pyspark.sql import Column as Expr
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F
from pyspark.sql import types as T

from lakehouse.models import DECIMAL, SilverTable
from lakehouse.raw_to_silver.schema import SOURCE_FILE, VERSION, kept
from raw_ready.manifest import TableBatches

CORRUPT = "_corrupt_record"
MALFORMED = "_malformed"
# Exact for every decimal of the contract's usual types; a JSON number read as text would pass through a double.
EXACT = T.DecimalType(38, 18)
# Where the locale is en-US, Spark takes the commas out of a text before it reads a decimal: "1,5" would become 15.
NO_COMMAS = "de-CH"


def read(spark: SparkSession, table: SilverTable, batches: TableBatches, uri: Callable[[str], str]) -> DataFrame:
    """The batches' rows as text, one column per kept column of the table, plus version, source file and `_malformed`.

    `uri` makes a file's place from its key in the raw zone. Order of rows and files is not kept.
    """
    fields = {name: column.from_ for name, column in kept(table).items()}
    if table.version:
        fields[VERSION] = table.version
    exact = {column.from_ for column in table.columns.values() if DECIMAL.fullmatch(column.type)}
    files = [uri(file.key) for batch in batches.batches for file in batch.files]
    if batches.format == "parquet":
        return _read_parquet(spark, files, fields)
    if batches.format == "json":
        return _read_json(spark, files, fields, exact)
    groups = _by_schema_version([file.key for batch in batches.batches for file in batch.files])
    frames = [_read_csv(spark, [uri(key) for key in keys], fields) for keys in groups]
    return reduce(DataFrame.unionByName, frames)


def _read_parquet(spark: SparkSession, files: list[str], fields: dict[str, str]) -> DataFrame:
    schema = T.StructType([T.StructField(field, T.StringType()) for field in sorted(set(fields.values()))])
    found = [F.col(f"`{field}`").alias(name) for name, field in fields.items()]
    return spark.read.schema(schema).parquet(*files).select(*found, *_lineage(F.lit(False)))


def _read_json(spark: SparkSession, files: list[str], fields: dict[str, str], exact: set[str]) -> DataFrame:
    schema = _nested(sorted(set(fields.values())), exact).add(CORRUPT, T.StringType())
    corrupt = F.col(CORRUPT)
    is_no_json = corrupt.isNotNull() & F.get_json_object(corrupt, "$").isNull()
    found = [_json_text(field, field in exact).alias(name) for name, field in fields.items()]
    rows = spark.read.schema(schema).options(columnNameOfCorruptRecord=CORRUPT, locale=NO_COMMAS).json(files)
    return rows.select(*found, *_lineage(is_no_json))


def _json_text(field: str, is_exact: bool) -> Expr:
    """The field's text; a number that did not parse is fetched from the record as it was written."""
    if not is_exact:
        return F.col(field)
    as_written = F.get_json_object(F.col(CORRUPT), f"$.{field}")
    return F.coalesce(F.col(field).cast("string"), as_written)


def _nested(paths: list[str], exact: set[str], prefix: str = "") -> T.StructType:
    """A schema whose dotted paths are nested structs and whose leaves are text, or exact decimals."""
    children: dict[str, list[str]] = defaultdict(list)
    for path in paths:
        head, _, rest = path.partition(".")
        children[head].append(rest)
    schema = T.StructType()
    for head, rests in children.items():
        inner = [rest for rest in rests if rest]
        leaf = EXACT if prefix + head in exact else T.StringType()
        schema.add(head, _nested(inner, exact, f"{prefix}{head}.") if inner else leaf)
    return schema


def _read_csv(spark: SparkSession, files: list[str], fields: dict[str, str]) -> DataFrame:
    """CSV columns are matched by the header's names; Spark refuses a file of the group whose header differs."""
    first = spark.read.text(files[0]).first()
    header = next(csv.reader([first.value.removeprefix("\ufeff")])) if first else []
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
    found = [
        (F.col(f"`{field}`") if field in header else F.lit(None).cast("string")).alias(name)
        for name, field in fields.items()
    ]
    return rows.select(*found, *_lineage(F.col(CORRUPT).isNotNull()))


def _by_schema_version(keys: list[str]) -> list[list[str]]:
    """Files of one AppFlow schema version share one header (`salesforce/<flow>/<schema version>/...`)."""
    groups: dict[str, list[str]] = defaultdict(list)
    for key in keys:
        groups[key.split("/")[2]].append(key)
    return list(groups.values())


def _lineage(is_malformed: Expr) -> list[Expr]:
    return [F.col("_metadata.file_path").alias(SOURCE_FILE), is_malformed.alias(MALFORMED)]
