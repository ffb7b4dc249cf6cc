"""A run's tables are published together; what a killed run left half published, the next call finishes."""

import json
from pathlib import Path

import pytest

from lakehouse.contract.compiler import compile_contract
from lakehouse.raw_to_silver.mask import Masker
from lakehouse.run import run as run_module
from lakehouse.run.context import RunContext
from lakehouse.run.publish import MANIFEST, WATERMARK, AuditedTable, complete_interrupted, publish_tables
from lakehouse.run.report import Report, TableReport
from lakehouse.run.tables import TableResult
from lakehouse.run.timing import Clock
from lakehouse.spark import iceberg
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


def audited(shelf: Shelf, tables: list[str], run: str) -> list[AuditedTable]:
    """Each table's branch of the run, with one row more than main."""
    branch = f"audit_{run}"
    return [AuditedTable(table, branch, shelf.write(table, run, branch=branch), {WATERMARK: run}) for table in tables]


def states(shelf: Shelf, tables: list[str]) -> list[State]:
    return [shelf.state(table) for table in tables]


def published(run: str, tables: list[AuditedTable]) -> dict[str, object]:
    """The manifest of the finished publication."""
    return {"run_id": run, "state": "published", "tables": [table.as_json() for table in tables]}


def test_all_tables_are_published_and_the_manifest_says_so(shelf: Shelf, tables: list[str], runs: FolderStore) -> None:
    branches = audited(shelf, tables, "whole")
    snapshots = {branch.table: branch.snapshot for branch in branches}
    assert publish_tables(shelf.spark, runs, "whole", branches) == snapshots
    after = states(shelf, tables)
    assert [(state.refs["main"], state.refs["pub_whole"], state.watermark) for state in after] == [
        (snapshot, snapshot, "whole") for snapshot in snapshots.values()
    ]
    assert json.loads(runs.get(MANIFEST)) == published("whole", branches)
    assert publish_tables(shelf.spark, runs, "whole", branches) == snapshots
    assert states(shelf, tables) == after


@pytest.mark.parametrize("already_published", [0, 1, 2])
def test_a_publication_that_was_killed_is_finished_once(
    already_published: int, shelf: Shelf, tables: list[str], runs: FolderStore
) -> None:
    run = f"killed_after_{already_published}"
    branches = audited(shelf, tables, run)
    with pytest.raises(Killed):
        publish_tables(shelf.spark, DeadlyStore(runs.root), run, branches)
    for each in branches[:already_published]:
        iceberg.publish(shelf.spark, each.table, each.branch, each.snapshot, f"pub_{run}", each.properties)
    assert complete_interrupted(shelf.spark, runs) == run
    after = states(shelf, tables)
    assert [(state.refs["main"], state.watermark) for state in after] == [(each.snapshot, run) for each in branches]
    assert json.loads(runs.get(MANIFEST)) == published(run, branches)
    assert complete_interrupted(shelf.spark, runs) is None
    assert states(shelf, tables) == after


def test_what_is_published_or_was_never_begun_is_left_alone(shelf: Shelf, tables: list[str], runs: FolderStore) -> None:
    branches = audited(shelf, tables, "waiting")
    before = states(shelf, tables)
    assert complete_interrupted(shelf.spark, runs) is None
    runs.put(MANIFEST, json.dumps(published("waiting", branches)).encode())
    assert complete_interrupted(shelf.spark, runs) is None
    assert states(shelf, tables) == before


def test_a_publication_that_can_not_be_finished_says_how_to_give_it_up(
    shelf: Shelf, tables: list[str], runs: FolderStore
) -> None:
    branches = audited(shelf, tables, "stuck")
    with pytest.raises(Killed):
        publish_tables(shelf.spark, DeadlyStore(runs.root), "stuck", branches)
    shelf.write(tables[0], "late", branch="audit_stuck")
    before = states(shelf, tables)
    with pytest.raises(NotAuditedError) as stuck:
        complete_interrupted(shelf.spark, runs)
    moved = f"{tables[0]}: branch audit_stuck is not at the audited snapshot {branches[0].snapshot}"
    assert str(stuck.value) == (
        f"run stuck was interrupted while it published and can't be completed: {moved}. To give it up, remove "
        f"{runs.uri(MANIFEST)}; tables that it has published stay as they are, the others are read again"
    )
    assert states(shelf, tables) == before


def test_no_table_is_published_when_one_is_not_as_audited(shelf: Shelf, tables: list[str], runs: FolderStore) -> None:
    branches = audited(shelf, tables, "halted")
    shelf.write(tables[1], "late", branch="audit_halted")
    before = states(shelf, tables)
    with pytest.raises(NotAuditedError):
        publish_tables(shelf.spark, runs, "halted", branches)
    assert states(shelf, tables) == before


def test_a_run_whose_publication_fails_tells_it_without_the_error_s_text(
    shelf: Shelf, runs: FolderStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object) -> None:
        raise OSError("C4N4RY")

    monkeypatch.setattr(run_module.publish, "publish_tables", fails)
    pipeline = compile_contract(Path(__file__).parents[2] / "demo/pipeline.yaml")
    masks = Masker(shelf.spark.range(1), 1)
    context = RunContext(shelf.spark, pipeline, shelf.lake, "r1", masks, runs, Clock(), lambda line: None)
    report = Report("r1", "lakehouse", "2026-01-01T00:00:00+00:00")
    results = [TableResult(TableReport("silver.user"), [AuditedTable("silver.user", "audit_r1", 1, {})])]
    run_module._publish_all_or_none(context, runs, report, results)
    place = Path(shelf.lake.errors) / "r1.log"
    kept_out = f"its text may quote data and is kept out of reports: the operator reads it in {place}"
    assert "OSError: C4N4RY" in place.read_text(encoding="utf-8")
    problem = f"publication: OSError; {kept_out}. What was begun, the next run completes first"
    assert (report.outcome, report.problems, results[0].report.outcome) == ("failed", [problem], "held back")
