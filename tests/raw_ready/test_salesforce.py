"""Laws of what counts as arrived from Salesforce."""

import json
from typing import Any

import pytest

from lakehouse_common.object_store import ObjectStore
from raw_ready import Batch, File, NotReadyError, build_manifest
from tests.raw_ready.landed import FLOW, PIPELINE, Land


def batches(store: ObjectStore, after: str = "") -> tuple[Batch, ...]:
    return build_manifest(PIPELINE, store, {"task": after} if after else {}).tables["task"].batches


def names(found: tuple[Batch, ...]) -> list[str]:
    return [batch.position.split("/")[1] for batch in found]


def problems(store: ObjectStore, after: str = "") -> list[str]:
    with pytest.raises(NotReadyError) as raised:
        batches(store, after)
    return raised.value.problems


def test_a_table_says_source_format_and_where_it_starts(store: ObjectStore, land: Land) -> None:
    land("e1", "2026-01-07T06:00:00Z", rows=3, files=2)
    table = build_manifest(PIPELINE, store, {}).tables["task"]
    folder = f"salesforce/{FLOW}/schemaVersion_1/2026/01/07/e1"
    files = tuple(File(f"{folder}/{number}-2026-01-07T06:00:00", 3) for number in (0, 1))
    expected = Batch("2026-01-07T06:00:00.000000Z/e1", "2026-01-07T06:00:00.000000Z", 3, files)
    assert (table.source, table.format, table.cursor_after, table.batches) == (
        "salesforce.Task",
        "csv",
        "",
        (expected,),
    )


def test_only_successful_executions_count(store: ObjectStore, land: Land) -> None:
    land("e1", "2026-01-07T06:00:00Z")
    land("e2", "2026-01-07T07:00:00Z", executionStatus="Error")
    land("e3", "2026-01-07T08:00:00Z", executionStatus="Canceled")
    land("e4", "2026-01-07T09:00:00Z")
    assert names(batches(store)) == ["e1", "e4"]


@pytest.mark.parametrize("status", ["InProgress", "CancelStarted"])
def test_nothing_that_started_after_an_unfinished_execution_is_read(
    store: ObjectStore, land: Land, status: str
) -> None:
    land("e1", "2026-01-07T06:00:00Z")
    land("e2", "2026-01-07T07:00:00Z", executionStatus=status, executionResult={})
    land("e3", "2026-01-07T08:00:00Z")
    assert names(batches(store)) == ["e1"]


def test_times_in_every_form_are_ordered_as_instants(store: ObjectStore, land: Land) -> None:
    land("third", "2026-01-07T08:00:00.5Z")
    land("first", "2026-01-07T08:30:00+02:00")
    land("second", 1767769200.25)  # 07:00:00.25 UTC
    assert [batch.position for batch in batches(store)] == [
        "2026-01-07T06:30:00.000000Z/first",
        "2026-01-07T07:00:00.250000Z/second",
        "2026-01-07T08:00:00.500000Z/third",
    ]


def test_only_what_lies_behind_the_watermark_is_read(store: ObjectStore, land: Land) -> None:
    for hour in (6, 7, 8):
        land(f"e{hour}", f"2026-01-07T0{hour}:00:00Z")
    assert names(batches(store, "2026-01-07T07:00:00.000000Z/e7")) == ["e8"]
    assert batches(store, "2026-01-07T08:00:00.000000Z/e8") == ()


def test_files_are_found_under_every_schema_version_and_day_of_the_execution(store: ObjectStore, land: Land) -> None:
    hours = {"startedAt": "2026-01-06T23:50:00Z", "lastUpdatedAt": "2026-01-08T00:10:00Z"}
    for schema, day in [(1, "2026/01/06"), (2, "2026/01/07"), (10, "2026/01/08")]:
        land("e1", "", rows=3, schema=schema, day=day, **hours)
    folders = {file.key.split("/e1/")[0] for batch in batches(store)[:1] for file in batch.files}
    root = f"salesforce/{FLOW}"
    assert folders == {
        f"{root}/schemaVersion_1/2026/01/06",
        f"{root}/schemaVersion_2/2026/01/07",
        f"{root}/schemaVersion_10/2026/01/08",
    }


def test_empty_objects_and_the_one_named_like_the_execution_are_no_data(store: ObjectStore, land: Land) -> None:
    land("e1", "2026-01-07T06:00:00Z", rows=0, files=0)
    folder = f"salesforce/{FLOW}/schemaVersion_1/2026/01/07/e1"
    store.put(f"{folder}/empty", b"")
    store.put(f"{folder}/e1", b"AppFlow's own")
    assert [(batch.rows, batch.files) for batch in batches(store)] == [(0, ())]


