"""What AppFlow lands."""

import json
from typing import Any

import pytest

from lakehouse_common.object_store import ObjectStore
from tests.raw_ready.landed import FLOW, Land


@pytest.fixture
def land(store: ObjectStore) -> Land:
    """Lands an execution: its files, and its record beside those of the executions before it."""
    records: list[dict[str, Any]] = []

    def landed(name: str, started: Any, rows: int = 1, files: int = 1, **changes: Any) -> dict[str, Any]:
        schema = changes.pop("schema", 1)
        day = changes.pop("day", "2026/01/07")
        for number in range(files):
            store.put(f"salesforce/{FLOW}/schemaVersion_{schema}/{day}/{name}/{number}-2026-01-07T06:00:00", b"row")
        record = {
            "executionId": name,
            "executionStatus": "Successful",
            "executionResult": {"recordsProcessed": rows, "bytesWritten": 3, "errorInfo": {"putFailuresCount": 0}},
            "startedAt": started,
            "lastUpdatedAt": started,
        } | changes
        records.insert(len(records) // 2, record)
        store.put(f"salesforce/{FLOW}/executions.json", json.dumps({"flowExecutions": records}).encode())
        return record

    return landed
