"""Laws of pages: whatever their kind and number, each record lands once; what can't be a next page ends the run."""

import json
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lakehouse_common.object_store import FolderStore
from rest_to_raw import Done, Failed
from tests.rest_to_raw.conftest import Bench
from tests.rest_to_raw.fake_api import Answer, Asked, FakeApi
from tests.rest_to_raw.paged_api import KINDS, body

NAME = "rest.billing.resources.invoices"


def records(count: int) -> list[str]:
    return [json.dumps({"id": number}) for number in range(count)]


@pytest.fixture(scope="module")
def served() -> Iterator[FakeApi]:
    with FakeApi() as started:
        yield started


@pytest.fixture
def store(tmp_path: Path) -> FolderStore:
    """One kind of store: it makes no difference to these laws."""
    return FolderStore(tmp_path / "raw")


def bench_of(api: FakeApi, folder: str, pagination: dict[str, Any]) -> Bench:
    bench = Bench(api, FolderStore(Path(folder)))
    bench.changes = {"pagination": pagination, "since": None, "key": "id", "params": {}}
    return bench


@pytest.mark.parametrize("kind", KINDS)
@settings(deadline=None, max_examples=25)
@given(size=st.integers(2, 12), pages=st.integers(0, 4), rest=st.integers(0, 11), is_slow=st.booleans())
def test_each_record_lands_once(served: FakeApi, kind: str, size: int, pages: int, rest: int, is_slow: bool) -> None:
    serve, told = KINDS[kind]
    rows = records(size * pages + rest % size)
    served.answer = lambda asked: serve(rows, asked, size)
    with TemporaryDirectory() as folder:
        bench = bench_of(served, folder, told(size))
        bench.left = 1.0 if is_slow else 900.0
        result = bench.finish()
        assert isinstance(result, Done)
        assert (result.rows, bench.rows()) == (len(rows), rows)


@pytest.mark.parametrize("moved", [1, 3, 5])
def test_rows_that_move_to_the_front_between_two_pages_take_no_other_row_with_them(bench: Bench, moved: int) -> None:
    rows = records(100)
    left = list(rows)

    def serve(asked: Asked) -> Answer:
        start = int(asked.query["offset"])
        answer = Answer(body(left[start : start + 10]))
        # The first rows leave the range: all others move up.
        del left[:moved]
        return answer

    bench.api.answer = serve
    pagination = {"kind": "offset", "param": "offset", "size_param": "limit", "size": 10, "overlap": 6}
    bench.changes = {"pagination": pagination, "since": None, "key": "id"}
    assert isinstance(bench.finish(), Done)
    assert bench.rows() == rows[: len(bench.rows())]
    assert len(bench.rows()) > 60
    assert set(left) <= set(bench.rows())


def test_a_page_further_back_is_asked_for_where_no_known_row_is_seen_again(bench: Bench) -> None:
    rows = records(40)
    left = list(rows)

    def serve(asked: Asked) -> Answer:
        if len(bench.api.asked) == 2:
            del left[:8]
        start = int(asked.query["offset"])
        return Answer(body(left[start : start + 10]))

    bench.api.answer = serve
    pagination = {"kind": "offset", "param": "offset", "size_param": "limit", "size": 10, "overlap": 2}
    bench.changes = {"pagination": pagination, "since": None, "key": "id"}
    assert isinstance(bench.finish(), Done)
    assert bench.rows() == rows
    assert [asked.query["offset"] for asked in bench.api.asked[:4]] == ["0", "8", "6", "2"]


def paged(**pagination: Any) -> dict[str, Any]:
    return {"pagination": pagination, "since": None, "key": "id"}


OFFSET = paged(kind="offset", param="offset", size_param="limit", size=10, overlap=2)


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        (paged(kind="page", param="page"), "gives the same page for every 'page'; compare 'param'"),
        (OFFSET, "gives the same page for every 'offset'; compare 'param'"),
    ],
)
def test_a_server_that_takes_no_notice_of_the_page_ends_the_run(
    bench: Bench, said: dict[str, Any], sentence: str
) -> None:
    bench.api.answer = lambda asked: Answer(body(records(10)))
    bench.changes = said
    assert bench.finish() == Failed("contract", f"/v1/invoices {sentence} (in {NAME})")
    assert len(bench.api.asked) == 2


def test_keys_that_change_from_page_to_page_end_the_run(bench: Bench) -> None:
    bench.api.answer = lambda asked: Answer(body([json.dumps({"id": f"{len(bench.api.asked)}"})] * 10))
    bench.changes = OFFSET
    sentence = "has rows whose keys change from page to page; compare 'key', and sort them if it can"
    assert bench.finish() == Failed("contract", f"/v1/invoices {sentence} (in {NAME})")


