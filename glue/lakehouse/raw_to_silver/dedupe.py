"""One row per key: the newest version, and of equal versions the one that arrived last.

Most extracts repeat no key, so a narrow pass over the keys decides first; only repeated keys are sorted as wide rows.
"""

from dataclasses import dataclass

from pyspark.sql import DataFrame, Window
from pyspark.sql import functions as F

from lakehouse.contract.models import SilverTable
from lakehouse.raw_to_silver import types
from lakehouse.raw_to_silver.schema import ARRIVED_AT, ROW_HASH, VERSION

_TEXT, _PART, _KEY = "_text_", "_part_", "_key_hash"


@dataclass(frozen=True)
class Repeats:
    """Hashes of the keys that stand in more than one row of a batch (a cached frame), and how many they are.

    Two keys of one hash count as repeated, which costs them a place among the sorted rows and nothing else.
    """

    keys: DataFrame
    count: int


def repeats(rows: DataFrame, table: SilverTable) -> Repeats:
    """Finds the repeated keys among text rows; reads no column but the key's."""
    keys = _with_key(rows.select(*table.key), table).where(f"{_KEY} IS NOT NULL").select(_KEY)
    found = keys.groupBy(_KEY).count().where(F.col("count") > 1).select(_KEY).cache()
    return Repeats(found, found.count())


def split(rows: DataFrame, table: SilverTable, found: Repeats) -> tuple[DataFrame, DataFrame]:
    """Text rows -> those whose key stands alone, those whose key is repeated."""
    keyed = _with_key(rows, table)
    alone, repeated = keyed.join(found.keys, _KEY, "left_anti"), keyed.join(found.keys, _KEY, "left_semi")
    return alone.select(*rows.columns), repeated.select(*rows.columns)


def newest(rows: DataFrame, table: SilverTable) -> DataFrame:
    """Finished rows -> the winner of each key; the row's hash breaks the last tie, so that a rerun chooses alike."""
    order = [F.col(name).desc_nulls_last() for name in (VERSION, ARRIVED_AT, ROW_HASH)]
    window = Window.partitionBy(*table.key).orderBy(*order)
    return rows.withColumn("_rank", F.row_number().over(window)).where(F.col("_rank") == 1).drop("_rank")


def _with_key(rows: DataFrame, table: SilverTable) -> DataFrame:
    """Adds a hash of what tells keys apart, so that two spellings of one id are one key; null without a whole key."""
    own = list(map(types.quoted, rows.columns))
    text = [f"{types.clean(name)} AS {_TEXT}{name}" for name in table.key]
    parts = [f"{types.identity(_TEXT + name, table.columns[name].type)} AS {_PART}{name}" for name in table.key]
    is_whole = " AND ".join(f"{_PART}{name} <> ''" for name in table.key)
    key_hash = f"if({is_whole}, xxhash64({', '.join(_PART + name for name in table.key)}), null) AS {_KEY}"
    return rows.selectExpr("*", *text).selectExpr(*own, *parts).selectExpr(*own, key_hash)
