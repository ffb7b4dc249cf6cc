"""Laws of the local AppFlow: what an execution leaves, and when."""

import csv
import io
import json
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from demo.appflow import LocalAppFlow, Outcome
from demo.records import Record
from lakehouse.contract.salesforce import Format

STARTED = datetime(2026, 1, 7, 6, tzinfo=UTC)
RECORDS: list[Record] = [
    {"Id": f"id {number}", "Amount": "123456789012.345678", "IsWon": "true", "Name": 'a "b",\nc', "Stage": None}
    for number in range(100)
]
FORMATS: list[Format] = ["csv", "json", "parquet"]


def run(
    raw: Path, execution: str = "e-1", outcome: Outcome = "successful", fmt: Format = "json", start: datetime = STARTED
) -> None:
    rows = [] if outcome == "empty" else RECORDS
    LocalAppFlow(raw).run("flow", fmt, rows, start, execution, outcome, leaves_note=outcome == "successful")


def landed(raw: Path) -> dict[str, bytes]:
    return {str(path.relative_to(raw)): path.read_bytes() for path in sorted(raw.rglob("*")) if path.is_file()}


def data(raw: Path, execution: str = "e-1") -> list[bytes]:
    folder = raw / f"salesforce/flow/schemaVersion_1/2026/01/07/{execution}"
    return [path.read_bytes() for path in sorted(folder.glob("*")) if path.name != execution]


def records(raw: Path) -> list[dict[str, Any]]:
    return list(json.loads((raw / "salesforce/flow/executions.json").read_text())["flowExecutions"])


@pytest.mark.parametrize("fmt", FORMATS)
def test_an_execution_that_ran_changes_no_byte_when_it_runs_again(tmp_path: Path, fmt: Format) -> None:
    run(tmp_path, fmt=fmt)
    before = landed(tmp_path)
    run(tmp_path, fmt=fmt)
    assert landed(tmp_path) == before
    assert len(before) == 4


def test_files_lie_below_schema_version_day_and_execution_with_colons_and_without_extension(tmp_path: Path) -> None:
    run(tmp_path)
    folder = tmp_path / "salesforce/flow/schemaVersion_1/2026/01/07/e-1"
    names = {path.name for path in folder.iterdir()} - {"e-1"}
    assert {name.split("-", 1)[1] for name in names} == {"2026-01-07T06:00:00"}
    assert all(name.split("-", 1)[0].isdigit() for name in names)
    assert (folder / "e-1").read_bytes() == b""


def test_a_successful_execution_reports_its_rows_and_bytes(tmp_path: Path) -> None:
    run(tmp_path)
    written = sum(map(len, data(tmp_path)))
    assert records(tmp_path) == [
        {
            "executionId": "e-1",
            "executionStatus": "Successful",
            "executionResult": {"bytesProcessed": written, "bytesWritten": written, "recordsProcessed": 100},
            "startedAt": "2026-01-07T06:00:00Z",
            "lastUpdatedAt": "2026-01-07T06:00:20Z",
            "dataPullStartTime": "2015-01-01T00:00:00Z",
            "dataPullEndTime": "2026-01-07T06:00:00Z",
        }
    ]


def test_a_failed_execution_says_error_and_leaves_half_of_its_files(tmp_path: Path) -> None:
    run(tmp_path, outcome="failed")
    (record,) = records(tmp_path)
    assert record["executionStatus"] == "Error"
    assert record["executionResult"]["errorInfo"]["executionMessage"]
    (body,) = data(tmp_path)
    assert [json.loads(line)["Id"] for line in body.splitlines()] == [f"id {number}" for number in range(50)]


def test_an_empty_execution_leaves_a_record_and_no_folder(tmp_path: Path) -> None:
    run(tmp_path, outcome="empty")
    assert [*landed(tmp_path)] == ["salesforce/flow/executions.json"]
    (record,) = records(tmp_path)
    assert (record["executionStatus"], record["executionResult"]["recordsProcessed"]) == ("Successful", 0)


def test_records_are_told_newest_first_and_only_success_moves_the_window(tmp_path: Path) -> None:
    run(tmp_path, "first")
    run(tmp_path, "second", "failed", start=STARTED.replace(hour=7))
    run(tmp_path, "third", start=STARTED.replace(hour=8))
    told = [(record["executionId"], record["dataPullStartTime"]) for record in records(tmp_path)]
    first_end = "2026-01-07T06:00:00Z"
    assert told == [("third", first_end), ("second", first_end), ("first", "2015-01-01T00:00:00Z")]


@pytest.mark.parametrize(("outcome", "rows"), [("empty", RECORDS), ("successful", []), ("failed", [])])
def test_an_outcome_that_contradicts_its_records_lands_nothing(
    tmp_path: Path, outcome: Outcome, rows: list[Record]
) -> None:
    with pytest.raises(ValueError, match=outcome):
        LocalAppFlow(tmp_path).run("flow", "csv", rows, STARTED, "e-1", outcome)
    assert landed(tmp_path) == {}


def test_csv_comes_back_as_it_was_with_null_as_an_empty_field(tmp_path: Path) -> None:
    run(tmp_path, fmt="csv")
    found = [row for body in data(tmp_path) for row in csv.DictReader(io.StringIO(body.decode(), newline=""))]
    assert sorted(found, key=lambda row: row["Id"]) == sorted(
        [row | {"Stage": ""} for row in RECORDS], key=lambda row: row["Id"] or ""
    )


def test_json_keeps_every_digit_of_a_number_and_tells_null_by_either_way(tmp_path: Path) -> None:
    run(tmp_path, fmt="json")
    found = [json.loads(line, parse_float=Decimal) for body in data(tmp_path) for line in body.splitlines()]
    assert {row["Amount"] for row in found} == {Decimal("123456789012.345678")}
    assert {row["IsWon"] for row in found} == {True}
    assert {"Stage" in row for row in found} == {True, False}


def test_a_number_that_is_none_is_a_json_string(tmp_path: Path) -> None:
    LocalAppFlow(tmp_path).run("flow", "json", [{"Amount": "1,234.5", "IsWon": "maybe"}], STARTED, "e-1")
    assert data(tmp_path) == [b'{"Amount":"1,234.5","IsWon":"maybe"}\n']
