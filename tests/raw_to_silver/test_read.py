"""Laws of reading: every format gives the same text columns, of the given files alone, and no record is lost."""

import gzip
import io
import json
from collections.abc import Callable, Sequence
from decimal import ROUND_HALF_UP, Context, Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F

from lakehouse.contract.models import SilverTable
from lakehouse.contract.salesforce import Format
from lakehouse.raw_to_silver.read import read_batches
from lakehouse_common.object_store import FolderStore
from raw_ready.manifest import Batch, File, TableBatches

Record = dict[str, str | None]
Read = Callable[..., DataFrame]
FOLDER = "salesforce/lakehouse-task/schemaVersion_1/2026/01/07/e1"
FIRST, SECOND = f"{FOLDER}/123-2026-01-07T06:00:00", f"{FOLDER}/124-2026-01-07T06:00:00"
NEWER = "salesforce/lakehouse-task/schemaVersion_2/2026/01/08/e2/125-2026-01-08T06:00:00"
TASK: dict[str, Any] = {
    "description": "one row per task",
    "from": "salesforce.Task",
    "key": "task_id",
    "version": "SystemModstamp",
    "columns": {
        "task_id": {"from": "Id"},
        "subject": {"from": "Subject"},
        "again": {"from": "Subject", "pii": "hash"},
        "notes": {"from": "Description", "pii": "drop"},
    },
}
TEXTS = (
    "Call",
    "NA",
    "null",
    "N/A",
    " blanks around ",
    'said "no", and left',
    "first\nsecond\n\nfourth",
    "C:\\new\\",
    '"',
    "'",
    ",",
    "#comment",
    "tab\tand\0NUL",
    "東京 😀",
    None,
)

# As Salesforce and other APIs spell numbers.
NUMBERS = (
    "123456789012345678.123456",
    "-12345678901234567890.123456",
    "12345678901234567890123456789012.123456",
    "0.1",
    "1.005",
    "9007199254740993",
    "9007199254740993.0",
    "1e3",
    "1E-7",
    "-0.000001",
)


def csv_file(records: Sequence[Record]) -> bytes:
    """A header and quoted values; null is an empty field without quotes."""
    rows = [[name for name in records[0]], *(record.values() for record in records)]
    quoted = (["" if text is None else f'"{text.replace(chr(34), chr(34) * 2)}"' for text in row] for row in rows)
    return "".join(f"{','.join(row)}\n" for row in quoted).encode()


def json_file(records: Sequence[dict[str, Any]]) -> bytes:
    """One object a line; every other record leaves its null fields out."""
    told = ({k: v for k, v in record.items() if v is not None or number % 2} for number, record in enumerate(records))
    return "".join(f"{json.dumps(record, ensure_ascii=False)}\n" for record in told).encode()


def parquet_file(records: Sequence[Record]) -> bytes:
    body = io.BytesIO()
    schema = pa.schema([(name, pa.string()) for name in records[0]])
    pq.write_table(pa.Table.from_pylist(list(records), schema), body)
    return body.getvalue()


FILES: dict[Format, Callable[[Sequence[Any]], bytes]] = {"csv": csv_file, "json": json_file, "parquet": parquet_file}


@pytest.fixture
def reads(spark: SparkSession, tmp_path: Path) -> Read:
    """Reads files, given as bodies by key, that lie in a raw zone beside others."""
    store = FolderStore(tmp_path)

    def reading(fmt: Format, bodies: dict[str, bytes], **changes: Any) -> DataFrame:
        for key, body in bodies.items():
            store.put(key, body)
            store.put(f"{key}-of-another-execution", FILES[fmt]([{"Id": "other", "Subject": "other"}]))
        files = tuple(File(key, len(body)) for key, body in bodies.items())
        table = SilverTable.model_validate({**TASK, **changes})
        batches = TableBatches(table.from_, fmt, "", (Batch("1", "2026-01-07T06:00:00Z", 1, files),))
        return read_batches(spark, table, batches, store.uri)

    return reading


