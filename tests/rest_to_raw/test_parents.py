"""Laws of a resource that is asked for once for each record of another one."""

import json
from pathlib import Path
from typing import Any

import pytest

from lakehouse_common.object_store import FolderStore
from rest_to_raw import Continue, Done, Failed
from tests.rest_to_raw.conftest import Bench
from tests.rest_to_raw.fake_api import Answer, Asked
from tests.rest_to_raw.paged_api import body


@pytest.fixture
def store(tmp_path: Path) -> FolderStore:
    """One kind of store: it makes no difference to these laws."""
    return FolderStore(tmp_path / "raw")


class Family:
    """Invoices, and the lines of each in pages of two."""

    def __init__(self, bench: Bench) -> None:
        self.bench = bench
        self.invoices: list[dict[str, Any]] = []
        self.gone: set[str] = set()
        bench.api.answer = self.answer

    def answer(self, asked: Asked) -> Answer:
        *_, name = asked.path.split("/")
        if name == "invoices":
            return Answer(body(list(map(json.dumps, self.invoices))))
        invoice = asked.path.split("/")[-2]
        if invoice in self.gone:
            return Answer(status=404)
        start = int(asked.query.get("cursor", "0"))
        lines = [json.dumps({"line": number}) for number in range(3)]
        return Answer(body(lines[start : start + 2], next=start + 2 if start == 0 else None))

    def parent(self, run_id: str) -> None:
        self.bench.changes = {"pagination": {"kind": "none", "whole": True}, "since": None}
        assert isinstance(self.bench.finish(run_id), Done)

    def children(self, **said: Any) -> None:
        for_each = {"resource": "invoices", "field": "id", "as": "invoice", **said}
        self.bench.changes = {
            "resource": "lines",
            "path": "/invoices/{invoice}/lines",
            "pagination": {"kind": "cursor", "param": "cursor", "next": "next"},
            "since": None,
            "for_each": for_each,
            "responses": [{"status": 404, "action": "ignore"}],
        }
        self.bench.log = self.bench.log_of("lines")


@pytest.fixture
def family(bench: Bench) -> Family:
    made = Family(bench)
    made.invoices = [{"id": "a/1", "customer": {"id": 7}}, {"id": 2, "customer": {"id": None}}]
    return made


def parents_asked(bench: Bench) -> list[str]:
    return [one.path for one in bench.api.asked if one.path.endswith("lines") and "cursor" not in one.query]


def test_every_parent_s_records_carry_its_fields(family: Family, bench: Bench) -> None:
    family.parent("run-1")
    family.children(carry=["customer.id"])
    assert bench.finish("run-1") == Done(1, 6, 1)
    assert [json.loads(row) for row in bench.rows()] == [
        {"_parent": {"invoice": invoice, "customer.id": customer}, "line": line}
        for invoice, customer in (("a/1", 7), (2, None))
        for line in range(3)
    ]
    assert parents_asked(bench) == ["/v1/invoices/a%2F1/lines", "/v1/invoices/2/lines"]


def test_a_run_that_is_short_of_time_goes_on_at_the_next_parent(family: Family, bench: Bench) -> None:
    family.invoices = [{"id": number} for number in range(5)]
    family.parent("run-1")
    family.children()
    bench.left = 1.0
    calls = 1
    while isinstance(bench.call("run-1"), Continue):
        calls += 1
    assert (calls, len(parents_asked(bench)), len(bench.rows())) == (10, 5, 15)


def test_the_next_run_asks_for_the_parents_that_came_since(family: Family, bench: Bench) -> None:
    family.parent("run-1")
    family.children()
    bench.finish("run-1")
    family.invoices = [{"id": 2}, {"id": 3}, {"id": 3}]
    family.parent("run-2")
    family.children()
    bench.api.asked.clear()
    assert bench.finish("run-2") == Done(2, 6, 1)
    assert parents_asked(bench) == ["/v1/invoices/2/lines", "/v1/invoices/3/lines"]
    assert [entry.parents for entry in bench.entries()] == [1, 2]
    bench.api.asked.clear()
    assert (bench.finish("run-3"), bench.api.asked) == (Done(3, 0, 0), [])


def test_all_parents_are_asked_for_where_the_contract_wants_it(family: Family, bench: Bench) -> None:
    family.parent("run-1")
    family.children(parents="all")
    for number in (1, 2):
        assert bench.finish(f"run-{number}") == Done(number, 6, 1)


def test_a_child_waits_for_the_first_run_of_its_parent(family: Family, bench: Bench) -> None:
    family.children()
    assert (bench.call("run-1"), bench.api.asked) == (Continue(60), [])
    family.parent("run-1")
    family.children()
    assert bench.finish("run-1") == Done(1, 6, 1)


def test_a_parent_that_is_gone_is_left_out_and_counted(family: Family, bench: Bench) -> None:
    family.gone = {"2"}
    family.parent("run-1")
    family.children(max_ignored="50%")
    assert bench.finish("run-1") == Done(1, 3, 1)
    assert bench.entries()[0].ignored == 1


def test_too_many_parents_that_are_gone_end_the_run(family: Family, bench: Bench) -> None:
    family.gone = {"2"}
    family.parent("run-1")
    family.children()
    sentence = (
        "/v1/invoices/{invoice}/lines was to be ignored for 1 of 2 parents, more than 'max_ignored' allows; "
        "compare path and "
        "'responses' of rest.billing.resources.lines"
    )
    assert (bench.finish("run-1"), bench.entries()) == (Failed("contract", sentence), [])


@pytest.mark.parametrize("invoice", [{"id": None}, {"id": ""}, {"id": {}}, {}])
def test_a_parent_without_a_value_ends_the_run(family: Family, bench: Bench, invoice: dict[str, Any]) -> None:
    family.invoices = [invoice]
    family.parent("run-1")
    family.children()
    sentence = (
        "a record of 'invoices' has no text and no whole number at 'id', which for_each of "
        "rest.billing.resources.lines "
        "needs; choose another field"
    )
    assert bench.finish("run-1") == Failed("contract", sentence)


@pytest.mark.parametrize("answer", [Answer(status=403), Answer(status=302, headers={"Location": "/elsewhere"})])
def test_a_failure_names_no_parent(family: Family, bench: Bench, answer: Answer) -> None:
    family.invoices = [{"id": "canary"}]
    family.parent("run-1")
    family.children()
    bench.api.answer = lambda asked: answer
    result = bench.finish("run-1")
    assert isinstance(result, Failed)
    assert result.sentence.startswith("/v1/invoices/{invoice}/lines ")
    assert "canary" not in result.sentence
