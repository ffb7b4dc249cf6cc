"""Laws of what a run must have brought before any of it counts, and of what the contract says of answers."""

import json
from pathlib import Path
from typing import Any

import pytest

from lakehouse_common.object_store import FolderStore
from rest_to_raw import Done, Failed
from tests.rest_to_raw.conftest import Bench
from tests.rest_to_raw.fake_api import Answer, Asked
from tests.rest_to_raw.paged_api import body

WHOLE = {"pagination": {"kind": "none", "whole": True}, "since": None}


@pytest.fixture
def store(tmp_path: Path) -> FolderStore:
    """One kind of store: it makes no difference to these laws."""
    return FolderStore(tmp_path / "raw")


def some(count: int) -> list[str]:
    return [json.dumps({"id": number}) for number in range(count)]


@pytest.mark.parametrize(("tolerance", "is_done"), [("0%", False), ("9%", False), ("10%", True)])
def test_fewer_rows_than_the_api_counts_end_the_run(bench: Bench, tolerance: str, is_done: bool) -> None:
    bench.api.answer = lambda asked: Answer(body(some(9), meta={"total": 10}))
    bench.changes = WHOLE | {"expect": {"total": "meta.total", "tolerance": tolerance}}
    sentence = (
        "/v1/invoices has 10 rows by its own count, of which 9 came; run it again, and where that does not "
        "help compare "
        "'pagination' of rest.billing.resources.invoices"
    )
    assert bench.finish() == (Done(1, 9, 1) if is_done else Failed("contract", sentence))
    assert [entry.total for entry in bench.entries()] == ([10] if is_done else [])


def test_the_total_that_counts_is_the_last_one(bench: Bench) -> None:
    def serve(asked: Asked) -> Answer:
        page = int(asked.query["page"])
        return Answer(body(some(5) if page < 3 else [], total=8 + page, page=page))

    bench.api.answer = serve
    bench.changes = {"pagination": {"kind": "page", "param": "page"}, "since": None, "expect": {"total": "total"}}
    result = bench.finish()
    assert isinstance(result, Failed)
    assert "has 12 rows by its own count, of which 10 came" in result.sentence


def test_a_total_that_is_nowhere_ends_the_run(bench: Bench) -> None:
    bench.api.answer = lambda asked: Answer(body(some(3)))
    bench.changes = WHOLE | {"expect": {"total": "total"}}
    sentence = "/v1/invoices tells no total at 'total'; correct 'expect' of rest.billing.resources.invoices"
    assert bench.finish() == Failed("contract", sentence)


def test_fewer_rows_than_expected_end_the_run(bench: Bench) -> None:
    bench.api.answer = lambda asked: Answer(body(some(3)))
    bench.changes = WHOLE | {"expect": {"rows": 4}}
    sentence = "/v1/invoices gave 3 rows, where 4 are expected at least; nothing of it counts"
    assert (bench.finish(), bench.entries()) == (Failed("contract", sentence), [])
    bench.changes = WHOLE | {"expect": {"rows": 3}}
    assert bench.finish() == Done(1, 3, 1)


@pytest.mark.parametrize(
    ("when", "answer", "fits"),
    [
        ("exists(error)", {"error": {"code": 1}}, True),
        ("exists(error)", {"error": None}, False),
        ("error.code == 'RATE'", {"error": {"code": "RATE"}}, True),
        ("error.code == 'RATE'", {"error": {"code": "rate"}}, False),
        ("error.code == 7", {"error": {"code": 7}}, True),
        ("error.code == 7", {"error": {"code": "7"}}, False),
        ("ok == false", {"ok": False}, True),
        ("ok == false", {"ok": 0}, False),
        ("error.code in ['a', 'b']", {"error": {"code": "b"}}, True),
        ("matches(error.text, '^too many')", {"error": {"text": "too many requests"}}, True),
        ("matches(error.text, '^too many')", {"error": {"text": 5}}, False),
        ("exists(error) and error.code == 2", {"error": {"code": 1}}, False),
        ("exists(error)", ["error"], False),
    ],
)
def test_conditions(bench: Bench, when: str, answer: Any, fits: bool) -> None:
    bench.api.answer = lambda asked: Answer(json.dumps(answer).encode(), 418)
    bench.changes = WHOLE | {"responses": [{"status": 418, "when": when, "action": "fail"}]}
    told = "which 'responses' calls a failure" if fits else "correct path, params or since"
    result = bench.finish()
    assert isinstance(result, Failed)
    assert told in result.sentence


def test_an_error_in_an_answer_of_status_200_can_be_retried(bench: Bench) -> None:
    bench.api.answer = lambda asked: Answer(body(some(3)))
    bench.api.stumbles = [Answer(b'{"error":"busy"}'), Answer(b'{"error":"busy"}')]
    bench.changes = WHOLE | {"responses": [{"status": 200, "when": "exists(error)", "action": "retry"}]}
    assert (bench.finish(), len(bench.naps)) == (Done(1, 3, 1), 2)


def test_end_of_data_ends_the_pages(bench: Bench) -> None:
    bench.api.answer = lambda asked: (
        Answer(body(some(int(asked.query["page"])))) if asked.query["page"] < "3" else Answer(status=404)
    )
    bench.changes = {"pagination": {"kind": "page", "param": "page"}, "since": None}
    bench.changes |= {"responses": [{"status": 404, "action": "end_of_data"}]}
    assert bench.finish() == Done(1, 3, 1)


def test_no_content_is_the_end_too(bench: Bench) -> None:
    bench.api.answer = lambda asked: Answer(b"", 204)
    bench.changes = WHOLE
    assert bench.finish() == Done(1, 0, 0)


def test_more_requests_than_a_run_may_take_end_it_over_all_its_calls(bench: Bench) -> None:
    bench.api.records, bench.api.size, bench.left = some(10), 1, 1.0
    bench.changes = {"limits": {"requests_per_run": 3}}
    sentence = (
        "/v1/invoices has taken 3 requests in one run; raise 'requests_per_run' in limits of "
        "rest.billing.resources.invoices, or read shorter windows"
    )
    assert bench.finish() == Failed("contract", sentence)
    assert len(bench.api.asked) == 3


def test_a_rate_is_kept(bench: Bench) -> None:
    bench.api.records, bench.api.size = some(6), 1
    bench.changes = {"limits": {"requests_per_second": 2}}
    assert bench.finish() == Done(1, 6, 1)
    assert [0.3 < nap <= 2.0 for nap in bench.naps] == [True] * 4


@pytest.mark.parametrize("reset", ["20", "1768046420", "Sat, 10 Jan 2026 12:00:20 GMT"])
def test_where_no_request_is_left_the_next_one_waits_for_the_reset(bench: Bench, reset: str) -> None:
    headers = {"Date": "Sat, 10 Jan 2026 12:00:00 GMT", "X-Left": "0", "X-Reset": reset}
    bench.api.stumbles = [Answer(body(some(1), meta={"next": "1"}), headers=headers)]
    bench.api.records = some(3)
    bench.changes = {"limits": {"remaining": "X-Left", "reset": "X-Reset"}}
    assert isinstance(bench.finish(), Done)
    assert bench.naps == [20.0]