def test_no_other_prefix_than_those_of_the_new_executions_is_listed(store: ObjectStore, land: Land) -> None:
    for hour in (6, 7):
        land(f"e{hour}", f"2026-01-07T0{hour}:00:00Z")
    asked: list[str] = []

    class Watched:
        def __getattr__(self, name: str) -> Any:
            return getattr(store, name)

        def list(self, prefix: str, after: str = "") -> Any:
            asked.append(prefix)
            return store.list(prefix, after)

    build_manifest(PIPELINE, Watched(), {"task": "2026-01-07T06:00:00.000000Z/e6"})
    assert asked == [f"salesforce/{FLOW}/schemaVersion_1/2026/01/07/e7/"]


def test_a_flow_that_never_succeeded_is_not_ready(store: ObjectStore, land: Land) -> None:
    land("e1", "2026-01-07T06:00:00Z", executionStatus="Error")
    assert problems(store) == [
        f"salesforce.Task: flow '{FLOW}' has no successful execution yet (1 failed); "
        f"run the flow: aws appflow start-flow --flow-name '{FLOW}'"
    ]


def test_a_flow_whose_first_execution_runs_is_waited_for(store: ObjectStore, land: Land) -> None:
    land("e1", "2026-01-07T06:00:00Z", executionStatus="InProgress")
    assert problems(store) == [
        f"salesforce.Task: flow '{FLOW}' has no successful execution yet (1 running); "
        "wait until it ends, then fetch its records again"
    ]


def test_a_flow_without_news_is_ready_once_it_was_read(store: ObjectStore, land: Land) -> None:
    land("e2", "2026-01-07T06:00:00Z", executionStatus="Error")
    assert batches(store, "2026-01-06T06:00:00.000000Z/e1") == ()


def test_missing_records_name_the_file_and_the_command_that_writes_it(store: ObjectStore) -> None:
    uri = store.uri(f"salesforce/{FLOW}/executions.json")
    write = f"> '{uri.removeprefix('file://')}'" if uri.startswith("file://") else f"| aws s3 cp - '{uri}'"
    assert problems(store) == [
        f"salesforce.Task: there is no object {uri}; fetch them: "
        f"aws appflow describe-flow-execution-records --flow-name '{FLOW}' --max-results 100 {write}"
    ]


@pytest.mark.parametrize("status", ["Successful", "Finished"])
def test_records_that_cannot_be_read_are_not_ready(store: ObjectStore, land: Land, status: str) -> None:
    land("e1", "yesterday", executionStatus=status)
    assert [line.split(" (")[0] for line in problems(store)] == [
        f"salesforce.Task: {store.uri(f'salesforce/{FLOW}/executions.json')} holds no execution records"
    ]


def test_every_doubt_about_an_execution_is_told_at_once(store: ObjectStore, land: Land) -> None:
    land("e1", "2026-01-07T06:00:00Z", rows=5, files=0)
    land("e2", "2026-01-07T07:00:00Z", rows=0, files=2)
    land("e3", "2026-01-07T08:00:00Z", executionResult={"recordsProcessed": 1, "errorInfo": {"putFailuresCount": 4}})
    assert [line.rpartition("; ")[0] for line in problems(store)] == [
        f"salesforce.Task: execution e1 of flow '{FLOW}' reports 5 record(s) but left no file below its days' folders",
        f"salesforce.Task: execution e2 of flow '{FLOW}' reports no record but left 2 file(s)",
        f"salesforce.Task: execution e3 of flow '{FLOW}' is Successful but could not write 4 object(s)",
    ]


def test_a_doubtful_execution_that_was_read_already_is_not_told_again(store: ObjectStore, land: Land) -> None:
    land("e1", "2026-01-07T06:00:00Z", rows=5, files=0)
    assert batches(store, "2026-01-07T06:00:00.000000Z/e1") == ()


def test_cut_off_records_are_enough_only_when_they_reach_back_to_the_watermark(store: ObjectStore, land: Land) -> None:
    records = [land("e6", "2026-01-07T06:00:00Z"), land("e7", "2026-01-07T07:00:00Z")]
    key = f"salesforce/{FLOW}/executions.json"
    store.put(key, json.dumps({"flowExecutions": records, "nextToken": "more"}).encode())
    assert names(batches(store, "2026-01-07T06:00:00.000000Z/e6")) == ["e7"]
    for after in ("", "2026-01-07T05:00:00.000000Z/e5"):
        assert problems(store, after) == [
            f"salesforce.Task: {store.uri(key)} is cut off before the last execution read; fetch all its pages"
        ]


def test_a_watermark_of_another_kind_is_refused(store: ObjectStore, land: Land) -> None:
    land("e1", "2026-01-07T06:00:00Z")
    assert problems(store, "000000000004") == [
        "salesforce.Task: its watermark '000000000004' is no execution's position; remove it to read everything again"
    ]
