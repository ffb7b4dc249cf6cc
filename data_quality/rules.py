"""A table's rules: those that follow from the contract, and those of its suite file."""

import difflib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from importlib.resources import files
from typing import Any, Literal, get_args

from lakehouse_common.errors import LakehouseError

Severity = Literal["critical", "warning", "info"]
# What masked values look like: the regular expression that every text fits, or the bounds of every number.
Look = str | tuple[int, int]
# They are computed in Great Expectations' shared aggregate, and their results hold no value of the data.
KNOWN_EXPECTATIONS = frozenset(
    {
        "expect_column_max_to_be_between",
        "expect_column_mean_to_be_between",
        "expect_column_proportion_of_unique_values_to_be_between",
        "expect_column_values_to_be_between",
        "expect_column_values_to_be_in_set",
        "expect_column_values_to_match_regex",
        "expect_column_values_to_not_be_null",
        "expect_table_columns_to_match_set",
        "expect_table_row_count_to_be_between",
    }
)
VALUES_OF_AGGREGATES = frozenset({"expect_column_max_to_be_between", "expect_column_mean_to_be_between"})
UNIQUE = "expect_column_proportion_of_unique_values_to_be_between"
# The column that the gate adds to a table whose key has several columns.
KEY_COLUMN = "_key"
# A share of less than one row of any table: with it as "mostly" a single value is enough.
ONE_VALUE = 1e-12


class SuiteError(LakehouseError):
    """A suite file that can't be trusted; the message names the file, the rule and what is wrong."""


@dataclass(frozen=True)
class Rule:
    """One expectation: `name` is unique in its table, `kwargs` are Great Expectations' own."""

    name: str
    expectation: str
    kwargs: dict[str, Any] = field(default_factory=dict)
    severity: Severity = "critical"


def derive_rules(
    columns: list[str],
    key: tuple[str, ...],
    required: list[str],
    one_of: Mapping[str, tuple[str, ...]],
    masked: Mapping[str, Look],
    optional: Sequence[str] = (),
) -> list[Rule]:
    """Derive the rules of a table from its columns, key, required columns, allowed values and masked columns.

    `masked` holds for each masked column what its values look like: a clear one among them blocks. An optional column
    without a single value is a warning: the field that it comes from may be misspelled.
    """
    unique = {"column": key[0] if len(key) == 1 else KEY_COLUMN, "min_value": 1.0}
    names = [*columns, *([KEY_COLUMN] if len(key) > 1 else [])]
    return [
        Rule("columns", "expect_table_columns_to_match_set", {"column_set": names}),
        Rule("has rows", "expect_table_row_count_to_be_between", {"min_value": 1}, "warning"),
        Rule("key is unique", UNIQUE, unique),
        *(
            Rule(f"{name} is present", "expect_column_values_to_not_be_null", {"column": name})
            for name in dict.fromkeys([*key, *required])
        ),
        *(
            Rule(f"{name} is allowed", "expect_column_values_to_be_in_set", {"column": name, "value_set": list(values)})
            for name, values in one_of.items()
        ),
        *(_masked_rule(name, look) for name, look in masked.items()),
        *(
            Rule(
                f"{name} has values",
                "expect_column_values_to_not_be_null",
                {"column": name, "mostly": ONE_VALUE},
                "warning",
            )
            for name in optional
        ),
    ]


def _masked_rule(column: str, look: Look) -> Rule:
    if isinstance(look, str):
        return Rule(f"{column} is masked", "expect_column_values_to_match_regex", {"column": column, "regex": look})
    bounds = {"column": column, "min_value": look[0], "max_value": look[1]}
    return Rule(f"{column} is masked", "expect_column_values_to_be_between", bounds)


def read_suite(layer: str, table: str, personal: set[str]) -> list[Rule]:
    """Read the rules of `suites/<layer>/<table>.json`; none where there is no such file.

    Raises:
        SuiteError: an unknown expectation or severity, a repeated name, or a rule that would show a personal value.
    """
    file = files("data_quality") / "suites" / layer / f"{table}.json"
    if not file.is_file():
        return []
    where = f"suites/{layer}/{table}.json"
    try:
        suite = json.loads(file.read_text(encoding="utf-8"))
    except ValueError as error:
        raise SuiteError(f"{where}: it is no JSON object with a list 'expectations'") from error
    lines = suite.get("expectations") if isinstance(suite, dict) and len(suite) == 1 else None
    if not isinstance(lines, list) or not all(isinstance(line, dict) for line in lines):
        raise SuiteError(f"{where}: it is no JSON object with a list 'expectations'")
    rules = [_parse_rule(where, line) for line in lines]
    _check_rules(where, rules, personal)
    return rules


def _parse_rule(where: str, line: dict[str, Any]) -> Rule:
    unknown = set(line) - {"name", "type", "kwargs", "severity"}
    if unknown or not {"name", "type"} <= set(line):
        raise SuiteError(
            f"{where}: a rule has 'name', 'type', 'kwargs' and 'severity', not {', '.join(sorted(unknown)) or 'less'}"
        )
    if not (
        isinstance(line["name"], str) and isinstance(line["type"], str) and isinstance(line.get("kwargs", {}), dict)
    ):
        raise SuiteError(f"{where}: a rule's 'name' and 'type' are texts, its 'kwargs' a JSON object")
    return Rule(line["name"], line["type"], line.get("kwargs", {}), line.get("severity", "critical"))


def _check_rules(where: str, rules: list[Rule], personal: set[str]) -> None:
    names = [rule.name for rule in rules]
    if not rules or len(set(names)) != len(names):
        raise SuiteError(f"{where}: it holds no rule, or two of one name")
    for rule in rules:
        if rule.expectation not in KNOWN_EXPECTATIONS:
            known = sorted(KNOWN_EXPECTATIONS)
            near = (difflib.get_close_matches(rule.expectation, known, n=1) or known)[0]
            raise SuiteError(f"{where}: '{rule.expectation}' is not a known expectation; did you mean '{near}'?")
        if rule.severity not in get_args(Severity):
            raise SuiteError(f"{where}: '{rule.severity}' is not a severity; use critical, warning or info")
        if rule.expectation in VALUES_OF_AGGREGATES and rule.kwargs.get("column") in personal:
            raise SuiteError(
                f"{where}: '{rule.name}' would show a value of the personal column {rule.kwargs['column']}"
            )
