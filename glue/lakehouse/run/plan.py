"""What a changed contract would do to a lake, like a plan: nothing is written."""

import json
from collections.abc import Iterable
from dataclasses import dataclass

from pyspark.sql import SparkSession
from pyspark.sql import functions as F

from lakehouse.contract.compiler import to_json
from lakehouse.contract.diff import Change, Effort
from lakehouse.contract.masks import MASKS
from lakehouse.contract.models import Pipeline
from lakehouse.contract.references import build_order
from lakehouse.contract.sql import quote
from lakehouse.raw_to_silver.clean import outside_rules
from lakehouse.raw_to_silver.mask import make_masker
from lakehouse.raw_to_silver.remake import is_unheld
from lakehouse.run.pending import TableState, find_states
from lakehouse.spark import iceberg, session
from lakehouse_common.object_store import open_store
from lakehouse_common.secret_store import open_secrets
from raw_ready.build import build_manifest
from raw_ready.manifest import TableBatches

BY_RUN, BY_MIGRATION = "make run", "make migrate"


@dataclass(frozen=True)
class TablePlan:
    """The changes of one published table, and what they mean.

    `rows` and `bytes` are the table's, `breaking` its rows that break a rule of the contract by column. `raw_from` is
    the day of the first batch that raw holds (None where it holds none), `unheld` the rows that it no longer holds,
    `raw_bytes` what would be read. `gold` are the tables that are built again.
    """

    state: TableState
    rows: int
    bytes: int
    breaking: dict[str, int]
    raw_from: str | None
    raw_bytes: int
    unheld: int
    gold: tuple[str, ...]

    @property
    def command(self) -> str:
        """Returns what makes the changes."""
        return BY_RUN if self.state.is_made_by_a_run else BY_MIGRATION


@dataclass(frozen=True)
class Plan:
    """What the contract changes: published tables, and tables that the first run will make."""

    tables: tuple[TablePlan, ...]
    new_tables: tuple[str, ...]


def make_plan(pipeline: Pipeline, spark: SparkSession, lake: session.Lake) -> Plan:
    """Compare the contract with what the lake's tables were made by; reads no more than counts need.

    Raises:
        KeyChangedError: the masking key is another one under the same version.
        NotReadyError: raw is needed and can't be read.
        SecretMissingError, WeakKeyError: the masking key can't be read.
    """
    session.attach_catalog(spark, lake)
    key = open_secrets(lake.secrets)(pipeline.masking.secret).encode()
    mark = make_masker(spark, key, pipeline.masking.version).mark
    states = find_states(spark, pipeline, lake, mark)
    changed = [state for state in states.values() if state.changes]
    tables = tuple(_plan_table(pipeline, spark, lake, state) for state in changed)
    new = [f"silver.{name}" for name in pipeline.silver if name not in states]
    new += [f"gold.{name}" for name in pipeline.gold if not iceberg.exists(spark, lake.table(f"gold.{name}"))]
    return Plan(tables, tuple(new))


def _plan_table(pipeline: Pipeline, spark: SparkSession, lake: session.Lake, state: TableState) -> TablePlan:
    name = lake.table(f"silver.{state.name}")
    size, batches = iceberg.table_size(spark, name), _all_batches(pipeline, lake, state)
    rows, gold = spark.table(name), tuple(_gold_after(pipeline, f"silver.{state.name}"))
    unheld = rows.where(is_unheld(batches)).count() if state.effort is Effort.FROM_RAW else 0
    first = min((batch.arrived_at[:10] for batch in batches.batches), default=None)
    raw_bytes = sum(file.bytes for batch in batches.batches for file in batch.files)
    breaking = _count_breaking(pipeline, spark, name, state)
    return TablePlan(state, size.rows, size.bytes, breaking, first, raw_bytes, unheld, gold)


def _all_batches(pipeline: Pipeline, lake: session.Lake, state: TableState) -> TableBatches:
    """Returns what raw holds of the table, where that is needed.

    Raises:
        NotReadyError: raw can't be read, and a migration would end with the same sentence.
    """
    if state.effort is not Effort.FROM_RAW:
        return TableBatches(pipeline.silver[state.name].from_, "json", "", ())
    contract = json.loads(to_json(pipeline.model_copy(update={"silver": {state.name: pipeline.silver[state.name]}})))
    return build_manifest(contract, open_store(lake.raw), {}).tables[state.name]


