"""One run, from what has arrived to what is published; reads like the diagram of the README."""

import json
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from functools import partial

from pyspark.sql import SparkSession

from lakehouse.contract.models import Pipeline
from lakehouse.contract.references import build_order
from lakehouse.raw_to_silver.mask import make_masker
from lakehouse.run import publish
from lakehouse.run.anew import make_anew
from lakehouse.run.context import RunContext
from lakehouse.run.gold_schemas import check_gold_functions
from lakehouse.run.metadata_changes import change_metadata
from lakehouse.run.pending import check_runnable, find_states
from lakehouse.run.publish import AuditedTable
from lakehouse.run.report import Report, TableReport, failed_check_lines
from lakehouse.run.scope import ALL_UNREAD, RunScope
from lakehouse.run.selection import select_for_changes, select_remade, select_unread
from lakehouse.run.tables import TableResult, raw_to_silver, silver_to_gold
from lakehouse.run.timing import Clock
from lakehouse.spark import session
from lakehouse.spark.failures import describe
from lakehouse.spark.sizing import tune_session
from lakehouse_common.errors import LakehouseError
from lakehouse_common.object_store import ObjectStore, open_store
from lakehouse_common.secret_store import open_secrets
from raw_ready.manifest import Manifest, TableBatches, encode

# How far each table has been read, for raw_ready, which knows no tables. A run trusts the tables' properties alone.
WATERMARKS = "watermarks.json"


class RunFailedError(LakehouseError):
    """The run ended without publishing anything; `report` holds the reason of each table."""

    def __init__(self, report: Report):
        self.report = report
        super().__init__("\n".join(report.problems))


def run(
    pipeline: Pipeline,
    run_id: str,
    spark: SparkSession,
    lake: session.Lake,
    manifest: Manifest | None = None,
    tell: Callable[[str], None] = lambda line: None,
    clock: Clock | None = None,
    scope: RunScope = ALL_UNREAD,
) -> Report:
    """Bring everything complete and unread from raw to published gold, or publish nothing.

    Without a manifest it builds the one that `raw_ready` would have built; `scope` leaves a part of it, or reads again
    what was read before. The report is stored as `<runs>/<run_id>/run.json` in either case.

    Raises:
        RunFailedError: with the report; readers keep what was published before.
        GoldFunctionError, NotReadyError, SecretMissingError, WeakKeyError: before anything is written.
        PendingChangeError, KeyChangedError: before anything is written; the contract has changed.
    """
    clock = clock or Clock()
    session.attach_catalog(spark, lake)
    check_gold_functions(spark, pipeline)
    raw, runs = open_store(lake.raw), open_store(lake.runs)
    report = Report(run_id, pipeline.name, datetime.now(UTC).isoformat(timespec="seconds"))
    report.completed_run = publish.complete_interrupted(spark, runs)
    unread = scope.narrow(select_unread(spark, pipeline, lake, raw, manifest, scope.is_full_refresh))
    key = open_secrets(lake.secrets)(pipeline.masking.secret).encode()
    masks = make_masker(spark, key, pipeline.masking.version)
    states = find_states(spark, pipeline, lake, masks.mark)
    if not scope.is_migration:
        check_runnable(states.values())
    remade = select_remade(states, scope)
    batches = select_for_changes(pipeline, raw, unread, remade, scope)
    runs.put(f"{run_id}/manifest.json", encode(batches))
    context = RunContext(spark, pipeline, lake, run_id, masks, raw, clock, tell, remade)
    report.changes = change_metadata(context, states)
    tune_session(spark, batches, [lake.table(f"silver.{name}") for name in pipeline.silver])
    results = _process_tables(context, batches)
    _publish_all_or_none(context, runs, report, results)
    if report.outcome == "published":
        watermarks = {name: _watermark_after(table) for name, table in batches.tables.items()}
        runs.put(WATERMARKS, json.dumps(watermarks).encode())
    runs.put(f"{run_id}/run.json", report.to_json())
    if report.outcome == "failed":
        raise RunFailedError(report)
    return report


def _watermark_after(table: TableBatches) -> str:
    """Returns how far the table has been read once these batches are published."""
    return table.batches[-1].position if table.batches else table.cursor_after


