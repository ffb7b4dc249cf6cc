"""One row per key: the newest version, and of equal versions the one that arrived last.

Most extracts repeat no key, so a first pass reads only the keys; only rows of repeated keys are sorted with all
their columns.
"""

from dataclasses import dataclass

from pyspark.sql import DataFrame, Window
from pyspark.sql import functions as F

from lakehouse.contract.models import SilverTable
from lakehouse.contract.sql import quote
from lakehouse.raw_to_silver.column_sql import clean_text, identify_key
from lakehouse.raw_to_silver.schema import ARRIVED_AT, ROW_HASH, VERSION

RANK = "_rank"
_TEXT, _PART, _KEY = "_text_", "_part_", "_key_hash"


@dataclass(frozen=True)
class RepeatedKeys:
    """Hashes of the keys that more than one row of a batch has (a cached frame), and how many they are.

    Two keys of one hash count as repeated: their rows are sorted too, and nothing else happens to them.
    """

    hashes: DataFrame
    count: int


def find_repeated_keys(rows: DataFrame, table: SilverTable) -> RepeatedKeys:
    """Returns the repeated keys among text rows; reads no column but the key's."""
    hashes = _add_key_hash(rows.select(*table.key), table).where(f"{_KEY} IS NOT NULL").select(_KEY)
    repeated = hashes.groupBy(_KEY).count().where(F.col("count") > 1).select(_KEY).cache()
    return RepeatedKeys(repeated, repeated.count())


def split_by_repeated_keys(rows: DataFrame, table: SilverTable, keys: RepeatedKeys) -> tuple[DataFrame, DataFrame]:
    """Returns the text rows whose key no other row has, and those whose key is repeated."""
    keyed = _add_key_hash(rows, table)
    alone, repeated = keyed.join(keys.hashes, _KEY, "left_anti"), keyed.join(keys.hashes, _KEY, "left_semi")
    return alone.select(*rows.columns), repeated.select(*rows.columns)


def keep_newest(rows: DataFrame, table: SilverTable) -> DataFrame:
    """Returns the newest of the finished rows of each key; the last tie is decided by the row's hash.

    So a rerun chooses the same rows.
    """
    return rank_by_age(rows, table).where(F.col(RANK) == 1).drop(RANK)


def rank_by_age(rows: DataFrame, table: SilverTable) -> DataFrame:
    """Returns the finished rows with `_rank`: 1 for the newest row of each key."""
    order = [F.col(name).desc_nulls_last() for name in (VERSION, ARRIVED_AT, ROW_HASH)]
    window = Window.partitionBy(*table.key).orderBy(*order)
    return rows.withColumn(RANK, F.row_number().over(window))


def _add_key_hash(rows: DataFrame, table: SilverTable) -> DataFrame:
    """Returns the rows with a hash of the key, null where a part of the key is missing.

    Two spellings of one id have one hash.
    """
    columns = list(map(quote, rows.columns))
    text = [f"{clean_text(name)} AS {_TEXT}{name}" for name in table.key]
    parts = [f"{identify_key(_TEXT + name, table.columns[name].type)} AS {_PART}{name}" for name in table.key]
    return (
        rows.selectExpr("*", *text)
        .selectExpr(*columns, *parts)
        .selectExpr(*columns, f"{_key_hash(table.key)} AS {_KEY}")
    )


def _key_hash(key: tuple[str, ...]) -> str:
    """Returns the hash of a key's parts; null where one of them is null or empty.

    >>> _key_hash(("place", "person"))
    "if(_part_place <> '' AND _part_person <> '', xxhash64(_part_place, _part_person), null)"
    """
    is_complete = " AND ".join(f"{_PART}{name} <> ''" for name in key)
    return f"if({is_complete}, xxhash64({', '.join(_PART + name for name in key)}), null)"
