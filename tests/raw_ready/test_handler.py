"""Laws of the function around the manifest: which watermarks count, and whether there is anything to do."""

import json
from pathlib import Path
from typing import Any

import pytest

from lakehouse_common.object_store import FolderStore
from raw_ready.handler import MOST_PROBLEMS, first_problems, handler
from tests.raw_ready.landed import FLOW, PIPELINE


@pytest.fixture
def places(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with both zones and the contract, named as the function's environment names them."""
    (tmp_path / "pipeline.json").write_text(json.dumps(PIPELINE))
    monkeypatch.setenv("RAW", str(tmp_path / "raw"))
    monkeypatch.setenv("RUNS", str(tmp_path / "runs"))
    monkeypatch.setenv("PIPELINE", str(tmp_path / "pipeline.json"))
    return tmp_path


def land(places: Path, *executions: str) -> list[str]:
    """Lands one row for each execution, an hour apart; gives the position of each."""
    raw = FolderStore(places / "raw")
    records: list[dict[str, Any]] = []
    for hour, name in enumerate(executions):
        raw.put(f"salesforce/{FLOW}/schemaVersion_1/2026/01/07/{name}/0", b"row")
        started = f"2026-01-07T0{hour}:00:00Z"
        record = {"executionId": name, "executionStatus": "Successful", "executionResult": {"recordsProcessed": 1}}
        records.append(record | {"startedAt": started, "lastUpdatedAt": started})
    raw.put(f"salesforce/{FLOW}/executions.json", json.dumps({"flowExecutions": records}).encode())
    return [f"2026-01-07T0{hour}:00:00.000000Z/{name}" for hour, name in enumerate(executions)]


def ask(run_id: str, watermarks: dict[str, str]) -> dict[str, Any]:
    return handler({"run_id": run_id, "watermarks": watermarks}, None)


def ready(run_id: str, count: int) -> dict[str, Any]:
    return {"status": "READY", "manifest": f"{run_id}/manifest.json", "rows": count, "batches": count}


def test_before_the_first_publication_everything_is_unread(places: Path) -> None:
    land(places, "a", "b", "c")
    assert ask("r1", {}) == ready("r1", 3)


def test_without_watermarks_those_of_the_last_publication_count(places: Path) -> None:
    first, *_ = land(places, "a", "b", "c")
    FolderStore(places / "runs").put("watermarks.json", json.dumps({"task": first}).encode())
    assert ask("r1", {}) == ready("r1", 2)


def test_watermarks_that_are_given_count_more_than_those_of_the_last_publication(places: Path) -> None:
    first, second, _ = land(places, "a", "b", "c")
    FolderStore(places / "runs").put("watermarks.json", json.dumps({"task": first}).encode())
    assert ask("r1", {"task": second}) == ready("r1", 1)


def test_a_run_without_news_has_no_batches(places: Path) -> None:
    *_, last = land(places, "a", "b")
    FolderStore(places / "runs").put("watermarks.json", json.dumps({"task": last}).encode())
    assert ask("r1", {}) == ready("r1", 0)


def test_an_execution_that_found_nothing_is_a_batch_without_rows(places: Path) -> None:
    land(places, "a")
    records = places / "raw" / "salesforce" / FLOW / "executions.json"
    records.write_text(records.read_text().replace('"recordsProcessed": 1', '"recordsProcessed": 0'))
    for file in (places / "raw" / "salesforce" / FLOW / "schemaVersion_1").rglob("0"):
        file.unlink()
    assert ask("r1", {}) == ready("r1", 0) | {"batches": 1}


def test_a_run_that_is_asked_again_answers_as_before_whatever_was_published_since(places: Path) -> None:
    *_, last = land(places, "a", "b")
    before = ask("r1", {})
    FolderStore(places / "runs").put("watermarks.json", json.dumps({"task": last}).encode())
    assert ask("r1", {}) == before == ready("r1", 2)


def test_of_many_problems_the_first_are_told_and_the_others_counted() -> None:
    lines = [f"source {number}" for number in range(MOST_PROBLEMS + 2)]
    assert first_problems(lines) == [*lines[:MOST_PROBLEMS], "and 2 more of the kind"]
    assert first_problems(lines[:MOST_PROBLEMS]) == lines[:MOST_PROBLEMS]


def test_a_contract_that_an_older_version_compiled_is_named_and_nothing_is_written(places: Path) -> None:
    older = {name: value for name, value in PIPELINE.items() if name != "derived"}
    (places / "pipeline.json").write_text(json.dumps(older))
    problem = "the compiled contract is an older version's: make build, then make apply, once more"
    assert ask("r1", {}) == {"status": "NOT_READY", "problems": [problem]}
    assert not (places / "runs").exists()
