"""Changes that touch no row: names, wider types, comments. Each table is changed in one commit that reads no file."""

from lakehouse.contract.diff import Effort
from lakehouse.raw_to_silver import quarantine
from lakehouse.raw_to_silver.schema import kept_columns, whole_schema
from lakehouse.run.context import RunContext
from lakehouse.run.pending import COMMENT, TableState
from lakehouse.run.publish import FINGERPRINT
from lakehouse.run.tables import without_metrics
from lakehouse.spark import staging


def change_metadata(context: RunContext, states: dict[str, TableState]) -> list[str]:
    """Make the changes of all tables that need no more, and are not made anew anyway; returns a line for each."""
    in_place = (state for name, state in states.items() if name not in context.remade)
    changed = [state for state in in_place if state.effort is Effort.METADATA]
    for state in changed:
        _change_table(context, state)
    return [line for state in changed for line in state.lines()]


def _change_table(context: RunContext, state: TableState) -> None:
    """Change quarantine first: the fingerprint of silver says that both are done."""
    table, spark = context.pipeline.silver[state.name], context.spark
    silver, quarantined = context.name(f"silver.{state.name}"), context.name(f"quarantine.{state.name}")
    settings = without_metrics(kept_columns(table))
    stored = staging.columns_of(spark, quarantined)
    renamed = {new: old for new, old in state.renamed.items() if old in stored}
    staging.change_in_place(spark, quarantined, quarantine.schema(table), renamed, settings)
    properties = settings | {FINGERPRINT: state.after.to_json(), COMMENT: table.description}
    staging.change_in_place(spark, silver, whole_schema(table), state.renamed, properties)
