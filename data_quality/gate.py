"""The gate: Great Expectations judges a frame by its rules, fail-closed, and tells counts but never values.

Great Expectations drops expectations that it does not know, passes empty suites and keeps exceptions as results; so
every rule must come back exactly once, and a rule that raised has failed.
"""

import logging
import threading
from collections import Counter
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from data_quality.rules import KEY, Rule
from lakehouse_common.errors import LakehouseError

# Counts at the price of booleans: no failing value is fetched, and no extra scan made.
COUNTS_ONLY = {"result_format": "BASIC", "partial_unexpected_count": 0}
UNIQUE = "expect_column_proportion_of_unique_values_to_be_between"
_lock = threading.Lock()


class GateIncompleteError(LakehouseError):
    """Great Expectations did not answer every rule."""


@dataclass(frozen=True)
class Check:
    """The outcome of one rule: how many of how many rows broke it (None where the rule is about the whole table)."""

    rule: str
    severity: str
    passed: bool
    unexpected: int | None = None
    of: int | None = None
    error: str | None = None

    @property
    def blocks(self) -> bool:
        """Whether the outcome keeps the run from publishing: a critical rule failed, or any rule could not be asked."""
        return not self.passed and (self.severity == "critical" or self.error is not None)


def check(rows: DataFrame, table: str, key: tuple[str, ...], rules: list[Rule]) -> list[Check]:
    """Asks every rule of the table's rows.

    Raises:
        GateIncompleteError: an answer is missing; the table must not be published.
    """
    if len(key) > 1:
        parts = (F.col(name).cast("string").alias(name) for name in key)
        rows = rows.withColumn(KEY, F.to_json(F.struct(*parts)))
    doubled = sorted(name for name, times in Counter(rule.name for rule in rules).items() if times > 1)
    if doubled:
        raise GateIncompleteError(f"{table}: several rules are named {', '.join(doubled)}")
    with _lock:
        result = _validate(rows, table, rules)
    answers = {answer.expectation_config.meta["rule"]: answer for answer in result.results}
    missing = [rule.name for rule in rules if rule.name not in answers]
    if missing or len(result.results) != len(rules) or not rules:
        raise GateIncompleteError(f"{table}: no answer to {', '.join(missing) or 'any rule'}")
    checks = [_outcome(rule, answers[rule.name]) for rule in rules]
    is_empty = any(check.of == 0 for check in checks)
    return [_vacuous(rule, check) if is_empty else check for rule, check in zip(rules, checks, strict=True)]


def _validate(rows: DataFrame, table: str, rules: list[Rule]) -> Any:
    import great_expectations as gx  # 4 CPU seconds: paid only by a run that has something to check

    name = table.replace(".", "_")
    source = _spark_source()
    asset = source.add_dataframe_asset(name)
    try:
        batch = asset.add_batch_definition_whole_dataframe("whole").get_batch({"dataframe": rows})
        suite = gx.ExpectationSuite(
            name=name,
            expectations=[
                {
                    "type": rule.expectation,
                    "kwargs": rule.kwargs,
                    "severity": rule.severity,
                    "meta": {"rule": rule.name},
                }
                for rule in rules
            ],
        )
        return batch.validate(suite, result_format=COUNTS_ONLY)
    finally:
        source.delete_asset(name)


@cache
def _spark_source() -> Any:
    import great_expectations as gx

    logging.getLogger("great_expectations").setLevel(logging.ERROR)
    context: Any = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = {"globally": False}
    return context.data_sources.add_spark("lakehouse", persist=False)


def _outcome(rule: Rule, answer: Any) -> Check:
    error = _error(answer.exception_info)
    found = answer.result or {}
    unexpected, of = found.get("unexpected_count"), found.get("element_count")
    return Check(rule.name, rule.severity, bool(answer.success) and error is None, unexpected, of, error)


def _vacuous(rule: Rule, check: Check) -> Check:
    """Of a table without rows, whose keys are unique; Great Expectations says that none of them is."""
    is_unique = rule.expectation == UNIQUE and check.error is None
    return replace(check, passed=True) if is_unique else check


def _error(info: dict[str, Any]) -> str | None:
    """The kind of the exception, never its text; its shape is flat, or keyed by metric."""
    flat = [info] if "raised_exception" in info else list(info.values())
    raised = [one for one in flat if isinstance(one, dict) and one.get("raised_exception")]
    return "the rule could not be evaluated: is its column in the table?" if raised else None
