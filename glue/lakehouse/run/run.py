"""One run, from what has arrived to what is published; reads like the diagram of the README."""

import json
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from functools import partial

from pyspark.sql import SparkSession

from lakehouse.contract.compiler import to_json
from lakehouse.contract.models import Pipeline
from lakehouse.contract.references import build_order
from lakehouse.raw_to_silver.mask import make_masker
from lakehouse.run import publish
from lakehouse.run.publish import Audited
from lakehouse.run.report import Report, TableReport, check_problems
from lakehouse.run.scope import EVERYTHING, Scope
from lakehouse.run.tables import Worked, Workshop, raw_to_silver, silver_to_gold
from lakehouse.run.timing import Clock
from lakehouse.spark import iceberg, session
from lakehouse.spark.failures import describe
from lakehouse.spark.sizing import size
from lakehouse_common.errors import LakehouseError
from lakehouse_common.object_store import ObjectStore, open_store
from lakehouse_common.secret_store import open_secrets
from raw_ready.build import build_manifest
from raw_ready.manifest import Manifest, TableBatches, encode

# For raw_ready, which knows no tables: how far each has been read. A run trusts the tables' own word alone.
WATERMARKS = "watermarks.json"


class RunFailedError(LakehouseError):
    """The run ended without publishing anything; `report` says of each table why."""

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
    scope: Scope = EVERYTHING,
) -> Report:
    """Brings everything complete and unread from raw to published gold, or publishes nothing.

    Without a manifest it builds the one that `raw_ready` would have built; `scope` leaves a part of it, or reads again
    what was read before. The report is stored as `<runs>/<run_id>/run.json` in either case.

    Raises:
        RunFailedError: with the report; readers keep what was published before.
        NotReadyError, SecretMissingError, WeakKeyError: before anything is written.
    """
    clock = clock or Clock()
    session.attach(spark, lake)
    raw, runs = open_store(lake.raw), open_store(lake.runs)
    report = Report(run_id, pipeline.name, datetime.now(UTC).isoformat(timespec="seconds"))
    report.completed_run = publish.complete_interrupted(spark, runs)
    unread = scope.narrowed(_unread(spark, pipeline, lake, raw, manifest, scope.is_full_refresh))
    runs.put(f"{run_id}/manifest.json", encode(unread))
    key = open_secrets(lake.secrets)(pipeline.masking.secret).encode()
    shop = Workshop(spark, pipeline, lake, run_id, make_masker(spark, key, pipeline.masking.version), raw, clock, tell)
    size(spark, unread, [lake.table(f"silver.{name}") for name in pipeline.silver])
    done = _work(shop, unread)
    _publish(shop, runs, report, done)
    if report.outcome == "published":
        runs.put(WATERMARKS, json.dumps({name: _end(table) for name, table in unread.tables.items()}).encode())
    runs.put(f"{run_id}/run.json", report.to_json())
    if report.outcome == "failed":
        raise RunFailedError(report)
    return report


def _unread(
    spark: SparkSession,
    pipeline: Pipeline,
    lake: session.Lake,
    raw: ObjectStore,
    manifest: Manifest | None,
    is_full_refresh: bool,
) -> Manifest:
    """The given manifest without what the tables have read since it was made, or a new one."""
    names = {name: lake.table(f"silver.{name}") for name in pipeline.silver}
    properties = {name: iceberg.properties(spark, full) for name, full in names.items()}
    watermarks = {name: "" if is_full_refresh else own.get(publish.WATERMARK, "") for name, own in properties.items()}
    if manifest is None:
        return build_manifest(json.loads(to_json(pipeline)), raw, watermarks)
    return Manifest({name: _after(table, watermarks[name]) for name, table in manifest.tables.items()})


def _after(table: TableBatches, watermark: str) -> TableBatches:
    batches = tuple(batch for batch in table.batches if batch.position > watermark)
    return TableBatches(table.source, table.format, watermark, batches)


def _end(table: TableBatches) -> str:
    """How far the table has been read once these batches are published."""
    return table.batches[-1].position if table.batches else table.cursor_after


def _work(shop: Workshop, manifest: Manifest) -> list[Worked]:
    """Silver, and gold only when every silver table has passed: gold reads audited rows alone."""
    fresh = {name: table for name, table in manifest.tables.items() if table.batches}
    done = _in_parallel(shop, "silver", fresh, lambda name: raw_to_silver(shop, name, fresh[name]))
    idle = [Worked(TableReport(f"silver.{name}")) for name in manifest.tables if name not in fresh]
    if any(_problems(shop, one) for one in done):
        return [*done, *idle]
    for level in _levels(shop.pipeline):
        written = {one.report.name for one in done if one.audited}
        built = _in_parallel(shop, "gold", level, partial(silver_to_gold, shop, written=written))
        done += built
        if any(_problems(shop, one) for one in built):
            break
    return [*done, *idle]


def _levels(pipeline: Pipeline) -> list[list[str]]:
    """Gold tables in groups: each reads only silver and earlier groups."""
    depth: dict[str, int] = {}
    for name in build_order(pipeline.gold):
        below = [
            depth[read.removeprefix("gold.")] for read in pipeline.gold[name].reads.values() if read[:5] == "gold."
        ]
        depth[name] = max(below, default=-1) + 1
    return [[name for name in depth if depth[name] == level] for level in sorted(set(depth.values()))]


def _in_parallel(shop: Workshop, layer: str, names: Iterable[str], work: Callable[[str], Worked]) -> list[Worked]:
    """Works on several tables at a time; a table's failure is kept in its report and stops no other."""

    def one(name: str) -> Worked:
        try:
            return work(name)
        except Exception as error:
            return Worked(TableReport(f"{layer}.{name}", outcome="failed", problem=describe(error)))

    with ThreadPoolExecutor(max_workers=max(2, shop.spark.sparkContext.defaultParallelism // 2)) as pool:
        return list(pool.map(one, names))


def _problems(shop: Workshop, one: Worked) -> list[str]:
    own = [f"{one.report.name}: {one.report.problem}"] if one.report.problem else []
    return own + check_problems(one.report, shop.branch)


def _publish(shop: Workshop, runs: ObjectStore, report: Report, done: list[Worked]) -> None:
    """The barrier: every table has passed, or none is published."""
    report.tables = sorted((one.report for one in done), key=lambda table: table.name.startswith("gold."))
    report.problems = [line for one in done for line in _problems(shop, one)]
    audited = [audited for one in done for audited in one.audited]
    if audited and not report.problems:
        report.problems = _published(shop, runs, audited)
        report.outcome = "published"
    if report.problems:
        report.outcome = "failed"
    for one in done:
        one.report.milliseconds = shop.clock.split(one.report.name)
        if _problems(shop, one):
            one.report.outcome = "failed"
        elif one.audited:
            one.report.outcome = "held back" if report.problems else "published"
    report.milliseconds = shop.clock.split()
    report.finished_at = datetime.now(UTC).isoformat(timespec="seconds")


def _published(shop: Workshop, runs: ObjectStore, audited: list[Audited]) -> list[str]:
    """Publishes the tables; gives what kept it from finishing, which the next run does then."""
    try:
        with shop.clock.span("publication", "execution"):
            publish.publish(shop.spark, runs, shop.run_id, audited)
    except Exception as error:
        return [f"publication: {describe(error)}. What was begun, the next run completes first"]
    shop.tell(f"published {len(audited)} tables as pub_{shop.run_id}")
    return []
