"""Laws of the cursor's ranges: what is asked for, when it counts, and what a next run starts from."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from lakehouse_common.object_store import FolderStore
from rest_to_raw import Continue, Done, Failed
from tests.rest_to_raw.conftest import Bench
from tests.rest_to_raw.fake_api import Answer, Asked
from tests.rest_to_raw.paged_api import body

NOW = datetime(2026, 1, 10, 12, tzinfo=UTC)
DATE = {"Date": "Sat, 10 Jan 2026 12:00:00 GMT"}
PLAIN = {"kind": "none", "whole": True}


@pytest.fixture
def store(tmp_path: Path) -> FolderStore:
    """One kind of store: it makes no difference to these laws."""
    return FolderStore(tmp_path / "raw")


def since(**said: Any) -> dict[str, Any]:
    return {"since": {"param": "from", "field": "at", "kind": "instant", **said}, "pagination": PLAIN, "params": {}}


def serve(bench: Bench, *values: object) -> None:
    """Serves what lies between `from` and `to`, at noon of 10 January."""

    def answer(asked: Asked) -> Answer:
        low, high = asked.query.get("from", ""), asked.query.get("to", "~")
        return Answer(body([json.dumps({"at": one}) for one in values if low <= str(one) < high]), headers=DATE)

    bench.api.answer = answer


def asked(bench: Bench) -> list[tuple[str | None, str | None]]:
    """The ranges of the requests; that for the server's time alone, which has none, left out."""
    queries = [one.query for one in bench.api.asked if one.method == "GET"]
    return [(query.get("from"), query.get("to")) for query in queries]


def test_a_range_ends_at_the_server_s_own_time_less_what_settles(bench: Bench) -> None:
    serve(bench, "2026-01-05T00:00:00Z")
    bench.changes = since(until="to", settle="5m", start="2026-01-01")
    assert bench.finish("run-1") == Done(1, 1, 1)
    assert asked(bench) == [("2026-01-01T00:00:00Z", "2026-01-10T11:55:00Z")]
    assert [(entry.cursor_from, entry.cursor) for entry in bench.entries()] == [(None, "2026-01-10T11:55:00Z")]


def test_the_next_range_begins_where_the_last_one_ended_less_the_lookback(bench: Bench) -> None:
    serve(bench)
    bench.changes = since(until="to", settle="0s", lookback="1h", start="2026-01-01")
    for number in (1, 2):
        assert bench.finish(f"run-{number}") == Done(number, 0, 0)
    assert asked(bench)[1] == ("2026-01-10T11:00:00Z", "2026-01-10T12:00:00Z")


def test_a_run_right_behind_the_last_one_asks_for_nothing(bench: Bench) -> None:
    serve(bench)
    bench.changes = since(until="to", start="2026-01-01")
    assert [bench.finish(f"run-{number}") for number in (1, 2)] == [Done(1, 0, 0), Done(2, 0, 0)]
    assert len(asked(bench)) == 1
    assert bench.entries()[1].cursor == "2026-01-10T11:59:00Z"


def test_a_long_range_is_read_in_steps_and_each_counts_by_itself(bench: Bench) -> None:
    values = [f"2026-01-0{day}T08:00:00Z" for day in (1, 4, 4, 9)]
    serve(bench, *values)
    bench.changes = since(until="to", step="3d", start="2026-01-01", settle="0s")
    assert bench.finish("run-1") == Done(4, 0, 0)
    assert asked(bench) == [
        ("2026-01-01T00:00:00Z", "2026-01-04T00:00:00Z"),
        ("2026-01-04T00:00:00Z", "2026-01-07T00:00:00Z"),
        ("2026-01-07T00:00:00Z", "2026-01-10T00:00:00Z"),
        ("2026-01-10T00:00:00Z", "2026-01-10T12:00:00Z"),
    ]
    assert [(entry.run_id, entry.rows, entry.window and entry.window.is_last) for entry in bench.entries()] == [
        ("run-1", 1, False),
        ("run-1.w000002", 2, False),
        ("run-1.w000003", 1, False),
        ("run-1.w000004", 0, True),
    ]
    assert [json.loads(row)["at"] for row in bench.rows()] == values


def test_a_run_that_is_short_of_time_goes_on_at_the_next_step(bench: Bench) -> None:
    serve(bench, "2026-01-01T08:00:00Z", "2026-01-05T08:00:00Z")
    bench.changes = since(until="to", step="3d", start="2026-01-01", settle="0s")
    bench.left = 1.0
    results = [bench.call("run-1") for _ in range(4)]
    assert results == [Continue(0), Continue(0), Continue(0), Done(4, 0, 0)]
    assert len(bench.rows()) == 2
    assert bench.call("run-1") == Done(4, 0, 0)
    assert len(asked(bench)) == 4