def _process_tables(context: RunContext, manifest: Manifest) -> list[TableResult]:
    """Load silver, and build gold only when every silver table has passed: gold reads audited rows alone."""
    fresh = {name: table for name, table in manifest.tables.items() if table.batches or name in context.remade}
    results = _in_parallel(context, "silver", fresh, lambda name: _make_silver(context, name, fresh[name]))
    idle = [TableResult(TableReport(f"silver.{name}")) for name in manifest.tables if name not in fresh]
    if _list_problems(context, results):
        return [*results, *idle]
    for level in _gold_levels(context.pipeline):
        written = {result.report.name: result.rows for result in results if result.rows}
        built = _in_parallel(context, "gold", level, partial(silver_to_gold, context, written=written))
        results += built
        if _list_problems(context, built):
            break
    return [*results, *idle]


def _make_silver(context: RunContext, name: str, batches: TableBatches) -> TableResult:
    return (make_anew if name in context.remade else raw_to_silver)(context, name, batches)


def _gold_levels(pipeline: Pipeline) -> list[list[str]]:
    """Returns the gold tables in groups: each reads only silver and earlier groups."""
    depth: dict[str, int] = {}
    for name in build_order(pipeline.gold):
        below = [
            depth[read.removeprefix("gold.")] for read in pipeline.gold[name].reads.values() if read[:5] == "gold."
        ]
        depth[name] = max(below, default=-1) + 1
    return [[name for name in depth if depth[name] == level] for level in sorted(set(depth.values()))]


def _in_parallel(
    context: RunContext, layer: str, names: Iterable[str], work: Callable[[str], TableResult]
) -> list[TableResult]:
    """Work on several tables at a time; a table's failure is written into its report and stops no other table."""

    def work_or_failure(name: str) -> TableResult:
        try:
            return work(name)
        except Exception as error:
            return TableResult(
                TableReport(f"{layer}.{name}", outcome="failed", problem=describe(error, context.error_log))
            )

    with ThreadPoolExecutor(max_workers=max(2, context.spark.sparkContext.defaultParallelism // 2)) as pool:
        return list(pool.map(work_or_failure, names))


def _list_problems(context: RunContext, results: Iterable[TableResult]) -> list[str]:
    """Returns a line per failed table and per check that keeps its table from being published."""
    lines = []
    for report in (result.report for result in results):
        lines += [f"{report.name}: {report.problem}"] if report.problem else []
        lines += failed_check_lines(report, context.branch)
    return lines


def _publish_all_or_none(context: RunContext, runs: ObjectStore, report: Report, results: list[TableResult]) -> None:
    """Publish when every table has passed, else nothing; complete the report."""
    report.tables = sorted((result.report for result in results), key=lambda table: table.name.startswith("gold."))
    report.problems = _list_problems(context, results)
    audited = [table for result in results for table in result.audited]
    if audited and not report.problems:
        report.problems, snapshots = _publish_or_list_problems(context, runs, audited)
        report.outcome = "published"
        for table in report.tables:
            table.snapshot = snapshots.get(context.name(table.name), table.snapshot)
    if report.problems:
        report.outcome = "failed"
    for result in results:
        result.report.milliseconds = context.clock.split(result.report.name)
        if _list_problems(context, [result]):
            result.report.outcome = "failed"
        elif result.audited:
            result.report.outcome = "held back" if report.problems else "published"
    report.milliseconds = context.clock.split()
    report.finished_at = datetime.now(UTC).isoformat(timespec="seconds")


def _publish_or_list_problems(
    context: RunContext, runs: ObjectStore, audited: list[AuditedTable]
) -> tuple[list[str], dict[str, int]]:
    """Publish the tables; returns what kept the publication from finishing, which the next run does, and snapshots."""
    try:
        with context.clock.span("publication", "execution"):
            snapshots = publish.publish_tables(context.spark, runs, context.run_id, audited)
    except Exception as error:
        problem = describe(error, context.error_log)
        return [f"publication: {problem}. What was begun, the next run completes first"], {}
    context.tell(f"published {len(audited)} tables as pub_{context.run_id}")
    return [], snapshots
