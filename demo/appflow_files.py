"""The file formats of AppFlow: bytes from records of text."""

import json
import re
from collections.abc import Callable, Sequence

from demo.parquet import parquet_file
from demo.records import BOOLEANS, NUMBERS, Record
from lakehouse.contract.salesforce import Format

JSON_NUMBER = re.compile(r"-?(0|[1-9]\d*)(\.\d+)?")


def encode(fmt: Format, records: Sequence[Record]) -> bytes:
    """Return one file of records that have the same fields."""
    return ENCODERS[fmt](records)


def csv_file(records: Sequence[Record]) -> bytes:
    """Return a header and quoted values; an empty field without quotes is null."""
    rows = [",".join(map(_quoted, records[0])), *(",".join(map(_quoted, row.values())) for row in records)]
    return "".join(f"{row}\n" for row in rows).encode()


def json_file(records: Sequence[Record]) -> bytes:
    """Return JSON Lines as the REST API spells them; every other record keeps its null fields, the rest not."""
    return "".join(f"{_json_line(row, number % 2 == 1)}\n" for number, row in enumerate(records)).encode()


ENCODERS: dict[Format, Callable[[Sequence[Record]], bytes]] = {
    "csv": csv_file,
    "json": json_file,
    "parquet": parquet_file,
}


def _quoted(value: str | None) -> str:
    return "" if value is None else '"' + value.replace('"', '""') + '"'


def _json_line(row: Record, has_nulls: bool) -> str:
    shown = {field: value for field, value in row.items() if has_nulls or value is not None}
    return "{" + ",".join(f'"{field}":{_json_value(field, value)}' for field, value in shown.items()) + "}"


def _json_value(field: str, value: str | None) -> str:
    """Return the value as JSON: a number with its own digits (a float would lose some), anything else as text."""
    is_number = field in NUMBERS and value is not None and JSON_NUMBER.fullmatch(value)
    is_boolean = field in BOOLEANS and value in ("true", "false")
    return value if value and (is_number or is_boolean) else json.dumps(value, ensure_ascii=False)
