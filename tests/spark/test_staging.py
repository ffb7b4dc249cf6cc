"""A table made anew beside the published one: nothing of it is seen before it is taken over, in one commit."""

from pathlib import Path

import pytest
from pyspark.sql import types as T

from lakehouse.run.publish import WATERMARK, AuditedTable, complete_interrupted, publish_tables
from lakehouse.spark import iceberg, staging
from lakehouse.spark.iceberg import NotAuditedError
from lakehouse_common.object_store import FolderStore
from tests.run.test_publish import DeadlyStore, Killed
from tests.spark.shelf import Shelf

WANTED = T.StructType([T.StructField("key", T.StringType()), T.StructField("size", T.DecimalType(10, 2))])


@pytest.fixture
def table(shelf: Shelf) -> str:
    """A published table of one column and two rows."""
    name = shelf.table()
    shelf.write(name, "a", "b", branch="audit_r1")
    head = iceberg.snapshot_id(shelf.spark, name, "audit_r1") or 0
    iceberg.publish(shelf.spark, name, "audit_r1", head, "pub_r1", {WATERMARK: "r1"})
    return name


def stage(shelf: Shelf, table: str) -> AuditedTable:
    """Makes the table anew: its column has another name, and there is one more."""
    base = iceberg.snapshot_id(shelf.spark, table)
    staged = staging.open_staged(
        shelf.spark, table, WANTED, {"key": "id"}, {"write.metadata.metrics.column.key": "none"}
    )
    shelf.spark.table(table).selectExpr("id AS key", "cast(1 AS decimal(10,2)) AS size").writeTo(staged).append()
    head = iceberg.snapshot_id(shelf.spark, staged) or 0
    return AuditedTable(table, staged, head, {WATERMARK: "r2"}, is_staged=True, base=base)


def seen(shelf: Shelf, table: str) -> tuple[list[str], int]:
    """What readers see: the columns, and how many rows."""
    rows = shelf.spark.table(table)
    return rows.columns, rows.count()


def data_files(shelf: Shelf, table: str) -> set[str]:
    return {path.name for path in shelf.root.glob(f"shelf/{table.rpartition('.')[2]}/data/*.parquet")}


def test_it_is_seen_when_it_is_taken_over_and_not_before(shelf: Shelf, table: str) -> None:
    audited = stage(shelf, table)
    assert seen(shelf, table) == (["id"], 2)
    commits = shelf.commits(table)
    head = staging.take_over(shelf.spark, table, audited.snapshot, audited.base, "pub_r2", audited.properties)
    assert (seen(shelf, table), shelf.commits(table)) == ((["key", "size"], 2), commits + 1)
    properties = iceberg.properties(shelf.spark, table)
    assert (properties[WATERMARK], iceberg.snapshot_id(shelf.spark, table, "pub_r2")) == ("r2", head)
    assert staging.snapshot_identity(shelf.spark, table) == audited.snapshot
    assert not iceberg.exists(shelf.spark, staging.staged_name(table))


def test_to_take_it_over_again_changes_nothing(shelf: Shelf, table: str) -> None:
    audited = stage(shelf, table)
    arguments = (shelf.spark, table, audited.snapshot, audited.base, "pub_r2", audited.properties)
    assert staging.take_over(*arguments) == staging.take_over(*arguments)
    assert seen(shelf, table) == (["key", "size"], 2)


def test_files_of_an_abandoned_attempt_are_deleted_and_those_taken_over_are_not(shelf: Shelf, table: str) -> None:
    published = data_files(shelf, table)
    stage(shelf, table)
    abandoned = data_files(shelf, table) - published
    audited = stage(shelf, table)
    assert abandoned
    assert not abandoned & data_files(shelf, table)
    # As a run leaves it that is killed just after the commit.
    loaded, staged = (iceberg.load_table(shelf.spark, name) for name in (table, audited.branch))
    staging._take_over(shelf.spark, loaded, staged, audited.snapshot, "pub_r2", {})
    staging.drop_staged(shelf.spark, table)
    shelf.spark.sql(f"REFRESH TABLE {table}")
    assert seen(shelf, table) == (["key", "size"], 2)


def test_what_was_not_audited_is_not_taken_over(shelf: Shelf, table: str) -> None:
    audited = stage(shelf, table)
    with pytest.raises(NotAuditedError, match="is not at the audited snapshot"):
        staging.take_over(shelf.spark, table, audited.snapshot + 1, audited.base, "pub_r2", {})
    shelf.write(table, "c")
    with pytest.raises(NotAuditedError, match="main has moved"):
        staging.take_over(shelf.spark, table, audited.snapshot, audited.base, "pub_r2", {})
    assert seen(shelf, table) == (["id"], 3)


def test_a_killed_publication_of_it_is_finished_by_the_next_run(shelf: Shelf, table: str, tmp_path: Path) -> None:
    audited = stage(shelf, table)
    with pytest.raises(Killed):
        publish_tables(shelf.spark, DeadlyStore(tmp_path), "r2", [audited])
    assert seen(shelf, table) == (["id"], 2)
    assert complete_interrupted(shelf.spark, FolderStore(tmp_path)) == "r2"
    assert seen(shelf, table) == (["key", "size"], 2)
    assert complete_interrupted(shelf.spark, FolderStore(tmp_path)) is None
