"""What a run does with one table: load or build it on its audit branch, check it, and say what may be published."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field

from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F
from pyspark.sql import types as T

from data_quality import gate, rules
from lakehouse.contract.models import Column, Pipeline
from lakehouse.raw_to_silver import quarantine
from lakehouse.raw_to_silver.load import load
from lakehouse.raw_to_silver.load_job import LoadJob
from lakehouse.raw_to_silver.mask import Masker
from lakehouse.raw_to_silver.row_counts import RowCounts
from lakehouse.raw_to_silver.schema import LINEAGE, kept_columns, silver_schema
from lakehouse.run.publish import INPUTS, WATERMARK, Audited
from lakehouse.run.report import TableReport
from lakehouse.run.timing import Clock
from lakehouse.silver_to_gold import code_version, function_of
from lakehouse.spark import iceberg
from lakehouse.spark.session import Lake
from lakehouse_common.object_store import ObjectStore
from raw_ready.manifest import TableBatches

# Merging leaves delete files instead of rewriting data files: a small delta costs little on a large table.
MERGED = {
    "write.merge.mode": "merge-on-read",
    "write.update.mode": "merge-on-read",
    "write.delete.mode": "merge-on-read",
}


@dataclass(frozen=True)
class Workshop:
    """What every table's work shares."""

    spark: SparkSession
    pipeline: Pipeline
    lake: Lake
    run_id: str
    masker: Masker
    raw: ObjectStore
    clock: Clock
    tell: Callable[[str], None]

    @property
    def branch(self) -> str:
        """The branch that this run writes."""
        return f"audit_{self.run_id}"

    def name(self, table: str) -> str:
        """The table's name in the catalog, from its qualified name (`silver.account`)."""
        return self.lake.table(table)


@dataclass
class Worked:
    """A table's outcome: its report, and what to publish of it."""

    report: TableReport
    audited: list[Audited] = field(default_factory=list)


def raw_to_silver(shop: Workshop, name: str, batches: TableBatches) -> Worked:
    """Loads one silver table's new batches into its branch and checks the branch."""
    table, full = shop.pipeline.silver[name], f"silver.{name}"
    report = TableReport(full)
    with shop.clock.span(full, "load"):
        job = _prepared(shop, name, batches)
        report.counts = load(shop.spark, job, shop.masker, shop.raw.uri)
    shop.tell(f"{full}: {_sentence(report.counts)}")
    with shop.clock.span(full, "execution"):
        report.checks = _checked(shop, full, table.key, _silver_rules(name, kept_columns(table), table.key))
    audited = [_audited(shop, job.silver, {WATERMARK: batches.batches[-1].position})]
    if report.counts.quarantined:
        audited.append(_audited(shop, job.quarantine, {}))
    report.snapshot = audited[0].snapshot
    return Worked(report, audited)


def silver_to_gold(shop: Workshop, name: str, written: set[str]) -> Worked:
    """Builds one gold table on its branch, from the branches of tables in `written` and the main of all others.

    Where nothing that it reads has changed since its last publication, there is nothing to do.
    """
    table, full = shop.pipeline.gold[name], f"gold.{name}"
    report, target = TableReport(full), shop.name(full)
    refs = {read: shop.branch if read in written else iceberg.MAIN for read in table.reads.values()}
    inputs = _inputs(shop, refs)
    if iceberg.properties(shop.spark, target).get(INPUTS) == inputs:
        return Worked(report)
    with shop.clock.span(full, "execution"):
        rows = _build(shop, name, refs)
        iceberg.create(shop.spark, target, rows.schema, table.description, {})
        rows.writeTo(iceberg.open_branch(shop.spark, target, shop.branch)).overwrite(F.lit(True))
        report.rows = iceberg.added_rows(shop.spark, target, shop.branch)
        shop.tell(f"{full}: {report.rows:,} rows built")
        report.checks = _checked(shop, full, table.key, _gold_rules(name, rows.columns, table.key))
    audited = _audited(shop, target, {INPUTS: inputs})
    report.snapshot = audited.snapshot
    return Worked(report, [audited])