@pytest.mark.parametrize("length", [1, 2, 5])
@pytest.mark.parametrize("kind", ["cursor", "next_url"])
def test_pages_in_a_circle_end_the_run_whatever_its_length(bench: Bench, kind: str, length: int) -> None:
    def serve(asked: Asked) -> Answer:
        here = int(asked.query.get("cursor", "0"))
        there = (here + 1) % length if here else 1
        return Answer(body(records(1), next=str(there) if kind == "cursor" else f"?cursor={there}"))

    bench.api.answer = serve
    bench.changes = (
        paged(kind="cursor", param="cursor", next="next") if kind == "cursor" else paged(kind=kind, next="next")
    )
    sentence = "the pages of run run-1 lead back to one that was read; ask the API's owner"
    assert bench.finish() == Failed("contract", sentence)
    assert len(bench.api.asked) <= length + 2


def test_an_empty_page_in_the_middle_ends_nothing(bench: Bench) -> None:
    pages = [body(records(3), next="b"), body([], next="c"), body(records(2), next=None)]
    bench.api.answer = lambda asked: Answer(pages["_bc".index(asked.query.get("cursor", "_"))])
    bench.changes = paged(kind="cursor", param="cursor", next="next")
    assert (bench.finish(), len(bench.rows())) == (Done(1, 5, 1), 5)


def test_one_empty_numbered_page_ends_nothing_and_two_in_a_row_end_it(bench: Bench) -> None:
    pages = {"1": records(3), "3": records(2)}
    bench.api.answer = lambda asked: Answer(body(pages.get(asked.query["page"], [])))
    bench.changes = paged(kind="page", param="page")
    assert (bench.finish(), [asked.query["page"] for asked in bench.api.asked]) == (Done(1, 5, 1), [*"12345"])


@pytest.mark.parametrize(
    ("answer", "hint"),
    [
        (Answer(body(records(3), next="abc")), "a value at 'next'"),
        (Answer(body(records(3), meta={"has_more": True})), "a value at 'meta.has_more'"),
        (Answer(body(records(3), paging={"nextLink": "/x"})), "a value at 'paging.nextLink'"),
        (Answer(body(records(3)), headers={"Link": '</x>; rel="next"'}), "a Link header with rel=next"),
        (Answer(body(records(100))), "100 records, a usual page size"),
    ],
)
def test_a_resource_without_pagination_whose_answer_looks_like_a_first_page_ends_the_run(
    bench: Bench, answer: Answer, hint: str
) -> None:
    bench.api.answer = lambda asked: answer
    bench.changes = paged(kind="none")
    sentence = (
        f"/v1/invoices looks like the first of several pages ({hint}); describe its 'pagination', or say "
        f"'pagination: {{kind: none, whole: true}}' where one answer always holds all records (in {NAME})"
    )
    assert bench.finish() == Failed("contract", sentence)
    bench.changes = paged(kind="none", whole=True)
    assert isinstance(bench.finish(), Done)


def test_more_pages_than_there_may_be_end_the_run(bench: Bench) -> None:
    bench.api.records, bench.api.size = records(10), 1
    bench.changes = {"pagination": {"kind": "cursor", "param": "cursor", "next": "meta.next", "max_pages": 3}}
    sentence = f"/v1/invoices has more than 3 pages; raise pagination's 'max_pages' (in {NAME})"
    assert (bench.finish(), len(bench.api.asked)) == (Failed("contract", sentence), 3)


def test_there_is_more_but_not_where_ends_the_run(bench: Bench) -> None:
    bench.api.answer = lambda asked: Answer(body(records(3), more=True))
    bench.changes = paged(kind="cursor", param="cursor", next="next", more="more")
    sentence = f"/v1/invoices says at 'more' that there is more, but not where; compare 'next' (in {NAME})"
    assert bench.finish() == Failed("contract", sentence)


@pytest.mark.parametrize("kind", ["page", "offset"])
def test_a_page_that_is_too_large_is_asked_for_in_halves(bench: Bench, kind: str) -> None:
    rows = records(30)

    def serve(asked: Asked) -> Answer:
        size = int(asked.query["limit"])
        start = (int(asked.query["at"]) - 1) * size if kind == "page" else int(asked.query["at"])
        wanted = rows[start : start + size]
        # The row 13 is large: no page of more than two rows can hold it.
        return Answer(status=502) if rows[13] in wanted and size > 2 else Answer(body(wanted))

    bench.api.answer = serve
    bench.changes = paged(kind=kind, param="at", size_param="limit", size=8)
    if kind == "offset":
        bench.changes = paged(kind=kind, param="at", size_param="limit", size=8, overlap=1)
    bench.changes |= {"responses": [{"status": 502, "action": "reduce_page"}]}
    assert isinstance(bench.finish(), Done)
    assert bench.rows() == rows


def test_a_page_that_can_t_be_smaller_ends_the_run(bench: Bench) -> None:
    bench.api.answer = lambda asked: Answer(status=413)
    bench.changes = paged(kind="page", param="page", size_param="limit", size=4)
    bench.changes |= {"responses": [{"status": 413, "action": "reduce_page"}]}
    sentence = f"/v1/invoices asks for smaller pages, but this one has a single row; ask the API's owner (in {NAME})"
    assert (bench.finish(), len(bench.api.asked)) == (Failed("contract", sentence), 3)
