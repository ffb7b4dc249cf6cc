"""What the gate asks of a table's rows: the rules of the contract and of the table's suite."""

from data_quality import gate, rules
from lakehouse.contract.models import Column
from lakehouse.raw_to_silver.schema import LINEAGE, kept_columns
from lakehouse.run.context import RunContext
from lakehouse.run.table_ref import TableRef


def check_silver(context: RunContext, name: str, rows: TableRef) -> list[gate.Check]:
    """Check a silver table's rows; returns one check per rule."""
    table = context.pipeline.silver[name]
    table_rules = _silver_rules(name, kept_columns(table), table.key)
    return gate.evaluate_rules(context.spark.table(rows.identifier), f"silver.{name}", table.key, table_rules)


def check_gold(context: RunContext, name: str, rows: TableRef) -> list[gate.Check]:
    """Check a gold table's rows; returns one check per rule."""
    key, frame = context.pipeline.gold[name].key, context.spark.table(rows.identifier)
    table_rules = rules.derive_rules(frame.columns, key, [], {}, {}) + rules.read_suite("gold", name, set())
    return gate.evaluate_rules(frame, f"gold.{name}", key, table_rules)


def _silver_rules(name: str, columns: dict[str, Column], key: tuple[str, ...]) -> list[rules.Rule]:
    required = [name for name, column in columns.items() if column.required]
    optional = [name for name in columns if name not in (*key, *required)]
    one_of = {name: column.one_of for name, column in columns.items() if column.one_of and not column.mask.is_masked}
    masked = {name: column.mask.look for name, column in columns.items() if column.mask.look is not None}
    personal = {name for name, column in columns.items() if column.pii is not None}
    derived = rules.derive_rules([*columns, *LINEAGE.names], key, required, one_of, masked, optional)
    return derived + rules.read_suite("silver", name, personal)