def _gold_after(pipeline: Pipeline, table: str) -> Iterable[str]:
    """Returns the gold tables that read the table, or read one that does."""
    touched = {table}
    for name in build_order(pipeline.gold):
        if touched & set(pipeline.gold[name].reads.values()):
            touched.add(f"gold.{name}")
            yield f"gold.{name}"


def _count_breaking(pipeline: Pipeline, spark: SparkSession, name: str, state: TableState) -> dict[str, int]:
    """Returns how many stored rows break the contract's rules, by column, in one scan; masked columns are not asked."""
    conditions = {}
    for column, contract in pipeline.silver[state.name].columns.items():
        stored = state.renamed.get(column, column)
        before = state.before.columns.get(stored)
        if before is None or MASKS[before.mask].is_masked or before.type != contract.type:
            continue
        faults = [fault for _, fault in outside_rules(quote(stored), contract)]
        faults += [f"{quote(stored)} IS NULL"] if contract.required else []
        if faults:
            conditions[column] = F.count_if(F.expr(" OR ".join(faults))).alias(column)
    if not conditions:
        return {}
    counts = spark.table(name).select(*conditions.values()).first()
    return {column: rows for column, rows in counts.asDict().items() if rows} if counts else {}


def plan_lines(plan: Plan) -> list[str]:
    """Returns the plan as lines of a terminal."""
    lines = [f"+ {name}: new table, made by {BY_RUN}" for name in plan.new_tables]
    for table in plan.tables:
        lines += [f"~ silver.{table.state.name}: {_effort(table)}"]
        lines += [f"    {_column(change)}{change.sentence} ({change.effort.words})" for change in table.state.changes]
        lines += [f"    {fact}" for fact in _facts(table)]
    if not lines:
        return ["the contract and the lake agree: nothing to change"]
    return [*lines, *_endings(plan)]


def plan_markdown(plan: Plan) -> list[str]:
    """Returns the plan as Markdown, for a pull request."""
    if not (plan.tables or plan.new_tables):
        return ["The contract and the lake agree: nothing to change."]
    lines = [f"- **{name}**: new table, made by `{BY_RUN}`" for name in plan.new_tables]
    for table in plan.tables:
        lines += [
            "",
            f"### silver.{table.state.name}: {_effort(table)}",
            "",
            "| column | change | takes |",
            "|---|---|---|",
        ]
        lines += [f"| {each.column or ''} | {each.sentence} | {each.effort.words} |" for each in table.state.changes]
        lines += ["", *(f"- {fact}" for fact in _facts(table))]
    return [*lines, "", *_endings(plan)]


def _effort(table: TablePlan) -> str:
    effort = table.state.effort
    return effort.words if effort else "no change"


def _column(change: Change) -> str:
    return f"{change.column}: " if change.column else ""


def _facts(table: TablePlan) -> list[str]:
    facts = [f"{table.rows:,} rows, {_size(table.bytes)}"]
    if table.state.effort is Effort.FROM_RAW:
        held = (
            f"raw holds it from {table.raw_from} on, {_size(table.raw_bytes)}"
            if table.raw_from
            else "raw holds nothing"
        )
        facts.append(f"{held}; {table.unheld:,} rows are no longer in raw: they stay as far as silver holds them")
    facts += [
        f"{column}: {rows:,} rows break its rules and go to quarantine" for column, rows in table.breaking.items()
    ]
    if any(change.is_stronger for change in table.state.changes):
        facts.append("clear values stay in old snapshots of it and of gold until these are expired")
    facts += [f"built again: {', '.join(table.gold)}"] if table.gold else []
    return facts


def _endings(plan: Plan) -> list[str]:
    commands = sorted({table.command for table in plan.tables}) or [BY_RUN]
    return [f"to make these changes: {commands[0]}"]


def _size(size: int) -> str:
    return f"{size / 1_000_000:,.1f} MB"
