"""Laws of what counts as arrived from a REST API, of the manifest's form and of the function around it."""

import json
from collections.abc import Sequence

import pytest

from lakehouse_common.commit_log import CommitLog, Entry, Part
from lakehouse_common.object_store import ObjectStore
from raw_ready import Batch, File, NotReadyError, build_manifest, decode, encode
from raw_ready.handler import handler

SOURCES = {"rest.billing.invoices": {"flows": [], "format": "json"}}
PIPELINE = {
    "silver": {"invoice": {"from": "rest.billing.invoices"}, "invoice_state": {"from": "rest.billing.invoices"}},
    "derived": {"sources": SOURCES},
}


def commit(
    store: ObjectStore, version: int, rows: Sequence[int] = (2,), total: int | None = None, land: bool = True
) -> Entry:
    """Commits a run whose parts hold `rows` rows each, a byte for each row."""
    log = CommitLog(store, "billing", "invoices")
    run_id = f"2026-01-0{version}T06:00:00Z"
    parts = [Part(f"{log.run_folder(run_id)}part-{n}.jsonl.gz", count, count, "") for n, count in enumerate(rows)]
    for part in parts if land else ():
        store.put(part.key, b"x" * part.bytes)
    entry = Entry(version, run_id, tuple(parts), sum(rows) if total is None else total, None, None, run_id)
    assert log.commit(entry)
    return entry


def batches(store: ObjectStore, after: str = "") -> tuple[Batch, ...]:
    return build_manifest(PIPELINE, store, {"invoice": after}).tables["invoice"].batches


def problems(store: ObjectStore, after: str = "") -> list[str]:
    with pytest.raises(NotReadyError) as raised:
        batches(store, after)
    return raised.value.problems


def test_a_batch_is_a_log_entry_and_its_files_are_the_parts_it_names(store: ObjectStore) -> None:
    commit(store, 1, (2, 3))
    commit(store, 2, ())
    store.put("api-data/billing/invoices/2026-01-01T06:00:00Z/part-of-a-killed-run.jsonl.gz", b"garbage")
    folder = "api-data/billing/invoices/2026-01-01T06:00:00Z"
    files = (File(f"{folder}/part-0.jsonl.gz", 2), File(f"{folder}/part-1.jsonl.gz", 3))
    table = build_manifest(PIPELINE, store, {}).tables["invoice"]
    assert (table.source, table.format, table.cursor_after) == ("rest.billing.invoices", "json", "")
    assert table.batches == (
        Batch("000000000001", "2026-01-01T06:00:00Z", 5, files),
        Batch("000000000002", "2026-01-02T06:00:00Z", 0, ()),
    )


def test_each_table_has_its_own_watermark(store: ObjectStore) -> None:
    for version in (1, 2, 3):
        commit(store, version)
    tables = build_manifest(PIPELINE, store, {"invoice": "000000000002"}).tables
    found = {name: [batch.position[-1] for batch in table.batches] for name, table in tables.items()}
    assert found == {"invoice": ["3"], "invoice_state": ["1", "2", "3"]}
    assert tables["invoice"].cursor_after == "000000000002"


def test_a_source_never_reached_is_told_once_however_many_tables_read_it(store: ObjectStore) -> None:
    assert problems(store) == [
        "rest.billing.invoices: no run has ever been committed; run rest_to_raw for it and read what that run answers"
    ]


def test_a_source_without_news_is_ready(store: ObjectStore) -> None:
    commit(store, 1)
    assert batches(store, "000000000001") == ()


def test_every_part_gone_or_changed_and_every_wrong_sum_is_told(store: ObjectStore) -> None:
    first, second = commit(store, 1, (2, 3), total=6), commit(store, 2, land=False)
    store.put(first.parts[1].key, b"xxxx")
    name = "rest.billing.invoices: run 2026-01-0"
    assert problems(store) == [
        f"{name}1T06:00:00Z, version 1 of the log, names {first.parts[1].key} of 3 bytes, which has 4; restore it",
        f"{name}1T06:00:00Z, version 1 of the log, counts 6 row(s), its parts 5; restore the entry",
        f"{name}2T06:00:00Z, version 2 of the log, names {store.uri(second.parts[0].key)}, which is gone; restore it",
    ]


