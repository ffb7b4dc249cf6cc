"""The gate: Great Expectations checks rows by rules; what can't be checked does not pass, and only counts are reported.

Great Expectations drops expectations that it does not know, passes empty suites and returns exceptions as results; so
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

from data_quality.rules import KEY_COLUMN, UNIQUE, Rule
from lakehouse_common.errors import LakehouseError

# Counts cost no more than booleans: no failing value is fetched and no further scan is made.
COUNTS_ONLY = {"result_format": "BASIC", "partial_unexpected_count": 0}
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
        """Whether it keeps the run from publishing: a critical rule failed, or a rule could not be evaluated."""
        return not self.passed and (self.severity == "critical" or self.error is not None)


def evaluate_rules(rows: DataFrame, table: str, key: tuple[str, ...], rules: list[Rule]) -> list[Check]:
    """Evaluate every rule on the table's rows; returns one check per rule, in the order of the rules.

    Raises:
        GateIncompleteError: an answer is missing; the table must not be published.
    """
    if len(key) > 1:
        parts = (F.col(name).cast("string").alias(name) for name in key)
        rows = rows.withColumn(KEY_COLUMN, F.to_json(F.struct(*parts)))
    repeated = sorted(name for name, times in Counter(rule.name for rule in rules).items() if times > 1)
    if repeated:
        raise GateIncompleteError(f"{table}: several rules are named {', '.join(repeated)}")
    with _lock:
        result = _validate(rows, table, rules)
    answers = {answer.expectation_config.meta["rule"]: answer for answer in result.results}
    missing = [rule.name for rule in rules if rule.name not in answers]
    if missing or len(result.results) != len(rules) or not rules:
        raise GateIncompleteError(f"{table}: no answer to {', '.join(missing) or 'any rule'}")
    checks = [_to_check(rule, answers[rule.name]) for rule in rules]
    is_empty = any(check.of == 0 for check in checks)
    return [_pass_if_unique(rule, check) if is_empty else check for rule, check in zip(rules, checks, strict=True)]


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


def _to_check(rule: Rule, answer: Any) -> Check:
    error = _error_sentence(answer.exception_info)
    counts = answer.result or {}
    unexpected, of = counts.get("unexpected_count"), counts.get("element_count")
    return Check(rule.name, rule.severity, bool(answer.success) and error is None, unexpected, of, error)


def _pass_if_unique(rule: Rule, check: Check) -> Check:
    """Pass the rule of unique keys: without rows they are unique, and Great Expectations says that none of them is."""
    is_unique = rule.expectation == UNIQUE and check.error is None
    return replace(check, passed=True) if is_unique else check


def _error_sentence(info: dict[str, Any]) -> str | None:
    """Returns a sentence where evaluating the rule raised, never the error's own text.

    Great Expectations gives one `info`, or one for each metric.
    """
    infos = [info] if "raised_exception" in info else list(info.values())
    raised = [each for each in infos if isinstance(each, dict) and each.get("raised_exception")]
    return "the rule could not be evaluated: is its column in the table?" if raised else None
