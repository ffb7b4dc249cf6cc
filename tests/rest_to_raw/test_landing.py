"""Laws of what a run lands: every record once, as it was sent, whatever happens to the run."""

from typing import Any

import pytest

from lakehouse_common.object_store import ObjectStore
from rest_to_raw import Continue, Done, Failed, writer
from tests.rest_to_raw.conftest import TOKEN, Bench
from tests.rest_to_raw.fake_api import Answer, Asked


def numbered(count: int) -> list[str]:
    return [f'{{"id":{number},"at":"2026-01-07T06:00:{number % 60:02d}Z"}}' for number in range(count)]


@pytest.mark.parametrize("count", [0, 1, 9, 10, 11, 20, 37])
def test_n_records_land_as_n_rows(bench: Bench, count: int) -> None:
    bench.api.records = numbered(count)
    assert bench.finish() == Done(version=1, rows=count, parts=min(count, 1))
    assert bench.rows() == bench.api.records


@pytest.mark.parametrize("count", [0, 1, 37])
def test_without_pagination_the_one_answer_is_everything(bench: Bench, count: int) -> None:
    bench.changes = {"pagination": {"kind": "none", "param": None, "next": None}, "since": None}
    bench.api.size, bench.api.records = 100, numbered(count)
    assert bench.finish() == Done(1, count, min(count, 1))
    assert (bench.rows(), len(bench.api.asked)) == (bench.api.records, 1)


def test_every_page_is_asked_for_with_the_contracts_parameters(bench: Bench) -> None:
    bench.api.records = numbered(21)
    bench.finish()
    assert [(asked.path, asked.query) for asked in bench.api.asked] == [
        ("/v1/invoices", {"expand": "lines"}),
        ("/v1/invoices", {"expand": "lines", "cursor": "10"}),
        ("/v1/invoices", {"expand": "lines", "cursor": "20"}),
    ]


def test_records_land_as_the_bytes_that_were_sent(bench: Bench) -> None:
    bench.changes = {"since": None}
    bench.api.records = [
        '{"amount":0.10, "big":123456789012345678901234567890,"tiny":1.2300000000000000000000001E-400}',
        '{ "twice":1,"twice":2 , "escaped":"\\u00e9\\n\\/", "plain":"é\u2028日本" }',
    ]
    bench.finish()
    assert bench.everything()[bench.entries()[0].parts[0].key].decode() == "".join(
        f"{record}\n" for record in bench.api.records
    )


@pytest.mark.parametrize("line_break", ["\n", "\r\n", "\r"])
def test_a_record_over_many_lines_lands_on_one_with_its_digits(bench: Bench, line_break: str) -> None:
    bench.api.records = [
        f'{{{line_break} "amount":{line_break} 10.00000000000000000001, "note": "a\\nb  c"{line_break}}}'
    ]
    bench.finish()
    assert bench.rows() == ['{"amount":10.00000000000000000001,"note":"a\\nb  c"}']


def test_an_empty_page_does_not_end_the_paging(bench: Bench) -> None:
    pages = {None: '{"data":[{}],"meta":{"next":1}}', "1": '{"data":[],"meta":{"next":"2"}}', "2": '{"data":[{}]}'}
    bench.api.answer = lambda asked: Answer(pages[asked.query.get("cursor")].encode())
    assert bench.finish() == Done(1, 2, 1)


def test_equal_records_make_equal_bytes(bench: Bench) -> None:
    bench.api.records = numbered(30)
    bench.changes = {"since": None}
    bench.finish("run-1")
    bench.finish("run-2")
    first, second = (entry.parts[0] for entry in bench.entries())
    assert first.sha256 == second.sha256
    assert first.key != second.key
    # A gzip header has room for the time of writing: four bytes that stay 0.
    assert bench.store.get(first.key)[4:8] == bytes(4)


def test_a_part_ends_where_it_is_large_enough(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writer, "PART_BYTES", 2 * 10 * len(numbered(1)[0]))
    bench.api.records = numbered(50)
    assert bench.finish() == Done(1, 50, 3)
    assert [part.rows for part in bench.entries()[0].parts] == [20, 20, 10]
    assert bench.rows() == bench.api.records


def test_a_run_that_is_short_of_time_goes_on_where_it_stopped(bench: Bench) -> None:
    bench.api.records, bench.left = numbered(35), 1.0
    assert [bench.call() for _ in range(4)] == [Continue(0), Continue(0), Continue(0), Done(1, 35, 4)]
    assert (bench.rows(), len(bench.api.asked)) == (bench.api.records, 4)


