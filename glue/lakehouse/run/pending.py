"""Changes of the contract that the rows of silver do not follow yet: found before a run writes anything."""

from collections.abc import Iterable
from dataclasses import dataclass

from pyspark.sql import SparkSession
from pyspark.sql import types as T

from lakehouse.contract.diff import Change, Effort, check_key, compare, effort_of
from lakehouse.contract.fingerprint import ColumnMark, Fingerprint, fingerprint_of, read_fingerprint
from lakehouse.contract.models import Pipeline
from lakehouse.raw_to_silver.schema import LINEAGE, kept_columns, silver_schema
from lakehouse.run.publish import FINGERPRINT
from lakehouse.spark import iceberg
from lakehouse.spark.session import Lake
from lakehouse.spark.staging import columns_of
from lakehouse_common.errors import LakehouseError

COMMENT = "comment"
UNKNOWN = "an older version made it; it is taken as made by this contract (a full refresh makes sure)"


class PendingChangeError(LakehouseError):
    """The contract has changed in a way that a run does not make by itself."""


@dataclass(frozen=True)
class TableState:
    """A published silver table: what made it, what the contract would make, and what differs."""

    name: str
    before: Fingerprint
    after: Fingerprint
    renamed: dict[str, str]
    changes: tuple[Change, ...]

    @property
    def effort(self) -> Effort | None:
        """Returns what all its changes take together."""
        return effort_of(list(self.changes))

    @property
    def is_made_by_a_run(self) -> bool:
        """Returns whether a run makes the changes by itself: they add columns, or touch the metadata alone."""
        return all(change.is_additive or change.effort is Effort.METADATA for change in self.changes)

    def lines(self) -> list[str]:
        """Returns a line per change: table, column, what changes."""
        return [
            f"silver.{self.name}{f'.{each.column}' if each.column else ''}: {each.sentence}" for each in self.changes
        ]


def find_states(spark: SparkSession, pipeline: Pipeline, lake: Lake, mark: str) -> dict[str, TableState]:
    """Returns the state of each silver table that has been published; `mark` is the masking key's.

    Raises:
        KeyChangedError: the masking key is another one under the same version.
    """
    states = (_find_state(spark, pipeline, lake, name, mark) for name in pipeline.silver)
    return {state.name: state for state in states if state}


def _find_state(spark: SparkSession, pipeline: Pipeline, lake: Lake, name: str, mark: str) -> TableState | None:
    full, table = lake.table(f"silver.{name}"), pipeline.silver[name]
    stored = iceberg.load_table(spark, full) if iceberg.exists(spark, full) else None
    if stored is None or stored.snapshot(iceberg.MAIN) is None:
        return None
    properties, after = dict(stored.properties()), fingerprint_of(pipeline, name, mark)
    if FINGERPRINT in properties:
        before = read_fingerprint(f"silver.{name}", properties[FINGERPRINT])
    else:
        before = _assume(after, columns_of(spark, full), silver_schema(table).fields)
    check_key(f"silver.{name}", before, after)
    renamed = {column: each.was for column, each in kept_columns(table).items() if each.was}
    renamed = {new: old for new, old in renamed.items() if old in before.columns and new not in before.columns}
    changes = compare(before, after, renamed)
    if FINGERPRINT not in properties:
        changes.append(Change(None, Effort.METADATA, UNKNOWN))
    if properties.get(COMMENT) != table.description:
        changes.append(Change(None, Effort.METADATA, COMMENT))
    return TableState(name, before, after, renamed, tuple(changes))


def _assume(after: Fingerprint, stored: dict[str, str], fields: Iterable[T.StructField]) -> Fingerprint:
    """Returns the fingerprint of a table that an older version made: the contract's, for the columns that it has.

    A column of another type has an unknown past: it counts as changed.
    """
    wanted = {field.name: field.dataType.simpleString() for field in fields}
    columns = {name: mark for name, mark in after.columns.items() if name in stored}
    for name in columns:
        if stored[name] != wanted[name]:
            columns[name] = columns[name].model_copy(update={"type": stored[name]})
    other = stored.keys() - wanted.keys() - set(LINEAGE.names)
    for name in sorted(other):
        columns[name] = ColumnMark.model_validate({"from": name, "type": "string", "mask": "none"})
    return after.model_copy(update={"columns": columns})


def check_runnable(states: Iterable[TableState]) -> None:
    """Check that a run makes every pending change by itself.

    Raises:
        PendingChangeError: it does not; the message names each change and how to look at them and make them.
    """
    lines = [line for state in states if not state.is_made_by_a_run for line in state.lines()]
    if lines:
        raise PendingChangeError(
            "\n".join(
                [
                    "the contract has changed, and rows that are published do not follow it yet:",
                    *lines,
                    "nothing was written: look at it with make diff, make it with make migrate",
                ]
            )
        )
