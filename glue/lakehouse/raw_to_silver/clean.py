"""Typed columns from text ones; every row is valid, or is quarantined with all its reasons.

The steps (clean the text, parse the values, check the rows) are separate selects, so that each value is computed once.
"""

from pyspark.sql import DataFrame, Observation
from pyspark.sql import functions as F

from lakehouse.contract.models import Column, SilverTable
from lakehouse.contract.sql import quote
from lakehouse.raw_to_silver.column_sql import clean_text, null_if_empty, parse_text
from lakehouse.raw_to_silver.mask import Masker
from lakehouse.raw_to_silver.read import MALFORMED
from lakehouse.raw_to_silver.reasons import Reason, not_a, reason_of
from lakehouse.raw_to_silver.schema import ARRIVED_AT, SOURCE_FILE, VERSION, kept_columns

REASONS = "reasons"
VERSION_TYPE = "timestamp"
_TYPED = "_typed_"


def parse_columns(rows: DataFrame, table: SilverTable) -> DataFrame:
    """Returns the text rows with clean text and, where the type is not text, its typed value `_typed_<name>`."""
    columns = kept_columns(table)
    parsed_types = {name: column.type for name, column in columns.items() if column.column_type.reason}
    cleaned = [*columns]
    if table.version:
        parsed_types[VERSION] = VERSION_TYPE
        cleaned.append(VERSION)
    carried = [quote(name) for name in rows.columns if name not in cleaned]
    clean = [f"{clean_text(name)} AS {quote(name)}" for name in cleaned]
    text = [quote(name) if name in parsed_types else f"{null_if_empty(name)} AS {quote(name)}" for name in cleaned]
    values = [f"{parse_text(name, type_name)} AS {quote(_TYPED + name)}" for name, type_name in parsed_types.items()]
    return rows.selectExpr(*clean, *carried).selectExpr(*text, *carried, *values)


def is_valid(table: SilverTable) -> str:
    """Returns the condition on parsed rows under which a row breaks no rule; never null.

    >>> column = {"from": "Name", "required": True}
    >>> table = {"description": "one row per name", "from": "x.y", "key": "name", "columns": {"name": column}}
    >>> is_valid(SilverTable.model_validate(table))
    "NOT (_malformed OR (`name` IS NULL OR `name` = ''))"
    """
    return f"NOT ({' OR '.join([MALFORMED, *(fault for _, fault in _row_faults(table))])})"


def type_columns(rows: DataFrame, table: SilverTable) -> DataFrame:
    """Returns parsed rows as typed rows of the kept columns, with version and arrival."""
    values = [f"{_value(name, column)} AS {quote(name)}" for name, column in kept_columns(table).items()]
    version = f"coalesce(`{_TYPED}{VERSION}`, {ARRIVED_AT})" if table.version else ARRIVED_AT
    return rows.selectExpr(*values, f"{version} AS {VERSION}", ARRIVED_AT)


def select_quarantined(rows: DataFrame, table: SilverTable, masker: Masker, counts: Observation) -> DataFrame:
    """Returns the text rows that are not valid: masked text, `reasons` (a list of strings) and the source file.

    `counts` observes how many rows have each reason. A personal value is hashed, also if its mask is another; of a
    value with a fault only the shape is kept (`Aaa-999`), since in a shifted record any value can be in any column.
    """
    rules = [(reason_of("record", Reason.MALFORMED), MALFORMED), *_row_faults(table)]
    # Read by no one, the observation keeps the optimizer from moving the filter, with a copy of every rule, down.
    parsed = parse_columns(rows, table).observe(Observation(), F.count(F.lit(1)).alias("rows"))
    sentences = ", ".join(f'if({fault}, "{sentence}", null)' for sentence, fault in rules)
    invalid = parsed.where(f"NOT ({is_valid(table)})")
    invalid = invalid.selectExpr("*", f"array_compact(array({sentences})) AS {REASONS}")
    figures = [F.expr(f'count_if(array_contains({REASONS}, "{sentence}"))').alias(sentence) for sentence, _ in rules]
    invalid = masker.add_key(invalid.observe(counts, *figures))
    values = [
        f"{_quarantined_text(name, column, table, masker)} AS {quote(name)}"
        for name, column in kept_columns(table).items()
    ]
    return invalid.selectExpr(*values, SOURCE_FILE, ARRIVED_AT, REASONS)


