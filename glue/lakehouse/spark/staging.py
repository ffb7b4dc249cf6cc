"""A table made anew beside the published one, with other columns, which readers see together with its rows.

Branches of an Iceberg table share its columns, so a changed column would be seen before its values are checked. A
staged table has the published table's columns under the same field ids, then the changes, and its data files are
written where the published table has its own: publishing takes the files over and reads none.
"""

from collections.abc import Iterator
from typing import Any

from pyspark.sql import SparkSession
from pyspark.sql import types as T

from lakehouse.contract.column_types import is_widened
from lakehouse.spark.iceberg import DAY_MS, MAIN, NotAuditedError, exists, load_table, set_properties, snapshot_id

SUFFIX = "__staged"
# In the summary of the snapshot that took a staged table's files over: the staged snapshot.
STAGED_SNAPSHOT = "lakehouse.staged-snapshot"


def staged_name(name: str) -> str:
    """Returns the name of the table beside `name` in which it is made anew."""
    return f"{name}{SUFFIX}"


def open_staged(
    spark: SparkSession, name: str, schema: T.StructType, renamed: dict[str, str], settings: dict[str, str]
) -> str:
    """Create the staged table without rows, over what an earlier attempt has left; returns its name.

    `renamed` is new name -> name in the published table; `settings` are table properties.
    """
    drop_staged(spark, name)
    published, staged = load_table(spark, name), staged_name(name)
    place = str(published.locationProvider().newDataLocation("file")).removesuffix("/file")
    options = f"'format-version' = '2', 'write.data.path' = '{place}'"
    spark.sql(f"CREATE TABLE {staged} (`_` string) USING iceberg TBLPROPERTIES ({options})")
    made = load_table(spark, staged)
    _copy_columns(spark, published, made)
    transaction = made.newTransaction()
    change_columns(spark, transaction.updateSchema(), columns_of(spark, name), schema, renamed).commit()
    # A setting of a column needs the column.
    set_properties(transaction, settings)
    transaction.commitTransaction()
    spark.sql(f"REFRESH TABLE {staged}")
    return staged


def change_in_place(
    spark: SparkSession, name: str, schema: T.StructType, renamed: dict[str, str], properties: dict[str, str]
) -> None:
    """Make the table's columns those of the schema and set the properties, in one commit that reads no file."""
    transaction = load_table(spark, name).newTransaction()
    update = transaction.updateSchema()
    change_columns(spark, update, columns_of(spark, name), schema, renamed).commit()
    set_properties(transaction, properties)
    transaction.commitTransaction()
    spark.sql(f"REFRESH TABLE {name}")


def drop_staged(spark: SparkSession, name: str) -> None:
    """Drop the staged table; its data files too, unless the published table has taken them over."""
    staged = staged_name(name)
    if not exists(spark, staged):
        return
    head, table = snapshot_id(spark, staged), load_table(spark, staged)
    if head is not None and _taken_over(load_table(spark, name)) != str(head):
        # Not by PURGE: where tables are folders, Iceberg drops the table first and then finds none of its files.
        for file in _data_files(table):
            table.io().deleteFile(str(file.location()))
    spark.sql(f"DROP TABLE {staged}")


def _copy_columns(spark: SparkSession, published: Any, made: Any) -> None:
    jvm: Any = spark._jvm
    operations, current = made.operations(), published.operations().current()
    builder = jvm.org.apache.iceberg.TableMetadata.buildFrom(operations.current())
    columns = builder.setCurrentSchema(published.schema(), current.lastColumnId())
    operations.commit(operations.current(), columns.build())
    made.refresh()


def columns_of(spark: SparkSession, name: str) -> dict[str, str]:
    """Returns the table's columns and their types in Spark's words."""
    return {field.name: field.dataType.simpleString() for field in spark.table(name).schema}


def change_columns(
    spark: SparkSession, update: Any, stored: dict[str, str], schema: T.StructType, renamed: dict[str, str]
) -> Any:
    """Add to the update (a Java object) what makes the stored columns those of the schema; returns the update.

    A type that Iceberg does not widen takes a new field of the same name.
    """
    wanted = {field.name: field.dataType for field in schema}
    source = {name: renamed.get(name, name) for name in wanted}
    for old in stored.keys() - set(source.values()):
        update = update.deleteColumn(old)
    for name, kind in wanted.items():
        old = source[name]
        if old not in stored:
            update = update.addColumn(name, _iceberg_type(spark, kind))
        elif stored[old] != kind.simpleString():
            update = _change_type(spark, update, old, stored[old], kind)
        if old in stored and old != name:
            update = update.renameColumn(old, name)
    return update