@pytest.mark.parametrize(("versions", "after", "gone"), [((1, 3), "", 2), ((3,), "000000000001", 2), ((2,), "", 1)])
def test_a_gap_in_the_log_is_never_skipped(store: ObjectStore, versions: Sequence[int], after: str, gone: int) -> None:
    for version in versions:
        commit(store, version)
    log = CommitLog(store, "billing", "invoices")
    line = f"rest.billing.invoices: {store.uri(log.key(gone))} and maybe later entries are gone; restore the log"
    assert line in problems(store, after)


def test_a_log_that_holds_something_else_is_not_ready(store: ObjectStore) -> None:
    store.put(CommitLog(store, "billing", "invoices").key(1), b'{"version": 1}')
    assert [line.split(" (")[0] for line in problems(store)] == [
        "rest.billing.invoices: its log behind version 0 holds something else"
    ]


def test_a_watermark_of_another_kind_is_refused(store: ObjectStore) -> None:
    commit(store, 1)
    mark = "2026-01-07T06:00:00.000000Z/e1"
    assert problems(store, mark) == [
        f"rest.billing.invoices: its watermark '{mark}' is no version of its log; remove it to read everything again"
    ]


def test_the_problems_of_all_sources_are_told_at_once(store: ObjectStore) -> None:
    sources = SOURCES | {"salesforce.Task": {"flows": ["task"], "format": "csv"}}
    silver = PIPELINE["silver"] | {"task": {"from": "salesforce.Task"}}
    with pytest.raises(
        NotReadyError, match=r"^the raw zone is not ready: 2 problem\(s\)\nrest.*\nsalesforce.Task: .*$"
    ):
        build_manifest({"silver": silver, "derived": {"sources": sources}}, store, {})


def test_a_manifest_survives_its_json(store: ObjectStore) -> None:
    commit(store, 1)
    manifest = build_manifest(PIPELINE, store, {})
    assert decode(encode(manifest)) == manifest
    assert json.loads(encode(manifest))["tables"]["invoice"] == {
        "source": "rest.billing.invoices",
        "format": "json",
        "cursor_after": "",
        "batches": [
            {
                "position": "000000000001",
                "arrived_at": "2026-01-01T06:00:00Z",
                "rows": 2,
                "files": [
                    {"key": "api-data/billing/invoices/2026-01-01T06:00:00Z/part-0.jsonl.gz", "bytes": 2},
                ],
            }
        ],
    }


@pytest.fixture
def environment(store: ObjectStore, monkeypatch: pytest.MonkeyPatch) -> None:
    store.put("zones/contract/pipeline.json", json.dumps(PIPELINE).encode())
    monkeypatch.setenv("RAW", store.uri("").rstrip("/"))
    monkeypatch.setenv("RUNS", store.uri("runs"))
    monkeypatch.setenv("PIPELINE", store.uri("zones/contract/pipeline.json"))


@pytest.mark.usefixtures("environment")
def test_the_function_writes_the_manifest_and_counts_its_rows(store: ObjectStore) -> None:
    commit(store, 1)
    answer = handler({"run_id": "r1", "watermarks": {"invoice": "000000000001"}}, None)
    assert answer == {"status": "READY", "manifest": "r1/manifest.json", "rows": 2, "batches": 1}
    assert decode(store.get("runs/r1/manifest.json")) == build_manifest(PIPELINE, store, {"invoice": "000000000001"})


@pytest.mark.usefixtures("environment")
def test_a_run_that_starts_again_reads_what_it_read_before(store: ObjectStore) -> None:
    commit(store, 1)
    first = handler({"run_id": "r1", "watermarks": {}}, None)
    commit(store, 2)
    assert handler({"run_id": "r1", "watermarks": {"invoice": "000000000001"}}, None) == first
    assert handler({"run_id": "r2", "watermarks": {}}, None)["rows"] == 8


@pytest.mark.usefixtures("environment")
def test_the_function_writes_no_manifest_of_what_is_not_ready(store: ObjectStore) -> None:
    answer = handler({"run_id": "r1", "watermarks": {}}, None)
    assert answer == {"status": "NOT_READY", "problems": problems(store)}
    assert list(store.list("runs/")) == []
