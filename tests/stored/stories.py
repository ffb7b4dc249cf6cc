"""What was read when the runs of `rest/` were stored: each API's pages, its contract, and where each run stopped."""

import json
from collections.abc import Callable
from typing import Any, NamedTuple

from rest_to_raw import Continue, Done
from tests.rest_to_raw.conftest import Bench
from tests.rest_to_raw.fake_api import Answer, Asked
from tests.rest_to_raw.paged_api import body

DATE = {"Date": "Sat, 10 Jan 2026 12:00:00 GMT"}
PAGED = {"kind": "cursor", "param": "cursor", "next": "next"}
ONE_PAGE = {"kind": "none", "whole": True}
SINCE = {"param": "from", "field": "at", "kind": "instant"}
CLOSED = SINCE | {"until": "to", "start": "2026-01-01", "settle": "0s"}
LINES = {
    "resource": "lines",
    "path": "/invoices/{invoice}/lines",
    "pagination": PAGED,
    "since": None,
    "for_each": {"resource": "invoices", "field": "id", "as": "invoice", "max_ignored": "50%"},
    "responses": [{"status": 404, "action": "ignore"}],
}
Serve = Callable[[Asked], Answer]


class Story(NamedTuple):
    """`begin` lands what is stored; a call of `run_id` on `resource` goes on and ends with `rows` rows in the log.

    `requests` are those that are left for it, `entries` what the log has then.
    """

    begin: Callable[[Bench], None]
    run_id: str
    resource: str
    requests: int
    entries: int
    rows: list[Any]


def ranged(instants: list[str], size: int) -> Serve:
    """Serves what is between `from` and `to` in pages."""

    def answer(asked: Asked) -> Answer:
        low, high = asked.query.get("from", ""), asked.query.get("to", "~")
        records = [json.dumps({"at": instant}) for instant in instants if low <= instant < high]
        start = int(asked.query.get("cursor", "0"))
        end = start + size
        return Answer(body(records[start:end], next=end if end < len(records) else None), headers=DATE)

    return answer


def capped(instants: list[str], most: int) -> Serve:
    """Serves one page, which is cut without a word."""

    def answer(asked: Asked) -> Answer:
        records = json.loads(ranged(instants, len(instants))(asked).body)["data"]
        return Answer(body([json.dumps(record) for record in records[:most]]), headers=DATE)

    return answer


def numbered(count: int) -> Serve:
    """Serves records from `offset` on, with how many there are."""

    def answer(asked: Asked) -> Answer:
        records = [json.dumps({"id": number}) for number in range(count)]
        start = int(asked.query["offset"])
        return Answer(body(records[start : start + int(asked.query["limit"])], total=count), headers=DATE)

    return answer


def family(invoices: list[str], gone: str = "") -> Serve:
    """Serves invoices in one page, and three lines of each in pages of two."""

    def answer(asked: Asked) -> Answer:
        if asked.path.endswith("/invoices"):
            return Answer(body([json.dumps({"id": invoice}) for invoice in invoices]), headers=DATE)
        if asked.path.split("/")[-2] == gone:
            return Answer(status=404, headers=DATE)
        start = int(asked.query.get("cursor", "0"))
        lines = [json.dumps({"line": number}) for number in range(3)]
        return Answer(body(lines[start : start + 2], next=2 if start == 0 else None), headers=DATE)

    return answer


def turn(bench: Bench, serve: Serve, **contract: Any) -> None:
    """From now on the API serves so, and the contract says this of it."""
    bench.api.answer = serve
    bench.changes = {"params": {}, **contract}
    bench.log = bench.log_of(bench.resource.resource)


def whole(bench: Bench, run_id: str) -> None:
    assert isinstance(bench.finish(run_id), Done)


def stopped(bench: Bench, run_id: str, calls: int) -> None:
    """So many calls of one page each."""
    bench.left = 1.0
    assert all(isinstance(bench.call(run_id), Continue) for _ in range(calls))
    bench.left = 900.0


def days(*numbers: int) -> list[str]:
    return [f"2026-01-0{number}T08:00:00Z" for number in numbers]


def cursor(bench: Bench) -> None:
    turn(bench, ranged(days(1, 2, 3), 2), pagination=PAGED, since=SINCE)
    whole(bench, "run-1")
    turn(bench, ranged(days(3, 4, 5, 6, 7), 2), pagination=PAGED, since=SINCE)
    stopped(bench, "run-2", 1)


def windows(bench: Bench) -> None:
    turn(bench, ranged(days(1, 4, 5, 5, 9), 2), pagination=PAGED, since=CLOSED | {"step": "3d"})
    stopped(bench, "run-1", 2)


def parents(bench: Bench) -> None:
    turn(bench, family(["a/1", "b"], gone="b"), pagination=ONE_PAGE, since=None)
    whole(bench, "run-1")
    turn(bench, bench.api.answer, **LINES)
    whole(bench, "run-1")
    turn(bench, family(["c", "d"]), pagination=ONE_PAGE, since=None)
    whole(bench, "run-2")
    turn(bench, bench.api.answer, **LINES)
    stopped(bench, "run-2", 3)


def offset(bench: Bench) -> None:
    pages = {"kind": "offset", "param": "offset", "size_param": "limit", "size": 4, "overlap": 2}
    turn(bench, numbered(9), pagination=pages, since=None, key="id", expect={"total": "total"})
    stopped(bench, "run-1", 2)


def always(*days_of_month: int) -> Serve:
    """Serves the same page whatever it is asked for."""
    records = [json.dumps({"at": f"2026-01-0{day}T00:00:00Z"}) for day in days_of_month]
    return lambda asked: Answer(body(records), headers=DATE)


def filtered(bench: Bench) -> None:
    turn(bench, always(5, 7), pagination=ONE_PAGE, since={"field": "at", "kind": "instant"})
    whole(bench, "run-1")
    turn(bench, always(5, 7, 8), pagination=ONE_PAGE, since={"field": "at", "kind": "instant"})
    whole(bench, "run-2")


HOURS = [f"2026-01-0{1 + number // 3}T0{number % 3}:00:00Z" for number in range(24)]


def halved(bench: Bench) -> None:
    turn(bench, capped(HOURS, 7), pagination=ONE_PAGE, since=CLOSED | {"max_rows": 7})
    stopped(bench, "run-1", 2)


def instants(*found: str) -> list[Any]:
    return [{"at": instant} for instant in found]


def lines(*invoices: str) -> list[Any]:
    return [{"_parent": {"invoice": invoice}, "line": number} for invoice in invoices for number in range(3)]


STORIES = {
    "cursor": Story(cursor, "run-2", "invoices", 2, 2, instants(*days(1, 2, 3, 3, 4, 5, 6, 7))),
    "windows": Story(windows, "run-1", "invoices", 3, 4, instants(*days(1, 4, 5, 5, 9))),
    "parents": Story(parents, "run-2", "lines", 1, 2, lines("a/1", "c", "d")),
    "offset": Story(offset, "run-1", "invoices", 3, 1, [{"id": number} for number in range(9)]),
    "filtered": Story(
        filtered, "run-2", "invoices", 0, 2, instants(*(f"2026-01-0{n}T00:00:00Z" for n in (5, 7, 7, 8)))
    ),
    "halved": Story(halved, "run-1", "invoices", 12, 5, instants(*HOURS)),
}
