"""What a run does with a published silver table that it makes anew: beside it, checked, and published all at once."""

from lakehouse.raw_to_silver import quarantine
from lakehouse.raw_to_silver.load_job import LoadJob
from lakehouse.raw_to_silver.remake import Published, Remade, remake
from lakehouse.raw_to_silver.schema import kept_columns, whole_schema
from lakehouse.run.context import RunContext
from lakehouse.run.pending import TableState
from lakehouse.run.publish import WATERMARK
from lakehouse.run.report import TableReport
from lakehouse.run.table_checks import check_silver
from lakehouse.run.table_ref import TableRef
from lakehouse.run.tables import (
    TableResult,
    audited_rows,
    progress,
    silver_properties,
    silver_settings,
    without_metrics,
)
from lakehouse.spark import iceberg, staging
from raw_ready.manifest import TableBatches


def make_anew(context: RunContext, name: str, batches: TableBatches) -> TableResult:
    """Make one silver table and its quarantine anew from the batches and from what silver alone holds, and check it.

    Where nothing comes out otherwise than it was, nothing is to be published.
    """
    full, state = f"silver.{name}", context.remade[name]
    report = TableReport(full, changes=state.lines())
    with context.clock.span(full, "load"):
        job, published = _prepare(context, name, state, batches)
        report.counts, report.remade = remake(context.spark, job, published, context.masker, context.raw.uri)
    context.tell(f"{full}: {progress(report.counts)}; {_progress_of(report.remade)}")
    if _is_as_it_was(context, state, published, job, report.remade):
        for table in (published.silver, published.quarantine):
            staging.drop_staged(context.spark, table)
        return TableResult(report)
    rows = TableRef(job.silver)
    with context.clock.span(full, "execution"):
        report.checks = check_silver(context, name, rows)
    settings = without_metrics(kept_columns(context.pipeline.silver[name]))
    properties = settings | silver_properties(context, name, batches)
    audited = [
        audited_rows(context, published.silver, rows, properties),
        audited_rows(context, published.quarantine, TableRef(job.quarantine), settings),
    ]
    report.snapshot = audited[0].snapshot
    return TableResult(report, audited, rows)


def _prepare(context: RunContext, name: str, state: TableState, batches: TableBatches) -> tuple[LoadJob, Published]:
    """Open the staged tables; returns the job that writes them, and what they are made from."""
    table, spark = context.pipeline.silver[name], context.spark
    silver, quarantined = context.name(f"silver.{name}"), context.name(f"quarantine.{name}")
    settings = without_metrics(kept_columns(table))
    staged = staging.open_staged(spark, silver, whole_schema(table), state.renamed, silver_settings(table))
    aside = staging.open_staged(spark, quarantined, quarantine.schema(table), state.renamed, settings)
    job = LoadJob(table, batches, staged, aside, iceberg.MAIN, context.run_id)
    return job, Published(silver, quarantined, state.before, state.renamed)


def _is_as_it_was(context: RunContext, state: TableState, published: Published, job: LoadJob, remade: Remade) -> bool:
    """Returns whether the published table has these very rows, by the same contract, and has read as far."""
    read = job.batches.batches[-1].position if job.batches.batches else None
    watermark = iceberg.properties(context.spark, published.silver).get(WATERMARK)
    if state.changes or remade.changed or remade.refused or read not in (None, watermark):
        return False
    tables = ((published.silver, job.silver), (published.quarantine, job.quarantine))
    return all(context.spark.table(old).count() == context.spark.table(new).count() for old, new in tables)


def _progress_of(remade: Remade) -> str:
    parts = [f"{remade.changed:,} changed", f"{remade.unchanged:,} as they were"]
    parts += [f"{remade.carried:,} that raw no longer holds"] if remade.carried else []
    parts += [f"{column}: {rows:,} could not be made" for column, rows in remade.lost.items()]
    return "made anew, " + ", ".join(parts)