def _prepared(shop: Workshop, name: str, batches: TableBatches) -> LoadJob:
    """The table's load, with its tables made and its silver branch opened."""
    table = shop.pipeline.silver[name]
    silver, aside = shop.name(f"silver.{name}"), shop.name(f"quarantine.{name}")
    whole = T.StructType([*silver_schema(table).fields, *LINEAGE.fields])
    iceberg.create(shop.spark, silver, whole, table.description, MERGED | _unmeasured(kept_columns(table)))
    about = f"rows of silver.{name} that were kept aside, with their reasons"
    iceberg.create(shop.spark, aside, quarantine.schema(table), about, _unmeasured(kept_columns(table)))
    iceberg.open_branch(shop.spark, silver, shop.branch)
    return LoadJob(table, batches, silver, aside, shop.branch, shop.run_id)


def _unmeasured(columns: dict[str, Column]) -> dict[str, str]:
    """Table properties that keep bounds of personal columns out of Iceberg's metadata, masked though they are."""
    personal = [name for name, column in columns.items() if column.pii not in (None, "none")]
    return {f"write.metadata.metrics.column.{name}": "none" for name in personal}


def _audited(shop: Workshop, table: str, properties: dict[str, str]) -> Audited:
    snapshot = iceberg.snapshot_id(shop.spark, table, shop.branch)
    assert snapshot is not None, f"{table} has no branch {shop.branch}"
    return Audited(table, shop.branch, snapshot, properties)


def _checked(shop: Workshop, full: str, key: tuple[str, ...], asked: list[rules.Rule]) -> list[gate.Check]:
    return gate.check(shop.spark.table(iceberg.branch_of(shop.name(full), shop.branch)), full, key, asked)


def _silver_rules(name: str, columns: dict[str, Column], key: tuple[str, ...]) -> list[rules.Rule]:
    required = [name for name, column in columns.items() if column.required]
    optional = [name for name in columns if name not in (*key, *required)]
    one_of = {name: column.one_of for name, column in columns.items() if column.one_of}
    hashed = [name for name, column in columns.items() if column.pii == "hash"]
    personal = {name for name, column in columns.items() if column.pii is not None}
    asked = rules.derived([*columns, *LINEAGE.names], key, required, one_of, hashed, optional)
    return asked + rules.from_suite("silver", name, personal)


def _gold_rules(name: str, columns: list[str], key: tuple[str, ...]) -> list[rules.Rule]:
    return rules.derived(columns, key, [], {}, []) + rules.from_suite("gold", name, set())


def _inputs(shop: Workshop, refs: dict[str, str]) -> str:
    """What a gold table is made of: the snapshots that it reads, the contract's settings and the code."""
    snapshots = {read: iceberg.snapshot_id(shop.spark, shop.name(read), ref) for read, ref in sorted(refs.items())}
    return json.dumps({"snapshots": snapshots, "settings": dict(shop.pipeline.settings), "code": code_version()})


def _build(shop: Workshop, name: str, refs: dict[str, str]) -> DataFrame:
    table = shop.pipeline.gold[name]
    frames = {word: _at(shop, read, refs[read]) for word, read in table.reads.items()}
    settings = {word: shop.pipeline.settings[word] for word in table.settings}
    return function_of(name)(**frames, **settings)


def _at(shop: Workshop, table: str, ref: str) -> DataFrame:
    name = shop.name(table)
    return shop.spark.table(name if ref == iceberg.MAIN else iceberg.branch_of(name, ref))


def _sentence(counts: RowCounts) -> str:
    aside = f", {counts.quarantined:,} kept aside" if counts.quarantined else ""
    return f"{counts.read:,} rows read, {counts.written:,} written{aside}"
