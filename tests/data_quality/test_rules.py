"""A table's rules: what follows from its columns, and what a suite file may add."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from data_quality import rules
from data_quality.rules import Rule, SuiteError
from lakehouse.contract.masks import HASHED_VALUE

Write = Callable[[str], None]
NOT_NULL = {"name": "a is set", "type": "expect_column_values_to_not_be_null", "kwargs": {"column": "a"}}
HIGHEST = {"name": "highest", "type": "expect_column_max_to_be_between", "kwargs": {"column": "email", "max_value": 9}}
NO_LIST = "it is no JSON object with a list 'expectations'"
A_RULE_HAS = "a rule has 'name', 'type', 'kwargs' and 'severity', not"


@pytest.fixture
def suite(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Write:
    """Writes the text of the suite `suites/silver/person.json`."""
    monkeypatch.setattr(rules, "files", {"data_quality": tmp_path}.get)
    file = tmp_path / "suites" / "silver" / "person.json"
    file.parent.mkdir(parents=True)

    def write(text: str) -> None:
        file.write_text(text, encoding="utf-8")

    return write


def test_rules_follow_from_the_columns_of_a_table() -> None:
    columns, required, one_of = ["id", "name", "email"], ["id", "name"], {"name": ("a", "b")}
    masked = {"column": "email", "regex": "^hk[0-9]+:[0-9a-f]{64}$"}
    assert rules.derive_rules(columns, ("id",), required, one_of, {"email": HASHED_VALUE}, ["email"]) == [
        Rule("columns", "expect_table_columns_to_match_set", {"column_set": ["id", "name", "email"]}),
        Rule("has rows", "expect_table_row_count_to_be_between", {"min_value": 1}, "warning"),
        Rule("key is unique", *_unique("id")),
        Rule("id is present", "expect_column_values_to_not_be_null", {"column": "id"}),
        Rule("name is present", "expect_column_values_to_not_be_null", {"column": "name"}),
        Rule("name is allowed", "expect_column_values_to_be_in_set", {"column": "name", "value_set": ["a", "b"]}),
        Rule("email is masked", "expect_column_values_to_match_regex", masked),
        Rule(
            "email has values", "expect_column_values_to_not_be_null", {"column": "email", "mostly": 1e-12}, "warning"
        ),
    ]


def test_a_key_of_several_columns_is_checked_in_a_column_of_its_own() -> None:
    assert rules.derive_rules(["id", "day", "rate"], ("id", "day"), [], {}, {}) == [
        Rule("columns", "expect_table_columns_to_match_set", {"column_set": ["id", "day", "rate", "_key"]}),
        Rule("has rows", "expect_table_row_count_to_be_between", {"min_value": 1}, "warning"),
        Rule("key is unique", *_unique("_key")),
        Rule("id is present", "expect_column_values_to_not_be_null", {"column": "id"}),
        Rule("day is present", "expect_column_values_to_not_be_null", {"column": "day"}),
    ]


def test_a_suite_adds_its_rules_in_their_order(suite: Write) -> None:
    few = {"name": "few", "type": "expect_table_row_count_to_be_between", "kwargs": {"max_value": 9}}
    suite(_text({**few, "severity": "warning"}, NOT_NULL, {**HIGHEST, "severity": "info"}))
    assert rules.read_suite("silver", "person", {"phone"}) == [
        Rule("few", "expect_table_row_count_to_be_between", {"max_value": 9}, "warning"),
        Rule("a is set", "expect_column_values_to_not_be_null", {"column": "a"}),
        Rule("highest", "expect_column_max_to_be_between", {"column": "email", "max_value": 9}, "info"),
    ]


@pytest.mark.parametrize(("layer", "table"), [("silver", "nobody"), ("gold", "person")])
def test_a_table_without_a_suite_gets_no_further_rules(suite: Write, layer: str, table: str) -> None:
    suite(_text(NOT_NULL))
    assert rules.read_suite(layer, table, set()) == []


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        (
            {"type": "expect_column_values_to_not_be_nul"},
            "'expect_column_values_to_not_be_nul' is not a known expectation; "
            "did you mean 'expect_column_values_to_not_be_null'?",
        ),
        (
            {"type": "x"},
            "'x' is not a known expectation; did you mean 'expect_column_max_to_be_between'?",
        ),
        ({"severity": "fatal"}, "'fatal' is not a severity; use critical, warning or info"),
        ({"severity": None}, "'None' is not a severity; use critical, warning or info"),
        ({"sevrity": "info", "mostly": 1}, f"{A_RULE_HAS} mostly, sevrity"),
        (HIGHEST, "'highest' would show a value of the personal column email"),
        (
            {**HIGHEST, "type": "expect_column_mean_to_be_between"},
            "'highest' would show a value of the personal column email",
        ),
    ],
)
def test_a_rule_that_cannot_be_trusted_is_refused(suite: Write, changes: dict[str, Any], problem: str) -> None:
    suite(_text({"name": "sound", "type": "expect_table_row_count_to_be_between"}, {**NOT_NULL, **changes}))
    assert _refusal({"email"}) == problem


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", NO_LIST),
        ("{", NO_LIST),
        ("{}", NO_LIST),
        ('{"expectation": []}', NO_LIST),
        ('{"expectations": []}', "it holds no rule, or two of one name"),
        (json.dumps({"expectations": [NOT_NULL, NOT_NULL]}), "it holds no rule, or two of one name"),
        ('{"expectations": [{"name": "a"}]}', f"{A_RULE_HAS} less"),
        ('{"expectations": [{"type": "expect_column_values_to_not_be_null"}]}', f"{A_RULE_HAS} less"),
    ],
)
def test_a_file_that_is_no_suite_is_refused(suite: Write, text: str, problem: str) -> None:
    suite(text)
    assert _refusal(set()) == problem


@pytest.mark.parametrize(
    "text",
    [
        "[]",
        '{"expectations": 1}',
        '{"expectations": [1]}',
        json.dumps({"expectations": [{**NOT_NULL, "kwargs": ["a"]}]}),
        json.dumps({"expectations": [{**NOT_NULL, "name": ["a"]}]}),
        json.dumps({"expectations": [{**NOT_NULL, "type": 1}]}),
        json.dumps({"expectations": [NOT_NULL], "expectaions": [HIGHEST]}),
    ],
)
def test_a_suite_of_another_shape_is_refused(suite: Write, text: str) -> None:
    suite(text)
    _refusal(set())


def _unique(column: str) -> tuple[str, dict[str, Any]]:
    return "expect_column_proportion_of_unique_values_to_be_between", {"column": column, "min_value": 1.0}


def _text(*lines: dict[str, Any]) -> str:
    return json.dumps({"expectations": lines})


def _refusal(personal: set[str]) -> str:
    """Why the suite is refused, after the name of its file."""
    with pytest.raises(SuiteError) as caught:
        rules.read_suite("silver", "person", personal)
    where, _, problem = str(caught.value).partition(": ")
    assert where == "suites/silver/person.json"
    return problem