def rows(found: DataFrame, *names: str) -> list[tuple[Any, ...]]:
    """The named columns' rows in order; of source files the last part of the name."""
    picked = found.withColumn("_source_file", F.substring_index("_source_file", "/", -1)).select(*names)
    return sorted(map(tuple, picked.collect()), key=repr)


@pytest.mark.parametrize("fmt", FILES)
def test_every_format_gives_the_same_text_columns(reads: Read, fmt: Format) -> None:
    given = [(f"{number:02}", text, f"at {number}") for number, text in enumerate(TEXTS)]
    records = [{"Description": "-", "SystemModstamp": at, "Subject": text, "Id": key} for key, text, at in given]
    found = reads(fmt, {FIRST: FILES[fmt](records[:9]), SECOND: FILES[fmt](records[9:])})
    assert {field.name: field.dataType.simpleString() for field in found.schema} == {
        "task_id": "string",
        "subject": "string",
        "again": "string",
        "_version": "string",
        "_source_file": "string",
        "_malformed": "boolean",
    }
    files = [FIRST.rpartition("/")[2]] * 9 + [SECOND.rpartition("/")[2]] * (len(TEXTS) - 9)
    expected = [(key, text, text, at, file, False) for (key, text, at), file in zip(given, files, strict=True)]
    assert rows(found, *found.columns) == expected


@pytest.mark.parametrize("fmt", FILES)
def test_a_field_that_no_record_has_is_null(reads: Read, fmt: Format) -> None:
    found = reads(fmt, {FIRST: FILES[fmt]([{"Id": "1", "Other": "x"}, {"Id": "2", "Other": "x"}])})
    assert rows(found, "task_id", "subject", "_version", "_malformed") == [(n, None, None, False) for n in "12"]


@pytest.mark.parametrize("fmt", FILES)
def test_a_table_without_a_version_has_no_such_column(reads: Read, fmt: Format) -> None:
    found = reads(fmt, {FIRST: FILES[fmt]([{"Id": "1", "Subject": "a"}])}, version=None)
    assert rows(found, *found.columns) == [("1", "a", "a", FIRST.rpartition("/")[2], False)]


@pytest.mark.parametrize("ending", ["\n", "\r\n"])
@pytest.mark.parametrize("mark", ["", "\ufeff"], ids=["no byte order mark", "byte order mark"])
@pytest.mark.parametrize("header", ["Id,Subject", '"Id","Subject"'])
def test_a_csv_file_may_be_written_in_any_usual_way(reads: Read, header: str, mark: str, ending: str) -> None:
    lines = [header, "1,plain", '"2","quoted, ""twice"""', "3,", '4,""', "5, blanks ", '6,it said ""', ""]
    found = reads("csv", {FIRST: (mark + ending.join(lines)).encode()})
    assert rows(found, "task_id", "subject", "_malformed") == [
        ("1", "plain", False),
        ("2", 'quoted, "twice"', False),
        ("3", None, False),
        ("4", None, False),
        ("5", " blanks ", False),
        ("6", 'it said ""', False),
    ]


def test_csv_files_of_two_schema_versions_are_each_read_by_their_own_header(reads: Read) -> None:
    bodies = {FIRST: b"Id,Subject,Gone\n1,a,x\n", NEWER: b"New,SystemModstamp,Subject,Id\ny,at 2,b,2\n"}
    expected = [("1", "a", None, False), ("2", "b", "at 2", False)]
    assert rows(reads("csv", bodies), "task_id", "subject", "_version", "_malformed") == expected


def test_csv_files_of_one_execution_may_have_their_columns_in_another_order(reads: Read) -> None:
    bodies = {FIRST: b"Id,Subject\n1,a\n", SECOND: b"Subject,Id\nb,2\n"}
    assert rows(reads("csv", bodies), "task_id", "subject", "_malformed") == [("1", "a", False), ("2", "b", False)]


def test_a_csv_record_with_too_few_or_too_many_fields_is_malformed_and_not_lost(reads: Read) -> None:
    found = reads("csv", {FIRST: b"Id,Subject,SystemModstamp\n1,a,at\n2\n3,b\n4,c,at,more\n5,,\n\n6,d,at\n"})
    assert rows(found, "task_id", "_malformed") == [
        ("1", False),
        ("2", True),
        ("3", True),
        ("4", True),
        ("5", False),
        ("6", False),
    ]