def test_a_run_whose_last_step_failed_keeps_the_steps_before(bench: Bench) -> None:
    serve(bench, "2026-01-01T08:00:00Z")
    whole = bench.api.answer
    bench.api.answer = lambda one: (
        Answer(status=404, headers=DATE) if one.query.get("from", "") > "2026-01-06" else whole(one)
    )
    bench.changes = since(until="to", step="3d", start="2026-01-01", settle="0s")
    assert isinstance(bench.finish("run-1"), Failed)
    bench.api.answer = whole
    assert bench.finish("run-2") == Done(4, 0, 0)
    assert asked(bench)[3:] == [
        ("2026-01-07T00:00:00Z", "2026-01-10T00:00:00Z"),
        ("2026-01-10T00:00:00Z", "2026-01-10T12:00:00Z"),
    ]


def test_a_window_that_the_api_may_have_cut_is_read_in_halves(bench: Bench) -> None:
    values = [f"2026-01-0{1 + number // 3}T0{number % 3}:00:00Z" for number in range(24)]
    serve(bench, *values)
    whole = bench.api.answer

    def capped(one: Asked) -> Answer:
        found = json.loads(whole(one).body)["data"]
        return Answer(body([json.dumps(record) for record in found[:7]]), headers=DATE)

    bench.api.answer = capped
    bench.changes = since(until="to", max_rows=7, start="2026-01-01", settle="0s")
    assert isinstance(bench.finish("run-1"), Done)
    assert [json.loads(row)["at"] for row in bench.rows()] == values
    assert max(entry.rows for entry in bench.entries()) < 7


def test_a_shortest_window_with_too_many_rows_ends_the_run(bench: Bench) -> None:
    serve(bench, *["2026-01-01T00:00:00Z"] * 9)
    bench.changes = since(until="to", max_rows=7, start="2026-01-01", settle="0s")
    sentence = (
        "/v1/invoices has 7 rows or more within the shortest window, and shows no more of them; ask the API's owner "
        "(max_rows of rest.billing.resources.invoices)"
    )
    assert bench.finish("run-1") == Failed("contract", sentence)


@pytest.mark.parametrize(
    ("said", "values", "expected"),
    [
        ({"kind": "date", "lookback": "2d"}, ["2026-01-07"], "2026-01-05"),
        ({"kind": "epoch_seconds", "lookback": "1h"}, [1767830400], "1767826800"),
        ({"kind": "epoch_millis", "lookback": "1h"}, [1767830400000], "1767826800000"),
        ({"formats": ["%d.%m.%Y %H:%M"], "lookback": "1h"}, ["07.01.2026 10:00"], "07.01.2026 09:00"),
        ({"kind": "number"}, [2, 10, 9], "10"),
        ({"kind": "text"}, ["b", "10", "a"], "b"),
    ],
)
def test_the_cursor_is_sent_as_the_api_writes_it(
    bench: Bench, said: dict[str, Any], values: list[object], expected: str
) -> None:
    bench.api.answer = lambda one: Answer(body([json.dumps({"at": value}) for value in values]))
    bench.changes = since(**said)
    for number in (1, 2):
        assert isinstance(bench.finish(f"run-{number}"), Done)
    assert asked(bench) == [(None, None), (expected, None)]


def test_a_value_that_is_not_of_its_kind_ends_the_run(bench: Bench) -> None:
    bench.api.answer = lambda one: Answer(body(['{"at": "soon"}']))
    bench.changes = since()
    sentence = (
        "records of rest.billing.resources.invoices hold a value that is no instant at 'at'; choose another field for "
        "'since'"
    )
    assert bench.finish() == Failed("contract", sentence)


def test_an_instant_that_has_not_come_lands_and_moves_no_cursor(bench: Bench) -> None:
    serve(bench, "2026-01-09T00:00:00Z", "2099-01-01T00:00:00Z", None)
    bench.changes = since()
    assert bench.finish() == Done(1, 3, 1)
    assert bench.entries()[0].cursor == "2026-01-09T00:00:00Z"


def test_the_clock_that_counts_is_the_server_s(bench: Bench) -> None:
    late = datetime.now(UTC) + timedelta(days=365)
    bench.api.answer = lambda one: Answer(
        body([json.dumps({"at": f"{late:%Y-%m-%dT%H:%M:%SZ}"})]), headers={"Date": f"{late:%a, %d %b %Y %H:%M:%S GMT}"}
    )
    bench.changes = since()
    assert bench.finish() == Done(1, 1, 1)
    assert bench.entries()[0].cursor == f"{late:%Y-%m-%dT%H:%M:%SZ}"


def test_an_api_without_a_range_is_filtered_here_and_what_is_left_out_is_counted(bench: Bench) -> None:
    values = ["2026-01-05T00:00:00Z", "2026-01-07T00:00:00Z", None]
    bench.api.answer = lambda one: Answer(body([json.dumps({"at": value}) for value in values]))
    bench.changes = since(param=None)
    assert bench.finish("run-1") == Done(1, 3, 1)
    values.append("2026-01-06T23:00:00Z")
    values.append("2026-01-08T00:00:00Z")
    assert bench.finish("run-2") == Done(2, 3, 1)
    assert [json.loads(row)["at"] for row in bench.rows()[3:]] == [values[1], None, values[4]]
    assert [entry.filtered for entry in bench.entries()] == [0, 2]
    assert asked(bench) == [(None, None), (None, None)]
