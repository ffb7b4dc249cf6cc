"""What Spark SQL can't do with an Iceberg table: refs, snapshot summaries, one transaction for a whole publication.

The only module that goes through the JVM gateway to Iceberg's own API.
"""

from dataclasses import dataclass
from typing import Any

from pyspark.sql import SparkSession
from pyspark.sql import types as T

from lakehouse_common.errors import LakehouseError

DAY_MS = 86_400_000
MAIN = "main"


def load_table(spark: SparkSession, name: str) -> Any:
    """Load the Iceberg table (a Java object) as it is now."""
    jvm: Any = spark._jvm
    loaded = jvm.org.apache.iceberg.spark.Spark3Util.loadIcebergTable(spark._jsparkSession, name)
    loaded.refresh()
    return loaded


def exists(spark: SparkSession, name: str) -> bool:
    """Returns whether the catalog holds the table."""
    return bool(spark.catalog.tableExists(name))


def snapshot_id(spark: SparkSession, name: str, ref: str = MAIN) -> int | None:
    """Returns the id of the snapshot that a branch or tag points at; None where the ref or any snapshot is missing."""
    snapshot = load_table(spark, name).snapshot(ref)
    return int(snapshot.snapshotId()) if snapshot else None


def properties(spark: SparkSession, name: str) -> dict[str, str]:
    """Returns the table's properties; empty where there is no such table."""
    return dict(load_table(spark, name).properties()) if exists(spark, name) else {}


def create(spark: SparkSession, name: str, schema: T.StructType, comment: str, settings: dict[str, str]) -> None:
    """Create the table if it is not there; then add the columns and settings that are new.

    A table that was never published is created again when its columns have changed.

    Raises:
        SchemaChangedError: a column has another type than in the table, or is gone; that takes a reviewed migration.
    """
    spark.sql(f"CREATE NAMESPACE IF NOT EXISTS {name.rpartition('.')[0]}")
    columns = ", ".join(f"`{column}` {kind}" for column, kind in _types(schema).items())
    options = ", ".join(f"'{key}' = '{value}'" for key, value in {"format-version": "2", **settings}.items())
    text = comment.replace("\\", "\\\\").replace("'", "\\'")
    if exists(spark, name) and snapshot_id(spark, name) is None and _types(spark.table(name).schema) != _types(schema):
        spark.sql(f"DROP TABLE {name} PURGE")
    spark.sql(f"CREATE TABLE IF NOT EXISTS {name} ({columns}) USING iceberg COMMENT '{text}' TBLPROPERTIES ({options})")
    _add_new_columns(spark, name, schema)
    new = settings.items() - properties(spark, name).items()
    if new:
        options = ", ".join(f"'{key}' = '{value}'" for key, value in sorted(new))
        spark.sql(f"ALTER TABLE {name} SET TBLPROPERTIES ({options})")


class SchemaChangedError(LakehouseError):
    """The contract and the table disagree on a column."""


def _types(schema: T.StructType) -> dict[str, str]:
    return {field.name: field.dataType.simpleString() for field in schema}


def _add_new_columns(spark: SparkSession, name: str, schema: T.StructType) -> None:
    stored, wanted = _types(spark.table(name).schema), _types(schema)
    for column in wanted:
        if stored.get(column, wanted[column]) != wanted[column]:
            advice = "give the column a new name in the contract, or migrate the table"
            raise SchemaChangedError(
                f"{name}.{column} is {stored[column]} and the contract says {wanted[column]}: {advice}"
            )
    gone = [column for column in stored if column not in wanted]
    if gone:
        advice = f"ALTER TABLE {name} DROP COLUMN them, or put them back"
        raise SchemaChangedError(f"{name} has {', '.join(gone)}, which the contract no longer names: {advice}")
    new = [f"`{column}` {wanted[column]}" for column in wanted if column not in stored]
    if new:
        spark.sql(f"ALTER TABLE {name} ADD COLUMNS ({', '.join(new)})")


