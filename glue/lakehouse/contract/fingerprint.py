"""A table's fingerprint: the part of the contract that made its rows, stored with them as a table property.

What differs between the stored fingerprint and the contract in force is a pending change: see `diff.py`.
"""

import hashlib
import hmac
from decimal import Decimal
from typing import Literal

from pydantic import Field, ValidationError

from lakehouse.contract.models import Column, Pipeline, SilverTable
from lakehouse.contract.strict import StrictModel
from lakehouse_common.errors import LakehouseError

# The version of the SQL in column_types.py and masks.py. It goes up when a value comes out otherwise: every table is
# then made anew.
CLEANING = 1
_PURPOSE = b"lakehouse: fingerprint of the masking key"


class FingerprintError(LakehouseError):
    """A stored fingerprint that this version can't read."""


class MaskingMark(StrictModel):
    """The masking key's version, and an HMAC of a constant under the key: it tells two keys apart, and no more."""

    version: int
    key: str


class ColumnMark(StrictModel):
    """What decides on a column's values: the source's field, the type, the mask and the rules."""

    from_: str = Field(alias="from")
    type: str
    mask: str
    required: bool = False
    one_of: tuple[str, ...] = ()
    min: str | None = None
    max: str | None = None


class Fingerprint(StrictModel):
    """What made a table's rows; `masking` only where a column is masked. `columns` are the kept ones."""

    form: Literal[1] = 1
    source: str
    key: tuple[str, ...]
    version: str | None
    columns: dict[str, ColumnMark]
    cleaning: int = CLEANING
    masking: MaskingMark | None = None

    def to_json(self) -> str:
        """Returns the text that is stored."""
        return self.model_dump_json(by_alias=True, exclude_defaults=False)


def read_fingerprint(table: str, text: str) -> Fingerprint:
    """Returns the fingerprint of its stored text.

    Raises:
        FingerprintError: a newer version of this product has stored it, or another program.
    """
    try:
        return Fingerprint.model_validate_json(text)
    except ValidationError:
        raise FingerprintError(
            f"{table}: this version can't read its fingerprint: use the version that wrote it, or a newer one"
        ) from None


def key_mark(key: bytes) -> str:
    """Returns what tells this masking key from others: 64 hex digits from which the key can't be computed."""
    return hmac.new(key, _PURPOSE, hashlib.sha256).hexdigest()


def fingerprint_of(pipeline: Pipeline, name: str, mark: str) -> Fingerprint:
    """Returns the fingerprint of what the contract makes of a silver table; `mark` is the masking key's."""
    table = pipeline.silver[name]
    columns = {column: mark_of(table, column) for column, each in table.columns.items() if each.mask.is_kept}
    is_masked = any(each.mask.is_masked for each in table.columns.values() if each.mask.is_kept)
    masking = MaskingMark(version=pipeline.masking.version, key=mark) if is_masked else None
    return Fingerprint(source=table.from_, key=table.key, version=table.version, columns=columns, masking=masking)


def mark_of(table: SilverTable, name: str) -> ColumnMark:
    """Returns the mark of one column; a key's column is required whether the contract says so or not."""
    column: Column = table.columns[name]
    return ColumnMark.model_validate(
        {
            "from": column.from_,
            "type": column.type,
            "mask": column.mask.name,
            "required": column.required or name in table.key,
            "one_of": tuple(sorted(column.one_of or ())),
            "min": _number(column.min),
            "max": _number(column.max),
        }
    )


def _number(bound: Decimal | None) -> str | None:
    """Returns the bound as one text, however it is written.

    >>> _number(Decimal("1.50")), _number(Decimal("15e-1"))
    ('1.5', '1.5')
    """
    return None if bound is None else f"{bound.normalize():f}"
