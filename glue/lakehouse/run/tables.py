"""What a run does with one table: load or build it on its audit branch, check it, and say what may be published."""

import json
from dataclasses import dataclass, field

from pyspark.sql import DataFrame
from pyspark.sql import functions as F
from pyspark.sql import types as T

from data_quality import gate, rules
from lakehouse.contract.models import Column
from lakehouse.raw_to_silver import quarantine
from lakehouse.raw_to_silver.load import load
from lakehouse.raw_to_silver.load_job import LoadJob
from lakehouse.raw_to_silver.row_counts import RowCounts
from lakehouse.raw_to_silver.schema import LINEAGE, kept_columns, silver_schema
from lakehouse.run.context import RunContext
from lakehouse.run.publish import INPUTS, WATERMARK, AuditedTable
from lakehouse.run.report import TableReport
from lakehouse.silver_to_gold import code_version, function_of
from lakehouse.spark import iceberg
from raw_ready.manifest import TableBatches

# Merging leaves delete files instead of rewriting data files: a small delta costs little on a large table.
MERGED = {
    "write.merge.mode": "merge-on-read",
    "write.update.mode": "merge-on-read",
    "write.delete.mode": "merge-on-read",
}


@dataclass
class TableResult:
    """One table's report, and the audited branches that are to be published (of a silver table also quarantine's)."""

    report: TableReport
    audited: list[AuditedTable] = field(default_factory=list)


def raw_to_silver(context: RunContext, name: str, batches: TableBatches) -> TableResult:
    """Load one silver table's new batches into its branch and check the branch."""
    table, full = context.pipeline.silver[name], f"silver.{name}"
    report = TableReport(full)
    with context.clock.span(full, "load"):
        job = _prepare_load(context, name, batches)
        report.counts = load(context.spark, job, context.masker, context.raw.uri)
    context.tell(f"{full}: {_progress(report.counts)}")
    with context.clock.span(full, "execution"):
        report.checks = _check_branch(context, full, table.key, _silver_rules(name, kept_columns(table), table.key))
    audited = [_audited_table(context, job.silver, {WATERMARK: batches.batches[-1].position})]
    if report.counts.quarantined:
        audited.append(_audited_table(context, job.quarantine, {}))
    report.snapshot = audited[0].snapshot
    return TableResult(report, audited)


def silver_to_gold(context: RunContext, name: str, written: set[str]) -> TableResult:
    """Build one gold table on its branch, from the branches of the tables in `written` and the main of all others.

    Where nothing that it reads has changed since its last publication, it is not built.
    """
    table, full = context.pipeline.gold[name], f"gold.{name}"
    report, target = TableReport(full), context.name(full)
    refs = {read: context.branch if read in written else iceberg.MAIN for read in table.reads.values()}
    inputs = _inputs(context, refs)
    if iceberg.properties(context.spark, target).get(INPUTS) == inputs:
        return TableResult(report)
    with context.clock.span(full, "execution"):
        rows = _build_rows(context, name, refs)
        iceberg.create(context.spark, target, rows.schema, table.description, {})
        rows.writeTo(iceberg.open_branch(context.spark, target, context.branch)).overwrite(F.lit(True))
        report.rows = iceberg.added_rows(context.spark, target, context.branch)
        context.tell(f"{full}: {report.rows:,} rows built")
        report.checks = _check_branch(context, full, table.key, _gold_rules(name, rows.columns, table.key))
    audited = _audited_table(context, target, {INPUTS: inputs})
    report.snapshot = audited.snapshot
    return TableResult(report, [audited])


def _prepare_load(context: RunContext, name: str, batches: TableBatches) -> LoadJob:
    """Create the silver and the quarantine table and open the silver branch; returns the load to run."""
    table, spark = context.pipeline.silver[name], context.spark
    silver, quarantined = context.name(f"silver.{name}"), context.name(f"quarantine.{name}")
    columns = T.StructType([*silver_schema(table).fields, *LINEAGE.fields])
    iceberg.create(spark, silver, columns, table.description, MERGED | _without_metrics(kept_columns(table)))
    comment = f"rows of silver.{name} that were kept aside, with their reasons"
    iceberg.create(spark, quarantined, quarantine.schema(table), comment, _without_metrics(kept_columns(table)))
    iceberg.open_branch(spark, silver, context.branch)
    return LoadJob(table, batches, silver, quarantined, context.branch, context.run_id)


def _without_metrics(columns: dict[str, Column]) -> dict[str, str]:
    """Returns table properties that keep bounds of personal columns out of Iceberg's metadata, masked or not."""
    personal = [name for name, column in columns.items() if column.mask.is_masked]
    return {f"write.metadata.metrics.column.{name}": "none" for name in personal}


def _audited_table(context: RunContext, table: str, properties: dict[str, str]) -> AuditedTable:
    snapshot = iceberg.snapshot_id(context.spark, table, context.branch)
    assert snapshot is not None, f"{table} has no branch {context.branch}"
    return AuditedTable(table, context.branch, snapshot, properties)


def _check_branch(
    context: RunContext, full: str, key: tuple[str, ...], table_rules: list[rules.Rule]
) -> list[gate.Check]:
    branch = iceberg.branch_of(context.name(full), context.branch)
    return gate.evaluate_rules(context.spark.table(branch), full, key, table_rules)


def _silver_rules(name: str, columns: dict[str, Column], key: tuple[str, ...]) -> list[rules.Rule]:
    required = [name for name, column in columns.items() if column.required]
    optional = [name for name in columns if name not in (*key, *required)]
    one_of = {name: column.one_of for name, column in columns.items() if column.one_of}
    masked = {name: column.mask.pattern for name, column in columns.items() if column.mask.pattern}
    personal = {name for name, column in columns.items() if column.pii is not None}
    derived = rules.derive_rules([*columns, *LINEAGE.names], key, required, one_of, masked, optional)
    return derived + rules.read_suite("silver", name, personal)


def _gold_rules(name: str, columns: list[str], key: tuple[str, ...]) -> list[rules.Rule]:
    return rules.derive_rules(columns, key, [], {}, {}) + rules.read_suite("gold", name, set())


def _inputs(context: RunContext, refs: dict[str, str]) -> str:
    """Returns as JSON what a gold table is built from: the snapshots that it reads, the settings and the code."""
    snapshots = {
        read: iceberg.snapshot_id(context.spark, context.name(read), ref) for read, ref in sorted(refs.items())
    }
    return json.dumps({"snapshots": snapshots, "settings": dict(context.pipeline.settings), "code": code_version()})


def _build_rows(context: RunContext, name: str, refs: dict[str, str]) -> DataFrame:
    table = context.pipeline.gold[name]
    frames = {word: _read_table(context, read, refs[read]) for word, read in table.reads.items()}
    settings = {word: context.pipeline.settings[word] for word in table.settings}
    return function_of(name)(**frames, **settings)


def _read_table(context: RunContext, table: str, ref: str) -> DataFrame:
    name = context.name(table)
    return context.spark.table(name if ref == iceberg.MAIN else iceberg.branch_of(name, ref))


def _progress(counts: RowCounts) -> str:
    quarantined = f", {counts.quarantined:,} quarantined" if counts.quarantined else ""
    return f"{counts.read:,} rows read, {counts.written:,} written{quarantined}"