def _change_type(spark: SparkSession, update: Any, name: str, old: str, kind: T.DataType) -> Any:
    if is_widened(old, kind.simpleString()):
        return update.updateColumn(name, _iceberg_type(spark, kind).asPrimitiveType())
    return update.deleteColumn(name).addColumn(name, _iceberg_type(spark, kind))


def _iceberg_type(spark: SparkSession, kind: T.DataType) -> Any:
    jvm: Any = spark._jvm
    java = jvm.org.apache.spark.sql.types.DataType.fromJson(kind.json())
    return jvm.org.apache.iceberg.spark.SparkSchemaUtil.convert(java)


def snapshot_identity(spark: SparkSession, name: str) -> int | None:
    """Returns the id of what main holds: of a staged table that was taken over, the id it had while it was staged."""
    if not exists(spark, name):
        return None
    table = load_table(spark, name)
    taken = _taken_over(table)
    head = table.snapshot(MAIN)
    return int(taken) if taken else int(head.snapshotId()) if head else None


def _taken_over(table: Any) -> str | None:
    head = table.snapshot(MAIN)
    taken = head.summary().get(STAGED_SNAPSHOT) if head else None
    return None if taken is None else str(taken)


def check_takeable(spark: SparkSession, name: str, staged_snapshot: int, base: int | None) -> None:
    """Check that the staged table can be taken over, or has been already.

    Raises:
        NotAuditedError: the staged table is not where the audit left it, or main has moved since.
    """
    table, staged = load_table(spark, name), staged_name(name)
    if _taken_over(table) == str(staged_snapshot):
        return
    if not exists(spark, staged) or snapshot_id(spark, staged) != staged_snapshot:
        raise NotAuditedError(f"{name}: table {staged} is not at the audited snapshot {staged_snapshot}")
    if snapshot_id(spark, name) != base:
        raise NotAuditedError(f"{name}: main has moved since table {staged} was made; another writer was there")


def take_over(
    spark: SparkSession, name: str, staged_snapshot: int, base: int | None, tag: str, properties: dict[str, str]
) -> int:
    """Give the table the staged one's columns and rows, a tag and the properties, in one metadata commit.

    A second call changes nothing. Returns main's snapshot id. The staged table is dropped.

    Raises:
        NotAuditedError: the staged table or main is not where the audit left it; nothing is changed.
    """
    check_takeable(spark, name, staged_snapshot, base)
    table = load_table(spark, name)
    if _taken_over(table) != str(staged_snapshot):
        _take_over(spark, table, load_table(spark, staged_name(name)), staged_snapshot, tag, properties)
        spark.sql(f"REFRESH TABLE {name}")
    drop_staged(spark, name)
    head = snapshot_id(spark, name)
    assert head is not None, f"{name} has no snapshot after its publication"
    return head


def _take_over(
    spark: SparkSession, table: Any, staged: Any, staged_snapshot: int, tag: str, properties: dict[str, str]
) -> None:
    jvm: Any = spark._jvm
    transaction = table.newTransaction()
    _follow_columns(transaction.updateSchema(), table.schema(), staged.schema()).commit()
    everything = jvm.org.apache.iceberg.expressions.Expressions.alwaysTrue()
    overwrite = transaction.newOverwrite().overwriteByRowFilter(everything)
    for file in _data_files(staged):
        overwrite = overwrite.addFile(file)
    overwrite.set(STAGED_SNAPSHOT, str(staged_snapshot)).commit()
    head = transaction.table().currentSnapshot().snapshotId()
    transaction.manageSnapshots().createTag(tag, head).setMaxRefAgeMs(tag, 30 * DAY_MS).commit()
    set_properties(transaction, properties)
    columns = transaction.table().schema().asStruct()
    if not columns.equals(staged.schema().asStruct()):
        raise NotAuditedError(f"{table.name()}: its columns are no longer those that the staged table was made from")
    transaction.commitTransaction()


def _data_files(table: Any) -> Iterator[Any]:
    scan = table.newScan().planFiles()
    tasks = scan.iterator()
    while tasks.hasNext():
        yield tasks.next().file()
    scan.close()


def _follow_columns(update: Any, published: Any, staged: Any) -> Any:
    """Add to the update what makes the published columns the staged ones: the same field id is the same column."""
    old = {field.fieldId(): field for field in published.columns()}
    new = {field.fieldId(): field for field in staged.columns()}
    for number in old.keys() - new.keys():
        update = update.deleteColumn(old[number].name())
    for number, field in sorted(new.items()):
        if number not in old:
            update = update.addColumn(field.name(), field.type())
            continue
        if not old[number].type().equals(field.type()):
            update = update.updateColumn(old[number].name(), field.type().asPrimitiveType())
        if old[number].name() != field.name():
            update = update.renameColumn(old[number].name(), field.name())
    return update
