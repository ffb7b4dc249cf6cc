"""What commit da0de63 stored in `lake/` is read today, and today's code writes the same text from what it has read.

`lake/` is a part of the lake that its `make demo` made: two of the tables, and the contract that names these alone.
"""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest

from lakehouse.contract.compiler import read_compiled, to_json
from lakehouse.run.publish import MANIFEST, complete_interrupted
from lakehouse.run.report import Report
from lakehouse_common import execution_records
from lakehouse_common.commit_log import CommitLog
from lakehouse_common.object_store import FolderStore
from raw_ready import decode, encode, executions
from raw_ready.handler import WATERMARKS, handler
from report.handler import compose
from tests.report_function.execution import ARN, brought
from tests.spark.shelf import Shelf

LAKE = Path(__file__).with_name("lake")
RAW, RUNS = FolderStore(LAKE / "raw"), FolderStore(LAKE / "runs")
RUN = "r20261128_020145_128"
TASK = "2026-01-07T06:07:00.000000Z/a6d78041-3d00-5c61-80b2-7ddf84f8c716"


@pytest.fixture
def zones(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the raw zone with files as large as the manifest says, and the old contract as it is uploaded today."""
    raw = FolderStore(tmp_path / "raw")
    for listed in RAW.list(""):
        raw.put(listed.key, RAW.get(listed.key))
    for table in decode(RUNS.get(f"{RUN}/manifest.json")).tables.values():
        for file in (file for batch in table.batches for file in batch.files):
            raw.put(file.key, b"x" * file.bytes)
    (tmp_path / "pipeline.json").write_text(to_json(read_compiled((LAKE / "pipeline.json").read_bytes())))
    for name, place in {"RAW": "raw", "RUNS": "runs", "PIPELINE": "pipeline.json"}.items():
        monkeypatch.setenv(name, str(tmp_path / place))
    return tmp_path


def test_a_compiled_contract_is_read_and_written_with_what_is_derived_from_it() -> None:
    stored = json.loads((LAKE / "pipeline.json").read_bytes())
    written = json.loads(to_json(read_compiled((LAKE / "pipeline.json").read_bytes())))
    derived = written.pop("derived")
    # It is younger than what is stored.
    assert {column.pop("was") for table in written["silver"].values() for column in table["columns"].values()} == {None}
    assert written == stored
    assert list(written) == list(stored)
    assert derived["flows"] == [{"name": "lakehouse-task", "object": "Task", "kind": "on_demand"}]


def test_a_manifest_is_read_and_written_to_the_byte() -> None:
    body = RUNS.get(f"{RUN}/manifest.json")
    manifest = decode(body)
    assert (encode(manifest), manifest.rows, manifest.tables["task"].batches[0].position) == (body, 9020, TASK)


def test_the_same_manifest_is_made_of_the_same_raw_zone(zones: Path) -> None:
    answer = handler({"run_id": RUN, "watermarks": {}}, None)
    assert answer == {"status": "READY", "manifest": f"{RUN}/manifest.json", "rows": 9020, "batches": 2}
    assert FolderStore(zones / "runs").get(f"{RUN}/manifest.json") == RUNS.get(f"{RUN}/manifest.json")


def test_watermarks_of_the_last_publication_count(zones: Path) -> None:
    FolderStore(zones / "runs").put(WATERMARKS, RUNS.get(WATERMARKS))
    assert handler({"run_id": "r2", "watermarks": {}}, None)["batches"] == 0
    made = decode(FolderStore(zones / "runs").get("r2/manifest.json"))
    marks = {name: table.cursor_after for name, table in made.tables.items()}
    assert json.dumps(marks).encode() == RUNS.get(WATERMARKS)


def test_the_log_s_entry_is_that_of_its_run() -> None:
    entry = CommitLog(RAW, "billing", "invoices").last()
    assert entry and (entry.version, entry.run_id, entry.rows, len(entry.parts)) == (1, "day-1", 3000, 1)
    assert msgspec.json.encode(entry) == RAW.get("api-data/billing/invoices/_log/000000000001.json")


def test_execution_records_are_read_as_appflow_told_them() -> None:
    (record,), is_cut = executions.decode(RAW.get("salesforce/lakehouse-task/executions.json"))
    assert (record.position, record.finished, record.execution_result.records_processed, is_cut) == (
        *(TASK, datetime(2026, 1, 7, 6, 7, 32, tzinfo=UTC)),
        *(6020, False),
    )
    records, is_cut = executions.decode(RAW.get("salesforce/lakehouse-cut/executions.json"))
    assert [(one.execution_id, one.execution_status, one.started.hour) for one in records] == [
        ("b", "Error", 7),
        ("c", "InProgress", 8),
    ]
    assert (records[0].execution_result.error_info.put_failures_count, is_cut) == (2, True)


class AppFlow:
    """Knows the execution that was under way, ended since."""

    def describe_flow_execution_records(self, flowName: str, maxResults: int) -> dict[str, Any]:
        ended = {"executionId": "c", "executionStatus": "Successful", "startedAt": datetime(2026, 1, 7, 8, tzinfo=UTC)}
        return {"flowExecutions": [ended]}


def test_fetching_goes_on_from_the_stored_records(tmp_path: Path) -> None:
    key = "salesforce/lakehouse-cut/executions.json"
    store, before = FolderStore(tmp_path), json.loads(RAW.get(key))
    store.put(key, RAW.get(key))
    execution_records.fetch(store, "lakehouse-cut", AppFlow())
    newest = {"executionId": "c", "executionStatus": "Successful", "startedAt": "2026-01-07 08:00:00+00:00"}
    expected = before | {"flowExecutions": [newest, before["flowExecutions"][1]]}
    assert store.get(key).decode() == json.dumps(expected)


def test_a_run_s_report_is_read_and_written_to_the_byte() -> None:
    body = RUNS.get(f"{RUN}/run.json")
    report = msgspec.json.decode(body, type=Report)
    assert report.to_json() == body
    outcome = [(table.name, table.outcome, len(table.checks)) for table in report.tables]
    assert (report.outcome, outcome) == (
        "published",
        [("silver.task", "published", 12), ("silver.invoice", "published", 14), ("gold.account_360", "published", 4)],
    )


def test_the_report_of_an_execution_is_made_as_it_was() -> None:
    cause = "billing.invoices (config): the token is missing"
    error = {"state": "bring", "name": "RestFailed", "cause": cause}
    event = {"run_id": RUN, "execution_arn": ARN, "logical_date": "2026-01-07T12:00:00Z", "error": error}
    made = json.dumps(compose(event, brought().events, None), indent=2).encode() + b"\n"
    assert made == RUNS.get("r20260107_120000_sfn/orchestration.json")


def test_the_job_s_report_is_read_by_the_function_that_reports() -> None:
    job = json.loads(RUNS.get(f"{RUN}/run.json"))
    event = {"run_id": RUN, "execution_arn": ARN, "logical_date": "2026-01-07T12:00:00Z", "outcome": "published"}
    made = compose(event, brought().events, job)
    assert (made["outcome"], made["problems"]) == ("published", [])


def test_a_finished_publication_needs_nothing(tmp_path: Path, shelf: Shelf) -> None:
    runs = FolderStore(tmp_path)
    runs.put(MANIFEST, RUNS.get("publication_published.json"))
    assert complete_interrupted(shelf.spark, runs) is None
    assert runs.get(MANIFEST) == RUNS.get("publication_published.json")


def test_an_interrupted_publication_is_finished_and_the_manifest_is_the_same_text(tmp_path: Path, shelf: Shelf) -> None:
    runs, begun = FolderStore(tmp_path), RUNS.get("publication_publishing.json").decode()
    stored = json.loads(begun)
    finished = RUNS.get("publication_published.json").decode()
    placed: dict[str, str] = {}
    # Names and snapshots are this lake's own; all else is the stored text.
    for table in stored["tables"]:
        placed[table["table"]] = shelf.table()
        snapshot = shelf.write(placed[table["table"]], "a", branch=table["branch"])
        placed[str(table["snapshot"])] = str(snapshot)
    for old, new in placed.items():
        begun, finished = begun.replace(old, new), finished.replace(old, new)
    runs.put(MANIFEST, begun.encode())
    assert complete_interrupted(shelf.spark, runs) == RUN
    assert runs.get(MANIFEST).decode() == finished
    states = [shelf.state(placed[table["table"]]) for table in stored["tables"]]
    assert [(state.ids, state.refs["main"] == state.refs[f"pub_{RUN}"], state.watermark) for state in states] == [
        (["a"], True, TASK),
        (["a"], True, None),
    ]