def test_a_committed_run_is_done_again_without_a_request_or_a_write(bench: Bench) -> None:
    bench.api.records = numbered(25)
    first, before, asked = bench.finish(), bench.everything(), len(bench.api.asked)
    bench.api.records = numbered(30)
    assert (bench.finish(), bench.everything(), len(bench.api.asked)) == (first, before, asked)


def test_no_record_is_a_committed_run_too(bench: Bench) -> None:
    assert bench.finish() == Done(1, 0, 0)
    assert [(entry.run_id, entry.parts, entry.rows) for entry in bench.entries()] == [("run-1", (), 0)]
    assert (bench.finish(), len(bench.api.asked)) == (Done(1, 0, 0), 1)


class Killed(BaseException):
    """The process ends here."""


class Killing:
    """A store whose `n`-th write, counted from 0, is the last thing that the process does or does not do."""

    def __init__(self, store: ObjectStore, n: int, is_written: bool) -> None:
        self.store = store
        self.left = n
        self.is_written = is_written

    def __getattr__(self, name: str) -> Any:
        return getattr(self.store, name)

    def put(self, key: str, body: bytes) -> None:
        self._write(self.store.put, key, body)

    def put_if_absent(self, key: str, body: bytes) -> bool:
        return bool(self._write(self.store.put_if_absent, key, body))

    def _write(self, write: Any, key: str, body: bytes) -> Any:
        if self.left == 0 and not self.is_written:
            raise Killed
        result = write(key, body)
        if self.left == 0:
            raise Killed
        self.left -= 1
        return result


# Four pages, each with its part and its checkpoint, and the entry.
WRITES = 4 * 2 + 1


@pytest.mark.parametrize("is_written", [False, True])
@pytest.mark.parametrize("n", range(WRITES))
def test_a_kill_at_any_write_and_another_call_land_every_row_once(bench: Bench, n: int, is_written: bool) -> None:
    bench.api.records, bench.left = numbered(35), 1.0
    with pytest.raises(Killed):
        bench.finish(store=Killing(bench.store, n, is_written))
    assert bench.finish() == Done(1, 35, 4)
    assert bench.rows() == bench.api.records
    assert [entry.cursor for entry in bench.entries()] == ["2026-01-07T06:00:34Z"]


def test_the_kills_above_reach_every_write(bench: Bench) -> None:
    bench.api.records, bench.left = numbered(35), 1.0
    untouched = Killing(bench.store, WRITES, is_written=False)
    assert (bench.finish(store=untouched), untouched.left) == (Done(1, 35, 4), 0)


@pytest.mark.parametrize("other", ["run-1", "run-2"])
def test_of_two_at_once_the_first_to_commit_counts_and_the_other_is_fenced(bench: Bench, other: str) -> None:
    bench.api.records = numbered(25)
    is_first = iter([True])

    def answer(asked: Asked) -> Answer:
        if next(is_first, False):
            assert bench.finish(other) == Done(1, 25, 1)
        return bench.api.page(asked)

    bench.api.answer = answer
    result = bench.finish("run-1")
    assert isinstance(result, Failed)
    assert (result.class_, [entry.run_id for entry in bench.entries()]) == ("fenced", [other])
    assert bench.rows() == bench.api.records


def test_a_fenced_run_stays_fenced_without_a_request(bench: Bench) -> None:
    bench.api.records, bench.left = numbered(25), 1.0
    assert bench.call("run-1") == Continue(0)
    assert bench.finish("run-2") == Done(1, 25, 3)
    asked = len(bench.api.asked)
    sentence = "run run-2 committed before run run-1; start a run with a new id"
    assert [bench.finish("run-1"), bench.finish("run-1")] == [Failed("fenced", sentence)] * 2
    assert len(bench.api.asked) == asked


def test_the_token_is_sent_with_every_page_and_landed_nowhere(bench: Bench) -> None:
    bench.api.records, bench.left = numbered(35), 1.0
    bench.finish()
    assert [asked.headers["Authorization"] for asked in bench.api.asked] == [f"Bearer {TOKEN}"] * 4
    assert [key for key, body in bench.everything().items() if TOKEN.encode() in body] == []


@pytest.mark.parametrize("run_id", ["", "_log", "../x", "a/b", "a\n", "a" * 129])
def test_a_run_id_that_is_no_folders_name_is_refused(bench: Bench, run_id: str) -> None:
    result = bench.finish(run_id)
    assert result == Failed("config", "the run id is not made of letters, digits and . _ : + -")
    assert (bench.everything(), bench.api.asked) == ({}, [])