def open_branch(spark: SparkSession, name: str, branch: str) -> str:
    """Create or replace the branch from main; returns its identifier for reading and writing."""
    if snapshot_id(spark, name) is None and snapshot_id(spark, name, branch) is not None:
        # Without a main there is no snapshot that could replace what an earlier attempt has left.
        spark.sql(f"ALTER TABLE {name} DROP BRANCH {branch}")
    spark.sql(f"ALTER TABLE {name} CREATE OR REPLACE BRANCH {branch} RETAIN 7 DAYS")
    return branch_of(name, branch)


def is_published(table: Any, branch: str, audited: int) -> bool:
    """Returns whether the audited branch of the loaded table has become main already: the branch is then dropped."""
    head, main = (table.snapshot(ref) for ref in (branch, MAIN))
    return head is None and main is not None and bool(main.snapshotId() == audited)


def check_publishable(spark: SparkSession, name: str, branch: str, audited: int) -> None:
    """Check that the audited branch can become main, or has become main already.

    Raises:
        NotAuditedError: the branch is not where the audit left it, or main has moved since.
    """
    table = load_table(spark, name)
    if is_published(table, branch, audited):
        return
    head, main = (table.snapshot(ref) for ref in (branch, MAIN))
    if head is None or head.snapshotId() != audited:
        raise NotAuditedError(f"{name}: branch {branch} is not at the audited snapshot {audited}")
    jvm: Any = spark._jvm
    is_ancestor = jvm.org.apache.iceberg.util.SnapshotUtil.isAncestorOf
    if main is not None and not is_ancestor(table, audited, main.snapshotId()):
        raise NotAuditedError(f"{name}: main has moved since branch {branch} was made; another writer was there")


def publish(spark: SparkSession, name: str, branch: str, audited: int, tag: str, properties: dict[str, str]) -> int:
    """Make the audited branch main, tag it, drop the branch and set the properties, all in one metadata commit.

    A second call changes nothing. Returns main's snapshot id.

    Raises:
        NotAuditedError: the branch or main is not where the audit left it; nothing is changed.
    """
    check_publishable(spark, name, branch, audited)
    table = load_table(spark, name)
    if is_published(table, branch, audited):
        return audited
    transaction = table.newTransaction()
    refs = transaction.manageSnapshots().fastForwardBranch(MAIN, branch)
    refs.createTag(tag, audited).setMaxRefAgeMs(tag, 30 * DAY_MS).removeBranch(branch).commit()
    set_properties(transaction, properties)
    transaction.commitTransaction()
    spark.sql(f"REFRESH TABLE {name}")
    _check_main(spark, name, audited)
    return audited


def set_properties(transaction: Any, properties: dict[str, str]) -> None:
    """Set table properties as a part of the transaction (a Java object)."""
    update = transaction.updateProperties()
    for key, value in properties.items():
        update.set(key, value)
    update.commit()


def _check_main(spark: SparkSession, name: str, audited: int) -> None:
    now = snapshot_id(spark, name)
    if now != audited:
        raise NotAuditedError(f"{name}: main is at snapshot {now} after publishing {audited}; another writer was there")


class NotAuditedError(LakehouseError):
    """A publication that would show readers something that was not audited."""


def branch_of(name: str, branch: str) -> str:
    """Returns the identifier with which Spark reads and writes a table's branch."""
    return name if branch == MAIN else f"{name}.branch_{branch}"


@dataclass(frozen=True)
class TableSize:
    """Rows and bytes of a snapshot, by its own summary; rows in delete files are not subtracted."""

    rows: int = 0
    bytes: int = 0


def table_size(spark: SparkSession, name: str, ref: str = MAIN) -> TableSize:
    """Returns the size at the ref; zeros where the table or any snapshot is missing."""
    snapshot = load_table(spark, name).snapshot(ref) if exists(spark, name) else None
    if snapshot is None:
        return TableSize()
    return TableSize(_summary_number(snapshot, "total-records"), _summary_number(snapshot, "total-files-size"))


def added_rows(spark: SparkSession, name: str, ref: str) -> int:
    """Returns how many rows the ref's last snapshot added, by its own summary."""
    return _summary_number(load_table(spark, name).snapshot(ref), "added-records")


def _summary_number(snapshot: Any, name: str) -> int:
    return int(snapshot.summary().getOrDefault(name, "0"))
