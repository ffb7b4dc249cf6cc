"""From text to typed columns, and the verdict on every row: valid, or kept aside with all its reasons.

The steps (text cleaned, values parsed, rows judged) are separate selects, so that each value is computed once.
"""

from pyspark.sql import DataFrame, Observation
from pyspark.sql import functions as F

from lakehouse.contract.models import Column, SilverTable
from lakehouse.raw_to_silver import types
from lakehouse.raw_to_silver.mask import Masker
from lakehouse.raw_to_silver.read import MALFORMED
from lakehouse.raw_to_silver.reasons import Reason, not_a
from lakehouse.raw_to_silver.schema import ARRIVED_AT, SOURCE_FILE, VERSION, kept
from lakehouse.raw_to_silver.types import quoted

REASONS = "reasons"
_TYPED = "_typed_"


def parsed(rows: DataFrame, table: SilverTable) -> DataFrame:
    """Text rows -> clean text beside its typed value (`_typed_<name>`, where the type is not text)."""
    columns = kept(table)
    wanted = {name: column.type for name, column in columns.items() if not_a(column.type)}
    cleaned = [*columns]
    if table.version:
        wanted[VERSION] = "timestamp"
        cleaned.append(VERSION)
    carried = [quoted(name) for name in rows.columns if name not in cleaned]
    clean = [f"{types.clean(name)} AS {quoted(name)}" for name in cleaned]
    text = [quoted(name) if name in wanted else f"{types.present(name)} AS {quoted(name)}" for name in cleaned]
    values = [f"{types.parse(name, column_type)} AS {quoted(_TYPED + name)}" for name, column_type in wanted.items()]
    return rows.selectExpr(*clean, *carried).selectExpr(*text, *carried, *values)


def is_valid(table: SilverTable) -> str:
    """The condition on parsed rows under which a row breaks no rule; never null."""
    return f"NOT ({' OR '.join([MALFORMED, *(fault for _, fault in _row_faults(table))])})"


def typed(rows: DataFrame, table: SilverTable) -> DataFrame:
    """Parsed rows -> typed rows of the kept columns, with version and arrival."""
    values = [f"{_value(name, column)} AS {quoted(name)}" for name, column in kept(table).items()]
    version = f"coalesce(`{_TYPED}{VERSION}`, {ARRIVED_AT})" if table.version else ARRIVED_AT
    return rows.selectExpr(*values, f"{version} AS {VERSION}", ARRIVED_AT)


def rejected(rows: DataFrame, table: SilverTable, masker: Masker, counted: Observation) -> DataFrame:
    """Text rows -> the rows that are not valid: masked text, `reasons` (one string each) and the source file.

    `counted` observes how many rows have each reason. A personal value is hashed whatever its mask; a value with a
    fault is kept as its shape only (`Aaa-999`), since a shifted record can put anything anywhere.
    """
    found = [(Reason.MALFORMED.of("record"), MALFORMED), *_row_faults(table)]
    # Read by no one, the observation keeps the optimizer from moving the filter, with a copy of every rule, down.
    judged = parsed(rows, table).observe(Observation(), F.count(F.lit(1)).alias("rows"))
    sentences = ", ".join(f'if({fault}, "{sentence}", null)' for sentence, fault in found)
    refused = judged.where(f"NOT ({is_valid(table)})")
    refused = refused.selectExpr("*", f"array_compact(array({sentences})) AS {REASONS}")
    counts = [F.expr(f'count_if(array_contains({REASONS}, "{sentence}"))').alias(sentence) for sentence, _ in found]
    refused = masker.with_key(refused.observe(counted, *counts))
    values = [f"{_kept_aside(name, column, table, masker)} AS {quoted(name)}" for name, column in kept(table).items()]
    return refused.selectExpr(*values, SOURCE_FILE, ARRIVED_AT, REASONS)


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
        faults.append((Reason.NOT_A_TIMESTAMP.of("version"), _is_not_of_its_type(VERSION)))
    return faults


def _faults(name: str, column: Column, table: SilverTable) -> list[tuple[Reason, str]]:
    text, value = quoted(name), _value(name, column)
    faults: list[tuple[Reason, str]] = []
    if column.required or name in table.key:
        faults.append((Reason.MISSING, f"({text} IS NULL OR {text} = '')"))
    reason = not_a(column.type)
    if reason:
        faults.append((reason, _is_not_of_its_type(name)))
    bounds = (("<", column.min), (">", column.max))
    outside = [f"{value} {sign} {bound:f}" for sign, bound in bounds if bound is not None]
    if outside:
        faults.append((Reason.OUT_OF_RANGE, f"coalesce({' OR '.join(outside)}, false)"))
    if column.one_of:
        allowed = ", ".join(_literal(word) for word in column.one_of)
        faults.append((Reason.NOT_ALLOWED, f"coalesce({value} NOT IN ({allowed}), false)"))
    return faults


def _is_not_of_its_type(name: str) -> str:
    text, value = quoted(name), quoted(_TYPED + name)
    return f"({value} IS NULL AND {text} IS NOT NULL AND {text} <> '')"


def _literal(word: str) -> str:
    return "'" + word.replace("\\", "\\\\").replace("'", "\\'") + "'"


def _kept_aside(name: str, column: Column, table: SilverTable, masker: Masker) -> str:
    text = types.present(name)
    if column.pii not in (None, "none"):
        return masker.hashed(text)
    faults = [MALFORMED, *(fault for _, fault in _faults(name, column, table))]
    return f"if({' OR '.join(faults)}, {_shape(text)}, {text})"


def _shape(text: str) -> str:
    """Letters become `A` or `a`, digits `9`: enough to see what is wrong, and no one's data."""
    upper = f'regexp_replace({text}, r"\\p{{Lu}}", "A")'
    return f'regexp_replace(regexp_replace({upper}, r"[\\p{{L}}&&[^A]]", "a"), r"\\p{{N}}", "9")'
