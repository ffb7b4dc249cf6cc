"""The masking key as a one-row frame that is joined to the data, so that it is in no plan, log or event log.

What a mask does with a value is in `contract/masks.py`.
"""

import hashlib
from dataclasses import dataclass

from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F
from pyspark.sql import types as T

from lakehouse.contract import masks
from lakehouse.contract.fingerprint import key_mark
from lakehouse.contract.models import Column
from lakehouse.contract.sql import quote
from lakehouse_common.errors import LakehouseError

BLOCK = 64
SHORTEST_KEY = 32
_PADS = T.StructType(
    [T.StructField(name, T.BinaryType(), nullable=False) for name in (masks.INNER_PAD, masks.OUTER_PAD)]
)


class WeakKeyError(LakehouseError):
    """The masking key is shorter than 32 bytes."""


@dataclass(frozen=True)
class Masker:
    """Masks columns with one key; `pads` is a frame of exactly one row, `mark` tells the key from others."""

    pads: DataFrame
    version: int
    mark: str = ""

    def add_key(self, rows: DataFrame) -> DataFrame:
        """Returns the rows with the key's pads, which `mask_column` and `hash_text` need; a select drops them."""
        return rows.crossJoin(F.broadcast(self.pads))

    def hash_text(self, value: str) -> str:
        """Returns the keyed hash of the SQL value's text, as SQL; null stays null."""
        return masks.hash_text(value, self.version)

    def mask_column(self, name: str, column: Column) -> str:
        """Returns the column's masked value as SQL, under its own name.

        >>> column = Column.model_validate({"from": "Birthdate", "type": "date", "pii": "year"})
        >>> Masker(None, 1).mask_column("born", column)
        'year(`born`) AS `born`'
        """
        return f"{column.mask.hide(quote(name), self.version)} AS {quote(name)}"


def make_masker(spark: SparkSession, key: bytes, version: int) -> Masker:
    """Returns a masker for the key.

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
    return Masker(frame, version, key_mark(key))
