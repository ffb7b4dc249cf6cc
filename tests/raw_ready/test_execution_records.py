"""Laws of bringing AppFlow's execution records: none is lost, and an unfinished one is asked for again."""

import itertools
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from lakehouse.contract.compiler import to_json
from lakehouse_common import execution_records
from lakehouse_common.execution_records import fetch, flows_of
from lakehouse_common.object_store import ObjectStore
from raw_ready import executions
from tests.contract.small import SMALL, Contracts

KEY = "salesforce/f/executions.json"


class AppFlow:
    """Answers as AppFlow does: newest first, in pages."""

    def __init__(self, page: int = 2) -> None:
        self.records: list[dict[str, Any]] = []
        self.page = page
        self.asked = 0
        self.hours = itertools.count()

    def ran(self, name: str, status: str = "Successful") -> None:
        started = datetime(2026, 1, 7, next(self.hours), tzinfo=UTC)
        result = {"recordsProcessed": 1}
        record = {"executionId": name, "executionStatus": status, "executionResult": result, "startedAt": started}
        self.records.insert(0, record)

    def describe_flow_execution_records(self, flowName: str, maxResults: int, nextToken: str = "0") -> dict[str, Any]:
        self.asked += 1
        first = int(nextToken)
        page = self.records[first : first + self.page]
        more = {"nextToken": str(first + self.page)} if first + self.page < len(self.records) else {}
        return {"flowExecutions": page, **more}


def kept(store: ObjectStore) -> list[tuple[str, str]]:
    """Ids and states in the order of the executions' starts, as raw_ready reads them."""
    records, _ = executions.decode(store.get(KEY))
    return [(record.execution_id, record.execution_status) for record in records]


def test_all_pages_are_brought_at_first(store: ObjectStore) -> None:
    appflow = AppFlow()
    for name in "abcde":
        appflow.ran(name)
    fetch(store, "f", appflow)
    assert [name for name, _ in kept(store)] == list("abcde")
    assert executions.decode(store.get(KEY))[1] is False


def test_later_only_the_pages_down_to_what_is_known(store: ObjectStore) -> None:
    appflow = AppFlow()
    for name in "abcde":
        appflow.ran(name)
    fetch(store, "f", appflow)
    appflow.asked = 0
    appflow.ran("f")
    fetch(store, "f", appflow)
    assert (appflow.asked, [name for name, _ in kept(store)]) == (1, list("abcdef"))


def test_an_unfinished_execution_is_asked_for_until_it_has_ended(store: ObjectStore) -> None:
    appflow = AppFlow()
    appflow.ran("a")
    appflow.ran("b", "InProgress")
    fetch(store, "f", appflow)
    appflow.records[0]["executionStatus"] = "Successful"
    for name in "cde":
        appflow.ran(name)
    fetch(store, "f", appflow)
    assert kept(store) == [(name, "Successful") for name in "abcde"]


def test_what_appflow_has_forgotten_stays_known(store: ObjectStore) -> None:
    appflow = AppFlow()
    for name in "abc":
        appflow.ran(name)
    fetch(store, "f", appflow)
    del appflow.records[1:]
    appflow.ran("d")
    fetch(store, "f", appflow)
    assert [name for name, _ in kept(store)] == list("abcd")


def test_what_is_cut_off_is_said_and_stays_said(store: ObjectStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(execution_records, "KEPT", 3)
    appflow = AppFlow()
    for name in "abcde":
        appflow.ran(name)
    fetch(store, "f", appflow)
    assert ([name for name, _ in kept(store)], executions.decode(store.get(KEY))[1]) == (list("cde"), True)
    monkeypatch.setattr(execution_records, "KEPT", 10)
    fetch(store, "f", appflow)
    assert executions.decode(store.get(KEY))[1] is True


def test_a_flow_that_never_ran_has_no_records(store: ObjectStore) -> None:
    fetch(store, "f", AppFlow())
    assert json.loads(store.get(KEY)) == {"flowExecutions": []}


def test_every_flow_of_the_contract_is_named_those_for_formulas_too(tmp_path: Path) -> None:
    refreshed = "B: {trigger: {schedule: rate(1 hour)}, formula_refresh: {schedule: rate(1 day)}, fields: all}"
    text = SMALL.replace("    Account: {}", f"    {refreshed}\n    Account: {{}}")
    contract = json.loads(to_json(Contracts(tmp_path).compiled(text)))
    assert flows_of(contract) == ["shop-account", "shop-b", "shop-b-formulas", "shop-lead"]
