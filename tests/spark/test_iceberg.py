"""A publication is one commit that shows exactly what was audited, and a refused one changes nothing."""

from collections.abc import Callable

import pytest
from pyspark.sql import types as T

from lakehouse.run.publish import WATERMARK
from lakehouse.spark import iceberg
from lakehouse.spark.iceberg import NotAuditedError, SchemaChangedError, TableSize
from tests.spark.shelf import SCHEMA, Shelf, State

NUMBER = T.StructField("number", T.LongType())


def publish(shelf: Shelf, table: str, run: str, audited: int) -> int:
    return iceberg.publish(shelf.spark, table, f"audit_{run}", audited, f"pub_{run}", {WATERMARK: run})


def test_each_publication_is_one_commit_of_main_tag_branch_and_watermark(shelf: Shelf) -> None:
    table, tags = shelf.table(), {}
    for run in ("1", "2", "3"):
        audited = shelf.write(table, run, branch=f"audit_{run}")
        commits = shelf.state(table).commits
        assert publish(shelf, table, run, audited) == audited
        tags[f"pub_{run}"] = audited
        ids = ["1", "2", "3"][: len(tags)]
        assert shelf.state(table) == State(commits + 1, {"main": audited, **tags}, watermark=run, ids=ids)


def test_a_branch_without_news_is_published_too(shelf: Shelf) -> None:
    table = shelf.table()
    main = shelf.write(table, "a")
    iceberg.open_branch(shelf.spark, table, "audit_1")
    before = shelf.state(table)
    publish(shelf, table, "1", main)
    assert shelf.state(table) == State(before.commits + 1, {"main": main, "pub_1": main}, watermark="1", ids=["a"])


def test_publishing_again_changes_nothing(shelf: Shelf) -> None:
    table = shelf.table()
    audited = shelf.write(table, "a", branch="audit_1")
    publish(shelf, table, "1", audited)
    published = shelf.state(table)
    assert publish(shelf, table, "1", audited) == audited
    assert shelf.state(table) == published


def branch_moved(shelf: Shelf, table: str) -> None:
    shelf.write(table, "late", branch="audit_1")


def branch_is_gone(shelf: Shelf, table: str) -> None:
    shelf.spark.sql(f"ALTER TABLE {table} DROP BRANCH audit_1")


def main_moved(shelf: Shelf, table: str) -> None:
    shelf.write(table, "of another writer")


def later_run_published(shelf: Shelf, table: str) -> None:
    publish(shelf, table, "1", iceberg.snapshot_id(shelf.spark, table, "audit_1") or 0)
    publish(shelf, table, "2", shelf.write(table, "b", branch="audit_2"))


@pytest.mark.parametrize("happens", [branch_moved, branch_is_gone, main_moved, later_run_published])
def test_what_was_not_audited_is_not_published(happens: Callable[[Shelf, str], None], shelf: Shelf) -> None:
    table = shelf.table()
    shelf.write(table, "a")
    audited = shelf.write(table, "b", branch="audit_1")
    happens(shelf, table)
    before = shelf.state(table)
    with pytest.raises(NotAuditedError, match=f"^{table}: "):
        publish(shelf, table, "1", audited)
    assert shelf.state(table) == before


def test_an_opened_branch_starts_from_main_though_it_was_there(shelf: Shelf) -> None:
    table = shelf.table()
    main = shelf.write(table, "a")
    shelf.write(table, "left by a run that failed", branch="audit_1")
    assert iceberg.open_branch(shelf.spark, table, "audit_1") == f"{table}.branch_audit_1"
    assert shelf.state(table).refs == {"main": main, "audit_1": main}


def test_a_branch_of_a_table_without_main_is_opened_again(shelf: Shelf) -> None:
    table = shelf.table()
    shelf.write(table, "left by a run that failed", branch="audit_1")
    branch = iceberg.open_branch(shelf.spark, table, "audit_1")
    assert shelf.spark.table(branch).collect() == []


def test_a_table_s_size_is_what_the_snapshot_of_the_ref_holds(shelf: Shelf) -> None:
    table = shelf.table()
    assert iceberg.table_size(shelf.spark, f"{table}_that_is_not_there") == TableSize()
    assert iceberg.table_size(shelf.spark, table) == TableSize()
    shelf.write(table, "a", "b")
    shelf.write(table, "c")
    shelf.write(table, "d", "e", "f", branch="audit_1")
    sizes = [row.file_size_in_bytes for row in shelf.spark.table(f"{table}.files").collect()]
    assert iceberg.table_size(shelf.spark, table) == TableSize(rows=3, bytes=sum(sizes))
    assert iceberg.table_size(shelf.spark, table, "audit_1").rows == 6
    assert iceberg.added_rows(shelf.spark, table, "audit_1") == 3


def test_a_table_is_created_once(shelf: Shelf) -> None:
    table = shelf.table()
    before = shelf.state(table)
    iceberg.create(shelf.spark, table, SCHEMA, "one row per id", {})
    assert shelf.state(table) == before


def test_a_column_that_is_new_in_the_contract_is_added_and_empty(shelf: Shelf) -> None:
    table = shelf.table()
    shelf.write(table, "a")
    iceberg.create(shelf.spark, table, T.StructType([NUMBER, *SCHEMA]), "one row per id", {})
    iceberg.open_branch(shelf.spark, table, "audit_1")
    shelf.spark.sql("SELECT 1L AS number, 'b' AS id").writeTo(f"{table}.branch_audit_1").append()
    rows = shelf.spark.table(f"{table}.branch_audit_1").select("id", "number").collect()
    assert sorted(map(tuple, rows)) == [("a", None), ("b", 1)]


@pytest.mark.parametrize(
    ("columns", "problem"),
    [
        ([T.StructField("id", T.LongType()), NUMBER], "{0}.id is string and the contract says bigint: {1}"),
        (
            [NUMBER],
            "{0} has id, which the contract no longer names: ALTER TABLE {0} DROP COLUMN them, or put them back",
        ),
    ],
)
def test_a_column_that_is_another_or_gone_is_refused(shelf: Shelf, columns: list[T.StructField], problem: str) -> None:
    table = shelf.table()
    shelf.write(table, "a")
    before = shelf.state(table)
    with pytest.raises(SchemaChangedError) as refused:
        iceberg.create(shelf.spark, table, T.StructType(columns), "", {})
    advice = "give the column a new name in the contract, or migrate the table"
    assert str(refused.value) == problem.format(table, advice)
    assert shelf.state(table) == before


def test_a_table_that_was_never_published_is_made_anew_with_other_columns(shelf: Shelf) -> None:
    table = shelf.table()
    shelf.write(table, "left by a run that failed", branch="audit_1")
    iceberg.create(shelf.spark, table, T.StructType([NUMBER]), "it's a \\", {"color": "blue"})
    assert shelf.spark.table(table).schema.names == [NUMBER.name]
    assert shelf.state(table).refs == {}


def test_settings_that_are_new_are_set(shelf: Shelf) -> None:
    table = shelf.table()
    iceberg.create(shelf.spark, table, SCHEMA, "one row per id", {"color": "blue"})
    assert iceberg.properties(shelf.spark, table)["color"] == "blue"
