"""What a run does with one table: load or build it on its audit branch, check it, and say what may be published."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field

from pyspark.sql import DataFrame
from pyspark.sql import functions as F
from pyspark.sql import types as T

from lakehouse.contract.models import Column, SilverTable
from lakehouse.raw_to_silver import quarantine
from lakehouse.raw_to_silver.load import load
from lakehouse.raw_to_silver.load_job import LoadJob
from lakehouse.raw_to_silver.row_counts import RowCounts
from lakehouse.raw_to_silver.schema import kept_columns, whole_schema
from lakehouse.run.context import RunContext
from lakehouse.run.publish import FINGERPRINT, INPUTS, WATERMARK, AuditedTable
from lakehouse.run.report import TableReport
from lakehouse.run.table_checks import check_gold, check_silver
from lakehouse.run.table_ref import TableRef
from lakehouse.silver_to_gold import code_version, function_of
from lakehouse.spark import iceberg, staging
from raw_ready.manifest import TableBatches

# Merging leaves delete files instead of rewriting data files: a small delta costs little on a large table.
MERGED = {
    "write.merge.mode": "merge-on-read",
    "write.update.mode": "merge-on-read",
    "write.delete.mode": "merge-on-read",
}


@dataclass
class TableResult:
    """One table's report, and the audited branches that are to be published (of a silver table also quarantine's).

    `rows` is where the table's audited rows are, for the gold tables that read it; None where main has them.
    """

    report: TableReport
    audited: list[AuditedTable] = field(default_factory=list)
    rows: TableRef | None = None


def raw_to_silver(context: RunContext, name: str, batches: TableBatches) -> TableResult:
    """Load one silver table's new batches into its branch and check the branch."""
    full = f"silver.{name}"
    report = TableReport(full)
    with context.clock.span(full, "load"):
        job = _prepare_load(context, name, batches)
        report.counts = load(context.spark, job, context.masker, context.raw.uri)
    context.tell(f"{full}: {progress(report.counts)}")
    rows = TableRef(job.silver, context.branch)
    with context.clock.span(full, "execution"):
        report.checks = check_silver(context, name, rows)
    audited = [audited_branch(context, job.silver, silver_properties(context, name, batches))]
    if report.counts.quarantined:
        audited.append(audited_branch(context, job.quarantine, {}))
    report.snapshot = audited[0].snapshot
    return TableResult(report, audited, rows)


def silver_properties(context: RunContext, name: str, batches: TableBatches) -> dict[str, str]:
    """Returns what is stored with a silver table's rows: how far raw has been read, and what made them."""
    read = {WATERMARK: batches.batches[-1].position} if batches.batches else {}
    return read | {FINGERPRINT: context.fingerprint(name).to_json()}


def silver_settings(table: SilverTable) -> dict[str, str]:
    """Returns a silver table's own properties in Iceberg's words."""
    return MERGED | without_metrics(kept_columns(table))


def silver_to_gold(context: RunContext, name: str, written: Mapping[str, TableRef]) -> TableResult:
    """Build one gold table on its branch, from this run's rows of the tables in `written` and the main of all others.

    Where nothing that it reads has changed since its last publication, it is not built. Where its columns have
    changed, it is staged, so that no reader sees them before they are published.
    """
    table, full = context.pipeline.gold[name], f"gold.{name}"
    report, target = TableReport(full), context.name(full)
    refs = {read: written.get(read, TableRef(context.name(read))) for read in table.reads.values()}
    inputs = _inputs(context, refs)
    if iceberg.properties(context.spark, target).get(INPUTS) == inputs:
        return TableResult(report)
    with context.clock.span(full, "execution"):
        rows = _build_rows(context, name, refs)
        place = _open_gold(context, target, rows.schema, table.description)
        rows.select(*context.spark.table(place.identifier).columns).writeTo(place.identifier).overwrite(F.lit(True))
        report.rows = iceberg.added_rows(context.spark, place.name, place.branch)
        context.tell(f"{full}: {report.rows:,} rows built")
        report.checks = check_gold(context, name, place)
    audited = audited_rows(context, target, place, {INPUTS: inputs})
    report.snapshot = audited.snapshot
    return TableResult(report, [audited], place)