@pytest.mark.parametrize("body", [b"", b"Id,Subject\n", b"Id,Subject"])
def test_a_csv_file_without_records_has_no_rows(reads: Read, body: bytes) -> None:
    assert rows(reads("csv", {FIRST: body}), "task_id") == []


def test_a_json_line_that_is_no_record_is_malformed_and_not_lost(reads: Read) -> None:
    lines = [
        '{"Id": "1"}',
        '{"Id": "2", "Subj',
        "no JSON",
        "Id,Subject",
        '{"Id": 03}',
        "",
        '{"Id": "4", "Subject": null}',
    ]
    found = reads("json", {FIRST: "\n".join(lines).encode()})
    assert rows(found, "task_id", "_malformed") == [("1", False), ("4", False)] + [(None, True)] * 4


def test_what_is_nested_in_json_is_found_by_its_path(reads: Read) -> None:
    columns = {"task_id": {"from": "Id"}, "city": {"from": "who.home.city"}, "name": {"from": "who.name"}}
    whos = [{"home": {"city": "東京", "x": 1}, "name": "Ann"}, {"home": None, "name": "Bo"}, {"home": {}}, None]
    records = [{"Id": f"{number}", "who": who} for number, who in enumerate(whos)]
    found = reads("json", {FIRST: json_file(records)}, columns=columns, version="who.home.since")
    assert rows(found, "task_id", "city", "name", "_version", "_malformed") == [
        ("0", "東京", "Ann", None, False),
        ("1", None, "Bo", None, False),
        ("2", None, None, None, False),
        ("3", None, None, None, False),
    ]


def test_a_record_that_holds_something_else_where_a_path_goes_on_is_malformed(reads: Read) -> None:
    columns = {"task_id": {"from": "Id"}, "name": {"from": "who.name"}}
    records = [{"Id": "1", "who": "Ann"}, {"Id": "2", "who": ["Ann"]}, {"Id": "3", "who": {"name": "Ann"}}]
    found = reads("json", {FIRST: json_file(records)}, columns=columns, version=None)
    assert rows(found, "task_id", "name", "_malformed") == [("1", None, True), ("2", None, True), ("3", "Ann", False)]


def test_a_number_in_json_that_becomes_a_decimal_is_exact(reads: Read) -> None:
    columns = {"task_id": {"from": "Id"}, "hours": {"from": "a.hours", "type": "decimal(38,6)"}}
    lines = "".join(f'{{"Id": {at:02}, "a": {{"hours": {number}}}}}\n' for at, number in enumerate(NUMBERS, 10))
    found = rows(reads("json", {FIRST: lines.encode()}, columns=columns), "task_id", "hours", "_malformed")
    exact = [Decimal(number).quantize(Decimal("0.000001"), ROUND_HALF_UP, Context(prec=38)) for number in NUMBERS]
    assert [(Decimal(hours), is_malformed) for _, hours, is_malformed in found] == [(hours, False) for hours in exact]


def test_what_is_no_number_in_json_stays_as_it_is(reads: Read) -> None:
    columns = {"task_id": {"from": "Id"}, "hours": {"from": "Hours", "type": "decimal(38,6)"}}
    records = [
        {"Id": f"{number}", "Hours": text} for number, text in enumerate(("NA", "12,5", "1,234.5", "three", "", None))
    ]
    found = reads("json", {FIRST: json_file(records)}, columns=columns)
    assert rows(found, "task_id", "hours", "_malformed") == [
        (record["Id"], record["Hours"], False) for record in records
    ]


def test_compressed_json_is_read(reads: Read) -> None:
    key = "api-data/crm/tasks/2026-01-07T06:00:00Z/part-00000.jsonl.gz"
    found = reads("json", {key: gzip.compress(b'{"Id": "1"}\n{"Id": "2"}\n')})
    assert rows(found, "task_id", "_source_file") == [("1", "part-00000.jsonl.gz"), ("2", "part-00000.jsonl.gz")]
