"""What commit da0de63 stored of REST runs in `rest/` is read today, and a run that it left half read goes on."""

import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from lakehouse_common.commit_log import Entry
from lakehouse_common.object_store import FolderStore
from rest_to_raw import Done
from rest_to_raw.writer import Checkpoint
from tests.rest_to_raw.conftest import Bench
from tests.rest_to_raw.fake_api import FakeApi
from tests.stored.stories import STORIES, Story

STORED = Path(__file__).with_name("rest")
LOG_ENTRIES = sorted(STORED.rglob("_log/*.json"))
CHECKPOINTS = sorted(STORED.rglob("checkpoint-*.json"))
# What differs from one landing of the same records to the next: names that are drawn, the clock, the gzip library.
DRAWN = re.compile(r"[0-9a-f]{32}(?=\.jsonl\.gz)")
OF_ITS_TIME = ("finished_at", "bytes", "sha256")


@pytest.fixture
def api() -> Iterator[FakeApi]:
    with FakeApi() as started:
        yield started


@pytest.fixture(params=STORIES)
def case(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def _without(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: "" if name in OF_ITS_TIME else _without(item) for name, item in value.items()}
    if isinstance(value, list):
        return [_without(item) for item in value]
    return DRAWN.sub("", value) if isinstance(value, str) else value


def _objects(folder: Path) -> dict[str, Any]:
    """Every JSON object below the folder by its key, as it is in its text, order of the keys included."""
    found = {path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.rglob("*.json"))}
    return {key: json.dumps(_without(json.loads(body))) for key, body in found.items()}


def _parts(store: FolderStore) -> list[str]:
    return [DRAWN.sub("", listed.key) for listed in store.list("") if listed.key.endswith(".gz")]


def test_log_entries_and_checkpoints_are_read_and_written_to_the_byte() -> None:
    assert (len(LOG_ENTRIES), len(CHECKPOINTS)) == (7, 16)
    for paths, type_ in ((LOG_ENTRIES, Entry), (CHECKPOINTS, Checkpoint)):
        for path in paths:
            assert msgspec.json.encode(msgspec.json.decode(path.read_bytes(), type=type_)) == path.read_bytes(), path


def test_each_field_of_a_log_entry_and_a_checkpoint_is_stored_somewhere() -> None:
    entries, checkpoints = ([json.loads(path.read_bytes()) for path in paths] for paths in (LOG_ENTRIES, CHECKPOINTS))
    assert {name for entry in entries for name in entry} >= {*Entry.__struct_fields__} - {"total"}
    assert {name for checkpoint in checkpoints for name in checkpoint} == {*Checkpoint.__struct_fields__}
    positions = {name for checkpoint in checkpoints for name in checkpoint["state"]["position"]}
    assert positions == {"at", "rows", "pages", "total", "anchors", "page"}


def test_today_the_same_is_stored_under_the_same_keys(case: str, api: FakeApi, tmp_path: Path) -> None:
    store = FolderStore(tmp_path / "raw")
    STORIES[case].begin(Bench(api, store))
    assert _objects(tmp_path / "raw") == _objects(STORED / case)
    assert _parts(store) == _parts(FolderStore(STORED / case))


def _goes_on(story: Story, bench: Bench) -> None:
    """Turns the API and the contract to where the story stopped: on a store of its own."""
    aside = Bench(bench.api, FolderStore(Path(bench.store.uri("").removeprefix("file://")).with_name("aside")))
    story.begin(aside)
    bench.changes = aside.changes
    bench.log = bench.log_of(story.resource)
    bench.api.asked.clear()


def test_a_run_goes_on_after_its_last_checkpoint_and_counts_once(case: str, api: FakeApi, tmp_path: Path) -> None:
    shutil.copytree(STORED / case, tmp_path / "raw")
    bench, story = Bench(api, FolderStore(tmp_path / "raw")), STORIES[case]
    _goes_on(story, bench)
    before = {path: path.read_bytes() for path in sorted((tmp_path / "raw").rglob("*.*")) if path.is_file()}
    result = bench.finish(story.run_id)
    assert isinstance(result, Done), result
    assert [json.loads(row) for row in bench.rows()] == story.rows
    assert (len([one for one in bench.api.asked if one.method == "GET"]), len(bench.entries())) == (
        story.requests,
        story.entries,
    )
    assert {path: path.read_bytes() for path in before} == before
    assert bench.finish(story.run_id) == result
    assert len(bench.entries()) == story.entries