def _open_gold(context: RunContext, target: str, schema: T.StructType, comment: str) -> TableRef:
    """Returns where the gold table's rows are to be written: a branch, or a staged table where columns differ."""
    spark, columns = context.spark, {field.name: field.dataType.simpleString() for field in schema}
    is_published = iceberg.exists(spark, target) and iceberg.snapshot_id(spark, target) is not None
    if is_published and staging.columns_of(spark, target) != columns:
        return TableRef(staging.open_staged(spark, target, schema, {}, {}))
    iceberg.create(spark, target, schema, comment, {})
    iceberg.open_branch(spark, target, context.branch)
    return TableRef(target, context.branch)


def _prepare_load(context: RunContext, name: str, batches: TableBatches) -> LoadJob:
    """Create the silver and the quarantine table and open the silver branch; returns the load to run."""
    table, spark = context.pipeline.silver[name], context.spark
    silver, quarantined = context.name(f"silver.{name}"), context.name(f"quarantine.{name}")
    iceberg.create(spark, silver, whole_schema(table), table.description, silver_settings(table))
    comment = f"rows of silver.{name} that were kept aside, with their reasons"
    iceberg.create(spark, quarantined, quarantine.schema(table), comment, without_metrics(kept_columns(table)))
    iceberg.open_branch(spark, silver, context.branch)
    return LoadJob(table, batches, silver, quarantined, context.branch, context.run_id)


def without_metrics(columns: dict[str, Column]) -> dict[str, str]:
    """Returns table properties that keep bounds of personal columns out of Iceberg's metadata, masked or not."""
    personal = [name for name, column in columns.items() if column.mask.is_masked]
    return {f"write.metadata.metrics.column.{name}": "none" for name in personal}


def audited_branch(context: RunContext, table: str, properties: dict[str, str]) -> AuditedTable:
    """Returns the table's audited branch as it is now."""
    return audited_rows(context, table, TableRef(table, context.branch), properties)


def audited_rows(context: RunContext, table: str, rows: TableRef, properties: dict[str, str]) -> AuditedTable:
    """Returns the audited rows of a table: its branch, or the staged table beside it."""
    snapshot = iceberg.snapshot_id(context.spark, rows.name, rows.branch)
    assert snapshot is not None, f"{rows.name} has no branch {rows.branch}"
    if rows.name == table:
        return AuditedTable(table, rows.branch, snapshot, properties)
    base = iceberg.snapshot_id(context.spark, table)
    return AuditedTable(table, rows.name, snapshot, properties, is_staged=True, base=base)


def _inputs(context: RunContext, refs: Mapping[str, TableRef]) -> str:
    """Returns as JSON what a gold table is built from: the snapshots that it reads, the settings and the code."""
    snapshots = {read: _identity(context, ref) for read, ref in sorted(refs.items())}
    return json.dumps({"snapshots": snapshots, "settings": dict(context.pipeline.settings), "code": code_version()})


def _identity(context: RunContext, ref: TableRef) -> int | None:
    if ref.branch == iceberg.MAIN:
        return staging.snapshot_identity(context.spark, ref.name)
    return iceberg.snapshot_id(context.spark, ref.name, ref.branch)


def _build_rows(context: RunContext, name: str, refs: Mapping[str, TableRef]) -> DataFrame:
    table = context.pipeline.gold[name]
    frames = {word: context.spark.table(refs[read].identifier) for word, read in table.reads.items()}
    settings = {word: context.pipeline.settings[word] for word in table.settings}
    return function_of(name)(**frames, **settings)


def progress(counts: RowCounts) -> str:
    """Returns the line of progress of a loaded table."""
    quarantined = f", {counts.quarantined:,} quarantined" if counts.quarantined else ""
    return f"{counts.read:,} rows read, {counts.written:,} written{quarantined}"
