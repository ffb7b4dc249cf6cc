"""Laws of an object that two flows bring: what has changed, and from time to time every record anew."""

import json
from typing import Any

import pytest

from lakehouse_common.object_store import ObjectStore
from raw_ready import Batch, NotReadyError, build_manifest
from tests.raw_ready.landed import FLOW, PIPELINE, Land


def _land_formulas(store: ObjectStore, *executions: tuple[str, str, str]) -> dict[str, Any]:
    """A second flow's executions (id, start, status) beside the first; gives the contract that names both."""
    records = []
    for name, started, status in executions:
        store.put(f"salesforce/{FLOW}-formulas/schemaVersion_1/2026/01/07/{name}/data", b"row")
        result = {"recordsProcessed": 1}
        records.append(
            {"executionId": name, "executionStatus": status, "executionResult": result, "startedAt": started}
        )
    store.put(f"salesforce/{FLOW}-formulas/executions.json", json.dumps({"flowExecutions": records}).encode())
    both = {"flows": [FLOW, f"{FLOW}-formulas"], "format": "csv"}
    return {**PIPELINE, "derived": {"sources": {"salesforce.Task": both}}}


def test_two_flows_of_an_object_are_read_in_the_order_of_their_executions(store: ObjectStore, land: Land) -> None:
    land("e6", "2026-01-07T06:00:00Z")
    land("e8", "2026-01-07T08:00:00Z")
    pipeline = _land_formulas(store, ("f7", "2026-01-07T07:00:00Z", "Successful"))
    found = build_manifest(pipeline, store, {}).tables["task"].batches
    assert _names(found) == ["e6", "f7", "e8"]
    assert found[1].files[0].key == f"salesforce/{FLOW}-formulas/schemaVersion_1/2026/01/07/f7/data"


def test_an_unfinished_execution_of_one_flow_holds_back_what_started_later_in_the_other(
    store: ObjectStore, land: Land
) -> None:
    land("e6", "2026-01-07T06:00:00Z")
    land("e8", "2026-01-07T08:00:00Z")
    pipeline = _land_formulas(store, ("f7", "2026-01-07T07:00:00Z", "InProgress"))
    assert _names(build_manifest(pipeline, store, {}).tables["task"].batches) == ["e6"]


def test_a_second_flow_without_records_is_not_ready(store: ObjectStore, land: Land) -> None:
    land("e6", "2026-01-07T06:00:00Z")
    pipeline = _land_formulas(store)
    store.put(f"salesforce/{FLOW}-formulas/executions.json", b"{}")
    with pytest.raises(NotReadyError, match=f"{FLOW}-formulas/executions.json holds no execution records"):
        build_manifest(pipeline, store, {})


def _names(batches: tuple[Batch, ...]) -> list[str]:
    return [batch.position.split("/")[1] for batch in batches]
