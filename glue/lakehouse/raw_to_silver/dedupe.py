"""One row per key: the newest version, and of equal versions the one that arrived last.

Most extracts repeat no key, so a narrow pass over the keys decides first; only repeated keys are sorted as wide rows.
"""

from dataclasses import dataclass

from pyspark.sql import DataFrame, Window
from pyspark.sql import functions as F

from lakehouse.models import SilverTable
from lakehouse.raw_to_silver import types
from lakehouse.raw_to_silver.schema import ARRIVED_AT, ROW_HASH, VERSION

_TEXT, _KEY, _REPEATED = "_text_", "_key_", "_repeated_"


@dataclass(frozen=True)
class Repeats:
    """The keys that stand in more than one row of a batch (a cached frame), and how many they are."""

    keys: DataFrame
    count: int


def repeats(rows: DataFrame, table: SilverTable) -> Repeats:
    """Finds the repeated keys among text rows; reads no column but the key's."""
    keys = [F.col(_KEY + name).alias(_REPEATED + name) for name in table.key]
    narrow = _with_key(rows.select(*table.key), table).select(*keys).dropna()
    counted = narrow.groupBy(*narrow.columns).count()
    found = counted.where(F.col("count") > 1).drop("count").cache()
    return Repeats(found, found.count())


def split(rows: DataFrame, table: SilverTable, found: Repeats) -> tuple[DataFrame, DataFrame]:
    """Text rows -> those whose key stands alone, those whose key is repeated."""
    same = [F.col(_KEY + name) == F.col(_REPEATED + name) for name in table.key]
    keyed = _with_key(rows, table)
    alone, repeated = keyed.join(found.keys, same, "left_anti"), keyed.join(found.keys, same, "left_semi")
    return alone.select(*rows.columns), repeated.select(*rows.columns)


def newest(rows: DataFrame, table: SilverTable) -> DataFrame:
    """Finished rows -> the winner of each key; the row's hash breaks the last tie, so that a rerun chooses alike."""
    order = [F.col(name).desc_nulls_last() for name in (VERSION, ARRIVED_AT, ROW_HASH)]
    window = Window.partitionBy(*table.key).orderBy(*order)
    return rows.withColumn("_rank", F.row_number().over(window)).where(F.col("_rank") == 1).drop("_rank")


def _with_key(rows: DataFrame, table: SilverTable) -> DataFrame:
    """Adds what tells keys apart, so that two spellings of one id are one key."""
    text = [f"{types.clean(name, types.holds_nul(types.quoted(name)))} AS {_TEXT}{name}" for name in table.key]
    keys = [f"{types.identity(_TEXT + name, table.columns[name].type)} AS {_KEY}{name}" for name in table.key]
    return rows.selectExpr("*", *text).selectExpr("*", *keys)
