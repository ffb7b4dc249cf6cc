"""Masks: keyed hashes (HMAC-SHA-256) and generalisations, as native Spark expressions.

The key comes in as a one-row frame that is joined to the data, so that it stands in no plan, log or event log.
"""

import hashlib
from dataclasses import dataclass

from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F
from pyspark.sql import types as T

from lakehouse.contract.models import Column
from lakehouse_common.errors import LakehouseError

BLOCK = 64
SHORTEST_KEY = 32
_INNER, _OUTER = "_inner_pad", "_outer_pad"
_PADS = T.StructType([T.StructField(name, T.BinaryType(), nullable=False) for name in (_INNER, _OUTER)])


class WeakKeyError(LakehouseError):
    """The masking key is shorter than 32 bytes."""


@dataclass(frozen=True)
class Masker:
    """Masks columns with one key; `pads` is a frame of exactly one row."""

    pads: DataFrame
    version: int

    def with_key(self, rows: DataFrame) -> DataFrame:
        """The rows with the key's pads beside them; `masked` and `hashed` need them, and a select drops them."""
        return rows.crossJoin(F.broadcast(self.pads))

    def hashed(self, text: str) -> str:
        """`hk<version>:` and the HMAC-SHA-256 of the SQL expression's text in hex; null stays null (RFC 2104)."""
        inner = f"unhex(sha2(concat({_INNER}, cast(cast({text} as string) as binary)), 256))"
        return f"concat('hk{self.version}:', sha2(concat({_OUTER}, {inner}), 256))"

    def masked(self, name: str, column: Column) -> str:
        """The column's masked value as SQL, under its own name."""
        return f"{self._mask(f'`{name}`', column.pii or 'none')} AS `{name}`"

    def _mask(self, value: str, mask: str) -> str:
        text = f"cast({value} as string)"
        expressions = {
            "hash": self.hashed(value),
            "last_4": f"if({value} IS NULL, null, concat('****', if(length({text}) >= 8, right({text}, 4), '')))",
            "domain": f"substring_index({value}, '@', -1)",
            "year": f"year({value})",
        }
        return expressions.get(mask, value)


def masker(spark: SparkSession, key: bytes, version: int) -> Masker:
    """A masker for the key.

    Raises:
        WeakKeyError: the key is too short to resist guessing.
    """
    if len(key) < SHORTEST_KEY:
        raise WeakKeyError(
            f"the masking key has {len(key)} bytes and needs at least {SHORTEST_KEY}: openssl rand -hex 32 makes one"
        )
    block = (hashlib.sha256(key).digest() if len(key) > BLOCK else key).ljust(BLOCK, b"\0")
    pads = [(bytes(byte ^ 0x36 for byte in block), bytes(byte ^ 0x5C for byte in block))]
    # Cached, the frame is made of Python bytes once; afterwards every use of it stays inside the JVM.
    frame = spark.createDataFrame(pads, _PADS).coalesce(1).cache()
    assert frame.count() == 1, "an empty frame would drop every row"
    return Masker(frame, version)