def _value(name: str, column: Column) -> str:
    """Returns the column of parsed rows that has the typed value.

    >>> _value("born", Column.model_validate({"from": "Birthdate", "type": "date"}))
    '`_typed_born`'
    >>> _value("name", Column.model_validate({"from": "Name"}))
    '`name`'
    """
    return quote(_TYPED + name if column.column_type.reason else name)


def _row_faults(table: SilverTable) -> list[tuple[str, str]]:
    """Returns every rule of the table: the reason, and the condition (never null) under which a row breaks it."""
    faults = [
        (reason_of(name, reason), fault)
        for name, column in kept_columns(table).items()
        for reason, fault in _faults(name, column, table)
    ]
    if table.version:
        faults.append((reason_of("version", not_a(VERSION_TYPE)), _is_not_of_its_type(VERSION)))
    return faults


def _faults(name: str, column: Column, table: SilverTable) -> list[tuple[str, str]]:
    """Returns every rule of a column: the reason, and the condition (never null) under which a value breaks it."""
    text, value = quote(name), _value(name, column)
    faults: list[tuple[str, str]] = []
    if column.required or name in table.key:
        faults.append((Reason.MISSING, f"({text} IS NULL OR {text} = '')"))
    if column.column_type.reason:
        faults.append((column.column_type.reason, _is_not_of_its_type(name)))
    return [*faults, *outside_rules(value, column)]


def outside_rules(value: str, column: Column) -> list[tuple[str, str]]:
    """Returns the column's rules on typed values: the reason, and the condition (never null) that breaks the rule.

    >>> outside_rules("`age`", Column.model_validate({"from": "Age", "type": "integer", "min": 0}))
    [(<Reason.OUT_OF_RANGE: 'is out of range'>, 'coalesce(`age` < 0, false)')]
    """
    faults: list[tuple[str, str]] = []
    bounds = (("<", column.min), (">", column.max))
    outside = [f"{value} {sign} {bound:f}" for sign, bound in bounds if bound is not None]
    if outside:
        faults.append((Reason.OUT_OF_RANGE, f"coalesce({' OR '.join(outside)}, false)"))
    if column.one_of:
        allowed = ", ".join(_literal(word) for word in column.one_of)
        faults.append((Reason.NOT_ALLOWED, f"coalesce({value} NOT IN ({allowed}), false)"))
    return faults


def _is_not_of_its_type(name: str) -> str:
    """Returns the condition that there is a text, and it is not of its type.

    >>> _is_not_of_its_type("born")
    "(`_typed_born` IS NULL AND `born` IS NOT NULL AND `born` <> '')"
    """
    text, value = quote(name), quote(_TYPED + name)
    return f"({value} IS NULL AND {text} IS NOT NULL AND {text} <> '')"


def _literal(word: str) -> str:
    r"""Returns the text as SQL writes it.

    >>> print(_literal("it's"))
    'it\'s'
    """
    return "'" + word.replace("\\", "\\\\").replace("'", "\\'") + "'"


def _quarantined_text(name: str, column: Column, table: SilverTable, masker: Masker) -> str:
    """Returns what is stored in quarantine of a text: a personal one's hash, a faulty one's shape, any other as it is.

    >>> column = Column.model_validate({"from": "City"})
    >>> table = SilverTable(**{"description": "", "from": "x.y", "key": "id", "columns": {"city": column}})
    >>> print(_quarantined_text("city", column, table, Masker(None, 1)))
    if(_malformed, regexp_replace(...nullif(`city`, '')...), nullif(`city`, ''))
    """
    text = null_if_empty(name)
    if column.mask.is_masked:
        return masker.hash_text(text)
    faults = [MALFORMED, *(fault for _, fault in _faults(name, column, table))]
    return f"if({' OR '.join(faults)}, {shape(text)}, {text})"


def shape(text: str) -> str:
    r"""Returns the text with `A` or `a` for letters and `9` for digits: enough to see what is wrong, and no one's data.

    >>> print(shape("`name`"))
    regexp_replace(regexp_replace(regexp_replace(`name`, r"\p{Lu}", "A"), r"[\p{L}&&[^A]]", "a"), r"\p{N}", "9")
    """
    upper = f'regexp_replace({text}, r"\\p{{Lu}}", "A")'
    return f'regexp_replace(regexp_replace({upper}, r"[\\p{{L}}&&[^A]]", "a"), r"\\p{{N}}", "9")'
