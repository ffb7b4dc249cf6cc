"""What a run reads: of each table the batches that are unread, or all of them where it is made anew."""

import json

import msgspec
from pyspark.sql import SparkSession

from lakehouse.contract.compiler import to_json
from lakehouse.contract.diff import Effort
from lakehouse.contract.models import Pipeline
from lakehouse.run import publish
from lakehouse.run.pending import TableState
from lakehouse.run.scope import RunScope
from lakehouse.spark import iceberg
from lakehouse.spark.session import Lake
from lakehouse_common.object_store import ObjectStore
from raw_ready.build import build_manifest
from raw_ready.manifest import Manifest, TableBatches


def select_remade(states: dict[str, TableState], scope: RunScope) -> dict[str, TableState]:
    """Returns the published tables that the run makes anew: in a full refresh all, else those whose changes take it."""
    return {
        name: state
        for name, state in states.items()
        if (scope.is_full_refresh and scope.has(name)) or (state.effort or Effort.METADATA) > Effort.METADATA
    }


def select_unread(
    spark: SparkSession,
    pipeline: Pipeline,
    lake: Lake,
    raw: ObjectStore,
    manifest: Manifest | None,
    is_full_refresh: bool,
) -> Manifest:
    """Returns the given manifest without what the tables have read since it was made, or a new one."""
    names = {name: lake.table(f"silver.{name}") for name in pipeline.silver}
    properties = {name: iceberg.properties(spark, full) for name, full in names.items()}
    watermarks = {name: "" if is_full_refresh else own.get(publish.WATERMARK, "") for name, own in properties.items()}
    if manifest is None:
        return build_manifest(json.loads(to_json(pipeline)), raw, watermarks)
    return Manifest({name: _batches_after(table, watermarks[name]) for name, table in manifest.tables.items()})


def _batches_after(table: TableBatches, watermark: str) -> TableBatches:
    batches = tuple(batch for batch in table.batches if batch.position > watermark)
    return TableBatches(table.source, table.format, watermark, batches)


def select_for_changes(
    pipeline: Pipeline, raw: ObjectStore, unread: Manifest, remade: dict[str, TableState], scope: RunScope
) -> Manifest:
    """Returns the batches with all that raw holds of the tables that are made anew from it.

    A migration reads nothing else: what is unread of the other tables waits for the next run.
    """
    from_raw = {name for name, state in remade.items() if state.effort is Effort.FROM_RAW and not scope.is_full_refresh}
    tables = dict(unread.tables)
    if scope.is_migration:
        tables = {name: msgspec.structs.replace(table, batches=()) for name, table in tables.items()}
    if from_raw:
        watermarks = {name: "" if name in from_raw else table.cursor_after for name, table in tables.items()}
        whole = build_manifest(json.loads(to_json(pipeline)), raw, watermarks)
        tables |= {name: whole.tables[name] for name in sorted(from_raw)}
    return Manifest(tables)
