"""A run's tables are published together; what a killed run left half published, the next call finishes."""

import json
from dataclasses import asdict
from pathlib import Path

import pytest

from lakehouse.contract.compiler import compile_contract
from lakehouse.raw_to_silver.mask import Masker
from lakehouse.run import run as run_module
from lakehouse.run.publish import MANIFEST, WATERMARK, Audited, complete_interrupted, publish
from lakehouse.run.report import Report, TableReport
from lakehouse.run.tables import Worked, Workshop
from lakehouse.run.timing import Clock
from lakehouse.spark import iceberg
from lakehouse.spark.failures import describe
from lakehouse.spark.iceberg import NotAuditedError
from lakehouse_common.object_store import FolderStore
from tests.spark.shelf import Shelf, State


class Killed(Exception):
    """The process ended."""


class DeadlyStore(FolderStore):
    """Keeps one object, then the process ends: the intent to publish is written and nothing is published."""

    def put(self, key: str, body: bytes) -> None:
        super().put(key, body)
        raise Killed


@pytest.fixture(scope="module")
def tables(shelf: Shelf) -> list[str]:
    return [shelf.table() for _ in range(2)]


@pytest.fixture
def runs(tmp_path: Path) -> FolderStore:
    return FolderStore(tmp_path)


def audited(shelf: Shelf, tables: list[str], run: str) -> list[Audited]:
    """Each table's branch of the run, with one row more than main."""
    branch = f"audit_{run}"
    return [Audited(table, branch, shelf.write(table, run, branch=branch), {WATERMARK: run}) for table in tables]


def states(shelf: Shelf, tables: list[str]) -> list[State]:
    return [shelf.state(table) for table in tables]


def published(run: str, given: list[Audited]) -> dict[str, object]:
    """The manifest of the finished publication."""
    return {"run_id": run, "state": "published", "tables": [asdict(one) for one in given]}


def test_all_tables_are_published_and_the_manifest_says_so(shelf: Shelf, tables: list[str], runs: FolderStore) -> None:
    given = audited(shelf, tables, "whole")
    snapshots = {one.table: one.snapshot for one in given}
    assert publish(shelf.spark, runs, "whole", given) == snapshots
    after = states(shelf, tables)
    assert [(one.refs["main"], one.refs["pub_whole"], one.watermark) for one in after] == [
        (snapshot, snapshot, "whole") for snapshot in snapshots.values()
    ]
    assert json.loads(runs.get(MANIFEST)) == published("whole", given)
    assert publish(shelf.spark, runs, "whole", given) == snapshots
    assert states(shelf, tables) == after


@pytest.mark.parametrize("done", [0, 1, 2])
def test_a_publication_that_was_killed_is_finished_once(
    done: int, shelf: Shelf, tables: list[str], runs: FolderStore
) -> None:
    run = f"killed_after_{done}"
    given = audited(shelf, tables, run)
    with pytest.raises(Killed):
        publish(shelf.spark, DeadlyStore(runs.root), run, given)
    for one in given[:done]:
        iceberg.publish(shelf.spark, one.table, one.branch, one.snapshot, f"pub_{run}", one.properties)
    assert complete_interrupted(shelf.spark, runs) == run
    after = states(shelf, tables)
    assert [(one.refs["main"], one.watermark) for one in after] == [(one.snapshot, run) for one in given]
    assert json.loads(runs.get(MANIFEST)) == published(run, given)
    assert complete_interrupted(shelf.spark, runs) is None
    assert states(shelf, tables) == after


def test_what_is_published_or_was_never_begun_is_left_alone(shelf: Shelf, tables: list[str], runs: FolderStore) -> None:
    given = audited(shelf, tables, "waiting")
    before = states(shelf, tables)
    assert complete_interrupted(shelf.spark, runs) is None
    runs.put(MANIFEST, json.dumps(published("waiting", given)).encode())
    assert complete_interrupted(shelf.spark, runs) is None
    assert states(shelf, tables) == before


def test_a_publication_that_can_not_be_finished_says_how_to_give_it_up(
    shelf: Shelf, tables: list[str], runs: FolderStore
) -> None:
    given = audited(shelf, tables, "stuck")
    with pytest.raises(Killed):
        publish(shelf.spark, DeadlyStore(runs.root), "stuck", given)
    shelf.write(tables[0], "late", branch="audit_stuck")
    before = states(shelf, tables)
    with pytest.raises(NotAuditedError) as stuck:
        complete_interrupted(shelf.spark, runs)
    moved = f"{tables[0]}: branch audit_stuck is not at the audited snapshot {given[0].snapshot}"
    assert str(stuck.value) == (
        f"run stuck was interrupted while it published and can't be completed: {moved}. To give it up, remove "
        f"{runs.uri(MANIFEST)}; tables that it has published stay as they are, the others are read again"
    )
    assert states(shelf, tables) == before


def test_no_table_is_published_when_one_is_not_as_audited(shelf: Shelf, tables: list[str], runs: FolderStore) -> None:
    given = audited(shelf, tables, "halted")
    shelf.write(tables[1], "late", branch="audit_halted")
    before = states(shelf, tables)
    with pytest.raises(NotAuditedError):
        publish(shelf.spark, runs, "halted", given)
    assert states(shelf, tables) == before


def test_a_run_whose_publication_fails_tells_it_without_the_error_s_text(
    shelf: Shelf, runs: FolderStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object) -> None:
        raise OSError("C4N4RY")

    monkeypatch.setattr(run_module.publish, "publish", fails)
    pipeline = compile_contract(Path(__file__).parents[2] / "demo/pipeline.yaml")
    masks = Masker(shelf.spark.range(1), 1)
    shop = Workshop(shelf.spark, pipeline, shelf.lake, "r1", masks, runs, Clock(), lambda line: None)
    report = Report("r1", "lakehouse", "2026-01-01T00:00:00+00:00")
    done = [Worked(TableReport("silver.user"), [Audited("silver.user", "audit_r1", 1, {})])]
    run_module._publish(shop, runs, report, done)
    told = f"publication: {describe(OSError())}. What was begun, the next run completes first"
    assert (report.outcome, report.problems, done[0].report.outcome) == ("failed", [told], "held back")
