"""Laws of the incremental cursor."""

import json
from pathlib import Path

import pytest

from lakehouse_common.object_store import FolderStore
from rest_to_raw import Continue, Done, Failed
from tests.rest_to_raw.conftest import Bench
from tests.rest_to_raw.fake_api import Answer


@pytest.fixture
def store(tmp_path: Path) -> FolderStore:
    """One kind of store: it makes no difference to these laws."""
    return FolderStore(tmp_path / "raw")


def at(*values: object) -> list[str]:
    return [json.dumps({"id": number, "at": value}) for number, value in enumerate(values)]


def one_page(values: list[object]) -> Answer:
    return Answer(f'{{"data":[{",".join(at(*values))}]}}'.encode())


def test_the_next_run_starts_from_the_last_ones_highest(bench: Bench) -> None:
    bench.api.records = at("2026-01-05", "2026-01-07", "2026-01-06")
    bench.finish("run-1")
    bench.api.records += at("2026-01-09")
    assert bench.finish("run-2") == Done(2, 2, 1)
    assert [asked.query.get("since") for asked in bench.api.asked] == [None, "2026-01-07"]
    assert [(entry.cursor_from, entry.cursor) for entry in bench.entries()] == [
        (None, "2026-01-07"),
        ("2026-01-07", "2026-01-09"),
    ]


def test_a_run_without_records_keeps_the_cursor(bench: Bench) -> None:
    bench.api.records = at("2026-01-07")
    bench.finish("run-1")
    bench.api.records = []
    bench.finish("run-2")
    assert bench.entries()[1].cursor == "2026-01-07"


def test_an_equal_instant_in_another_form_keeps_the_cursor_as_it_is(bench: Bench) -> None:
    for number, value in enumerate(["2026-01-07T06:00:00Z", "2026-01-07T07:00:00+01:00"]):
        bench.api.stumbles = [one_page([value])]
        bench.finish(f"run-{number}")
    assert [entry.cursor for entry in bench.entries()] == ["2026-01-07T06:00:00Z"] * 2


def test_the_cursor_moves_only_when_the_whole_window_is_read(bench: Bench) -> None:
    bench.api.records, bench.api.size, bench.left = at("2026-01-07", "2026-01-06"), 1, 1.0
    assert (bench.call("run-1"), bench.entries()) == (Continue(0), [])
    bench.finish("run-2")
    assert [asked.query.get("since") for asked in bench.api.asked] == [None, None, None]
    assert [entry.cursor for entry in bench.entries()] == ["2026-01-07"]


def test_the_pages_of_one_run_share_the_start_of_its_window(bench: Bench) -> None:
    bench.api.records, bench.api.size, bench.left = at("2026-01-05"), 1, 1.0
    bench.finish("run-1")
    bench.api.records = at("2026-01-07", "2026-01-08", "2026-01-09")
    bench.finish("run-2")
    assert [asked.query.get("since") for asked in bench.api.asked[1:]] == ["2026-01-05"] * 3


@pytest.mark.parametrize(
    ("values", "highest"),
    [
        (["2026-01-07T06:00:00Z", "2026-01-07T07:30:00+02:00"], "2026-01-07T06:00:00Z"),
        (["2026-01-07T06:00:00.9Z", "2026-01-07T06:00:00.10Z"], "2026-01-07T06:00:00.9Z"),
        (["2026-01-07T23:00:00-05:00", "2026-01-08"], "2026-01-07T23:00:00-05:00"),
        (["2026-01-07T06:00:00Z", "2026-01-07T06:00:00+00:00"], "2026-01-07T06:00:00Z"),
        ([9, 10], "10"),
        (["9", "10"], "10"),
        ([12345678901234567890, 12345678901234567891], "12345678901234567891"),
        ([1.5, 1.25], "1.5"),
        (["b", "a"], "b"),
        (["2026-01-07", None], "2026-01-07"),
        ([None, None], None),
    ],
)
def test_the_highest_is_that_of_instants_numbers_or_texts(
    bench: Bench, values: list[object], highest: str | None
) -> None:
    bench.api.stumbles = [one_page(values)]
    bench.finish()
    assert bench.entries()[0].cursor == highest
    assert len(bench.rows()) == len(values)


def test_a_run_without_since_makes_the_next_one_with_it_begin_anew(bench: Bench) -> None:
    bench.api.records = at("2026-01-05", "2026-01-07")
    bench.finish("run-1")
    bench.changes = {"since": None}
    assert bench.finish("run-2") == Done(2, 2, 1)
    bench.changes = {}
    assert [bench.finish(run) for run in ("run-3", "run-4")] == [Done(3, 2, 1), Done(4, 1, 1)]
    assert [asked.query.get("since") for asked in bench.api.asked] == [None, None, None, "2026-01-07"]


def test_a_record_without_the_field_lands_and_leaves_the_cursor(bench: Bench) -> None:
    bench.api.records = ['{"id":1}', '{"id":2,"at":"2026-01-07"}', '{"id":3}']
    bench.finish()
    assert (bench.entries()[0].cursor, len(bench.rows())) == ("2026-01-07", 3)


def test_the_field_may_lie_deep(bench: Bench) -> None:
    bench.changes = {"since": {"param": "since", "field": "meta.times.at"}}
    bench.api.records = ['{"meta":{"times":{"at":"2026-01-07"}}}', '{"meta":null}', '{"meta":{"times":null}}', "{}"]
    bench.finish()
    assert bench.entries()[0].cursor == "2026-01-07"


@pytest.mark.parametrize(
    ("values", "what"),
    [
        (["2026-01-07", "yesterday"], "values of more than one kind"),
        (["2026-01-07", 5], "values of more than one kind"),
        ([True], "something that is no text and no number"),
        ([{"at": 1}], "something that is no text and no number"),
    ],
)
def test_values_that_cannot_be_compared_fail_the_run(bench: Bench, values: list[object], what: str) -> None:
    bench.api.stumbles = [one_page(values)]
    sentence = f"records of rest.billing.resources.invoices hold {what} at 'at'; choose another field for 'since'"
    assert (bench.finish(), bench.entries()) == (Failed("contract", sentence), [])
