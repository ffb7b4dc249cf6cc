"""Rows that only silver holds, brought to a changed contract as far as their stored values allow."""

from dataclasses import dataclass

from pyspark.sql import DataFrame, Observation
from pyspark.sql import functions as F

from lakehouse.contract.column_types import column_type
from lakehouse.contract.fingerprint import ColumnMark, Fingerprint
from lakehouse.contract.masks import MASKS
from lakehouse.contract.models import Column, SilverTable
from lakehouse.contract.sql import quote
from lakehouse.raw_to_silver.clean import REASONS, outside_rules, shape
from lakehouse.raw_to_silver.column_sql import content_hash
from lakehouse.raw_to_silver.mask import Masker
from lakehouse.raw_to_silver.reasons import Reason, reason_of
from lakehouse.raw_to_silver.schema import (
    ARRIVED_AT,
    LINEAGE,
    ROW_HASH,
    RUN_ID,
    SOURCE_FILE,
    VERSION,
    kept_columns,
    masked_type,
)

_LOST = "_lost_"
# A row of silver knows its batch and not its file.
NO_FILE = "cast(null AS string)"


@dataclass(frozen=True)
class Carried:
    """A column's value as far as a stored row gives it: its SQL, whether it is clear, and when it is lost."""

    value: str
    is_clear: bool
    lost: str


def carry_over(name: str, before: ColumnMark | None, stored: str, after: Column) -> Carried:
    """Returns what the stored column gives the contract's; null where it gives nothing.

    >>> old = ColumnMark.model_validate({"from": "Phone", "type": "phone", "mask": "none"})
    >>> carry_over("phone", old, "phone", Column.model_validate({"from": "Phone", "type": "phone", "pii": "hash"}))
    Carried(value='`phone`', is_clear=True, lost='false')
    >>> carry_over("title", None, "title", Column.model_validate({"from": "Title"}))
    Carried(value='cast(null AS string)', is_clear=True, lost='true')
    """
    if before is None or before.from_ != after.from_:
        return Carried(f"cast(null AS {after.column_type.spark_type})", is_clear=True, lost="true")
    text = quote(stored)
    if not MASKS[before.mask].is_masked:
        return _carry_clear(text, before, after)
    if before.mask == after.mask.name and (before.type == after.type or MASKS[before.mask].spark_type == "string"):
        return Carried(text, is_clear=False, lost="false")
    lost = f"{text} IS NOT NULL"
    return Carried(f"cast(null AS {masked_type(after).simpleString()})", is_clear=False, lost=lost)


def _carry_clear(text: str, before: ColumnMark, after: Column) -> Carried:
    if before.type == after.type:
        return Carried(text, is_clear=True, lost="false")
    value = column_type(after.type).parse(f"cast({text} AS string)")
    return Carried(value, is_clear=True, lost=f"{text} IS NOT NULL AND ({value}) IS NULL")


@dataclass(frozen=True)
class ConvertedRows:
    """Stored rows in the contract's form, and those that its rules refuse, in quarantine's."""

    valid: DataFrame
    refused: DataFrame
    counts: Observation

    def lost(self) -> dict[str, int]:
        """Returns how many rows lost which column's value; call it after the valid rows were written."""
        figures = self.counts.get
        return {name.removeprefix(_LOST): int(rows) for name, rows in figures.items() if rows and name[:6] == _LOST}


def convert(
    rows: DataFrame, table: SilverTable, before: Fingerprint, renamed: dict[str, str], masker: Masker, run_id: str
) -> ConvertedRows:
    """Returns the rows of a stored table as the contract makes them; `renamed` is new name -> stored name."""
    columns = kept_columns(table)
    carried = {}
    for name, column in columns.items():
        stored = renamed.get(name, name)
        carried[name] = carry_over(name, before.columns.get(stored), stored, column)
    values = [f"{each.value} AS {quote(name)}" for name, each in carried.items()]
    is_lost = [f"{each.lost} AS {quote(_LOST + name)}" for name, each in carried.items()]
    moved = rows.selectExpr(*values, *is_lost, VERSION, ARRIVED_AT)
    faults = {name: _faults(name, columns[name], table, carried[name].is_clear) for name in columns}
    pairs = [(reason_of(name, reason), fault) for name, all_faults in faults.items() for reason, fault in all_faults]
    is_refused = " OR ".join(fault for _, fault in pairs)
    counts = Observation()
    losses = [F.count_if(F.col(_LOST + name)).alias(_LOST + name) for name in columns]
    valid = moved.where(f"NOT ({is_refused})").observe(counts, F.count(F.lit(1)).alias("rows"), *losses)
    masked = [_mask(name, columns[name], carried[name], masker) for name in columns]
    valid = masker.add_key(valid).selectExpr(*masked, VERSION, ARRIVED_AT)
    valid = valid.selectExpr("*", f"{content_hash([*columns])} AS {ROW_HASH}", f"'{run_id}' AS {RUN_ID}")
    texts = [_refused_text(name, columns[name], carried[name], faults[name], masker) for name in columns]
    sentences = ", ".join(f'if({fault}, "{sentence}", null)' for sentence, fault in pairs)
    refused = masker.add_key(moved.where(is_refused)).selectExpr(
        *texts,
        f"array_compact(array({sentences})) AS {REASONS}",
        f"{NO_FILE} AS {SOURCE_FILE}",
        ARRIVED_AT,
        f"'{run_id}' AS {RUN_ID}",
    )
    return ConvertedRows(valid.select(*columns, *LINEAGE.names), refused, counts)


def _faults(name: str, column: Column, table: SilverTable, is_clear: bool) -> list[tuple[str, str]]:
    """Returns the rules that can be asked of the carried value: of a masked one only that it is there."""
    value = quote(name)
    faults: list[tuple[str, str]] = []
    if column.required or name in table.key:
        faults.append((Reason.MISSING, f"({value} IS NULL)"))
    return [*faults, *(outside_rules(value, column) if is_clear else [])]


def _mask(name: str, column: Column, carried: Carried, masker: Masker) -> str:
    """Returns the column as silver stores it: a clear value is masked, a masked one is as it should be.

    >>> column = Column.model_validate({"from": "Phone", "pii": "redacted"})
    >>> _mask("phone", column, Carried("`phone`", is_clear=False, lost="false"), Masker(None, 1))
    '`phone`'
    """
    return masker.mask_column(name, column) if carried.is_clear else quote(name)


def _refused_text(name: str, column: Column, carried: Carried, faults: list[tuple[str, str]], masker: Masker) -> str:
    """Returns the column as quarantine stores it: a personal value hashed, a faulty one as its shape.

    >>> column = Column.model_validate({"from": "Name"})
    >>> _refused_text("name", column, Carried("`name`", is_clear=True, lost="false"), [], Masker(None, 1))
    'cast(`name` AS string) AS `name`'
    """
    text = f"cast({quote(name)} AS string)"
    if carried.is_clear and column.mask.is_masked:
        text = masker.hash_text(text)
    elif carried.is_clear and faults:
        text = f"if({' OR '.join(fault for _, fault in faults)}, {shape(text)}, {text})"
    return f"{text} AS {quote(name)}"
