"""From text to typed columns, and the verdict on every row: valid, or kept aside with all its reasons.

The three steps (text cleaned, values parsed, rows judged) are separate selects, so that each value is computed once;
Spark fuses them again.
"""

from pyspark.sql import DataFrame, Observation
from pyspark.sql import functions as F

from lakehouse.models import Column, SilverTable
from lakehouse.raw_to_silver import types
from lakehouse.raw_to_silver.mask import Masker
from lakehouse.raw_to_silver.read import MALFORMED
from lakehouse.raw_to_silver.reasons import Reason, not_a
from lakehouse.raw_to_silver.schema import ARRIVED_AT, SOURCE_FILE, VERSION, kept
from lakehouse.raw_to_silver.types import quoted

IS_VALID = "_is_valid"
REASONS = "reasons"
_TYPED = "_typed_"


def typed(rows: DataFrame, table: SilverTable) -> DataFrame:
    """Text rows -> typed rows of the kept columns, with version, arrival and `_is_valid`."""
    faults = [MALFORMED, *(fault for _, fault in _row_faults(table))]
    values = [f"{_value(name, column)} AS {quoted(name)}" for name, column in kept(table).items()]
    version = f"coalesce(`{_TYPED}{VERSION}`, {ARRIVED_AT})" if table.version else ARRIVED_AT
    verdict = f"NOT ({' OR '.join(faults)}) AS {IS_VALID}"
    return _parsed(rows, table).selectExpr(*values, f"{version} AS {VERSION}", ARRIVED_AT, verdict)


def rejected(rows: DataFrame, table: SilverTable, masker: Masker, counted: Observation) -> DataFrame:
    """Text rows -> the rows that are not valid: masked text, `reasons` (one string each) and the source file.

    `counted` observes how many rows have each reason. A personal value is hashed whatever its mask; a value with a
    fault is kept as its shape only (`Aaa-999`), since a shifted record can put anything anywhere.
    """
    found = [(Reason.MALFORMED.of("record"), MALFORMED), *_row_faults(table)]
    is_valid = f"NOT ({' OR '.join(fault for _, fault in found)}) AS {IS_VALID}"
    # Read by no one, the observation keeps the optimizer from moving the filter, with a copy of every rule, down.
    judged = _parsed(rows, table).selectExpr("*", is_valid).observe(Observation(), F.count(F.lit(1)).alias("rows"))
    sentences = ", ".join(f'if({fault}, "{sentence}", null)' for sentence, fault in found)
    refused = judged.where(f"NOT {IS_VALID}").selectExpr("*", f"array_compact(array({sentences})) AS {REASONS}")
    counts = [F.expr(f'count_if(array_contains({REASONS}, "{sentence}"))').alias(sentence) for sentence, _ in found]
    refused = masker.with_key(refused.observe(counted, *counts))
    values = [f"{_kept_aside(name, column, table, masker)} AS {quoted(name)}" for name, column in kept(table).items()]
    return refused.selectExpr(*values, SOURCE_FILE, ARRIVED_AT, REASONS)


def _parsed(rows: DataFrame, table: SilverTable) -> DataFrame:
    """Clean text beside its typed value (`_typed_<name>`, where the type is not text)."""
    columns = kept(table)
    wanted = {name: column.type for name, column in columns.items() if not_a(column.type)}
    cleaned = [*columns]
    if table.version:
        wanted[VERSION] = "timestamp"
        cleaned.append(VERSION)
    text = [f"{types.clean(name)} AS {quoted(name)}" for name in cleaned]
    values = [f"{types.parse(name, column_type)} AS {quoted(_TYPED + name)}" for name, column_type in wanted.items()]
    carried = [name for name in rows.columns if name not in cleaned]
    return rows.selectExpr(*text, *carried).selectExpr("*", *values)


def _value(name: str, column: Column) -> str:
    return quoted(_TYPED + name if not_a(column.type) else name)


def _row_faults(table: SilverTable) -> list[tuple[str, str]]:
    """Every rule of the table: the reason, and the condition (never null) under which a row breaks it."""
    faults = [
        (reason.of(name), fault)
        for name, column in kept(table).items()
        for reason, fault in _faults(name, column, table)
    ]
    if table.version:
        no_instant = f"({VERSION} IS NOT NULL AND `{_TYPED}{VERSION}` IS NULL)"
        faults.append((Reason.NOT_A_TIMESTAMP.of("version"), no_instant))
    return faults


def _faults(name: str, column: Column, table: SilverTable) -> list[tuple[Reason, str]]:
    text, value = quoted(name), _value(name, column)
    faults: list[tuple[Reason, str]] = []
    if column.required or name in table.key:
        faults.append((Reason.MISSING, f"{text} IS NULL"))
    reason = not_a(column.type)
    if reason:
        faults.append((reason, f"({text} IS NOT NULL AND {value} IS NULL)"))
    bounds = (("<", column.min), (">", column.max))
    outside = [f"{value} {sign} {bound:f}" for sign, bound in bounds if bound is not None]
    if outside:
        faults.append((Reason.OUT_OF_RANGE, f"coalesce({' OR '.join(outside)}, false)"))
    if column.one_of:
        allowed = ", ".join(_literal(word) for word in column.one_of)
        faults.append((Reason.NOT_ALLOWED, f"coalesce({value} NOT IN ({allowed}), false)"))
    return faults


def _literal(word: str) -> str:
    return "'" + word.replace("\\", "\\\\").replace("'", "\\'") + "'"


def _kept_aside(name: str, column: Column, table: SilverTable, masker: Masker) -> str:
    text = quoted(name)
    if column.pii not in (None, "none"):
        return masker.hashed(text)
    faults = [MALFORMED, *(fault for _, fault in _faults(name, column, table))]
    return f"if({' OR '.join(faults)}, {_shape(text)}, {text})"


def _shape(text: str) -> str:
    """Letters become `A` or `a`, digits `9`: enough to see what is wrong, and no one's data."""
    upper = f'regexp_replace({text}, r"\\p{{Lu}}", "A")'
    return f'regexp_replace(regexp_replace({upper}, r"[\\p{{L}}&&[^A]]", "a"), r"\\p{{N}}", "9")'
