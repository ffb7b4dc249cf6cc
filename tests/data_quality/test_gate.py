"""The gate: it answers every rule with counts, refuses to go without an answer, and tells no value of the data."""

import logging
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from pyspark.sql import DataFrame, SparkSession

from data_quality import gate, rules
from data_quality.gate import Check, GateIncompleteError
from data_quality.rules import Rule
from lakehouse.contract.masks import HASHED_VALUE

CANARY = "C4N4RY"
MASKED = f"hk1:{'0a' * 32}"
PEOPLE = f"""(1, 20, 'open', '{MASKED}'), (2, -1, 'paid', NULL), (3, NULL, '{CANARY}', '{CANARY}@example.com'),
    (NULL, 30, NULL, 'hk1:0A') AS person(id, age, status, email)"""
SEVERITIES = ["critical", "warning", "info"]
NOT_ASKED = "the rule could not be evaluated: is its column in the table?"
ANSWERS: list[tuple[str, dict[str, Any], tuple[Any, ...]]] = [
    ("expect_table_columns_to_match_set", {"column_set": ["email", "status", "age", "id"]}, (True,)),
    ("expect_table_columns_to_match_set", {"column_set": ["id", "age"]}, (False,)),
    ("expect_table_row_count_to_be_between", {"min_value": 4, "max_value": 4}, (True,)),
    ("expect_table_row_count_to_be_between", {"min_value": 5}, (False,)),
    ("expect_column_values_to_not_be_null", {"column": "id"}, (False, 1, 4)),
    ("expect_column_values_to_be_between", {"column": "age", "min_value": 0}, (False, 1, 4)),
    ("expect_column_values_to_be_between", {"column": "age", "min_value": -1, "max_value": 30}, (True, 0, 4)),
    ("expect_column_values_to_be_between", {"column": "age", "min_value": 0, "mostly": 0.5}, (True, 1, 4)),
    ("expect_column_values_to_be_in_set", {"column": "status", "value_set": ["open", "paid"]}, (False, 1, 4)),
    ("expect_column_values_to_match_regex", {"column": "email", "regex": "^hk[0-9]+:[0-9a-f]{64}$"}, (False, 2, 4)),
    ("expect_column_proportion_of_unique_values_to_be_between", {"column": "id", "min_value": 1.0}, (True,)),
    ("expect_column_max_to_be_between", {"column": "age", "max_value": 29}, (False,)),
    ("expect_column_mean_to_be_between", {"column": "age", "min_value": 16, "max_value": 17}, (True,)),
]
OF_ALL_KINDS = [Rule(f"rule {number}", kind, kwargs) for number, (kind, kwargs, _) in enumerate(ANSWERS)]


@pytest.fixture(scope="module")
def people(spark: SparkSession) -> DataFrame:
    return frame(spark, PEOPLE)


def frame(spark: SparkSession, values: str) -> DataFrame:
    return spark.sql(f"SELECT * FROM VALUES {values}")  # noqa: S608


def present(column: str, severity: Any = "critical", name: str | None = None) -> Rule:
    name = name or f"{column} is present"
    return Rule(name, "expect_column_values_to_not_be_null", {"column": column}, severity)


def evaluated(rows: DataFrame, *given: Rule) -> list[Check]:
    return gate.evaluate_rules(rows, "silver.person", ("id",), list(given))


def refused(rows: DataFrame, *given: Rule) -> str:
    with pytest.raises(GateIncompleteError) as caught:
        evaluated(rows, *given)
    return str(caught.value)


def blocking(rows: DataFrame, *key: str, masked: str = "") -> list[str]:
    """The derived rules by which the rows would not be published."""
    derived = rules.derive_rules(rows.columns, key, [], {}, {masked: HASHED_VALUE} if masked else {})
    return [check.rule for check in gate.evaluate_rules(rows, "silver.person", key, derived) if check.blocks]


def test_every_rule_is_answered_in_the_order_asked_and_with_how_many_of_how_many_rows(people: DataFrame) -> None:
    expected = [Check(rule.name, "critical", *answer) for rule, (*_, answer) in zip(OF_ALL_KINDS, ANSWERS, strict=True)]
    assert evaluated(people, *OF_ALL_KINDS) == expected


def test_every_known_expectation_is_tried_here() -> None:
    assert {rule.expectation for rule in OF_ALL_KINDS} == rules.KNOWN_EXPECTATIONS


@pytest.mark.parametrize(
    ("values", "key", "broken"),
    [
        ("(1, 'a'), (2, 'a')", ("id",), []),
        ("(1, 'a'), (1, 'b')", ("id",), ["key is unique"]),
        ("(1, 'a'), (NULL, 'b')", ("id",), ["id is present"]),
        ("(1, 'a'), (1, 'b'), (2, 'a')", ("id", "name"), []),
        ("(1, 'a'), (2, 'b'), (1, 'a')", ("id", "name"), ["key is unique"]),
        ("('1', '23'), ('12', '3')", ("id", "name"), []),
        ("(1, 'a'), (1, NULL)", ("id", "name"), ["name is present"]),
        ("(1, ''), (1, NULL), (2, NULL)", ("id", "name"), ["name is present"]),
        ("(1, NULL), (1, NULL)", ("id", "name"), ["key is unique", "name is present"]),
        (
            "(1, TIMESTAMP '2026-01-01 00:00:00.000001'), (1, TIMESTAMP '2026-01-01 00:00:00.000002')",
            ("id", "name"),
            [],
        ),
    ],
)
def test_a_key_is_present_and_unique_as_a_whole(
    spark: SparkSession, values: str, key: tuple[str, ...], broken: list[str]
) -> None:
    assert blocking(frame(spark, f"{values} AS t(id, name)"), *key) == broken


def test_a_column_without_a_single_value_is_a_warning(spark: SparkSession) -> None:
    rows = frame(spark, "(1, 'a', NULL), (2, NULL, NULL) AS t(id, name, email)")
    filled = [rule for rule in rules.derive_rules([], (), [], {}, {}, ["name", "email"]) if "has values" in rule.name]
    assert gate.evaluate_rules(rows, "silver.person", ("id",), filled) == [
        Check("name has values", "warning", True, 1, 2),
        Check("email has values", "warning", False, 2, 2),
    ]


def test_a_hashed_column_holds_hashes_and_nothing_else(spark: SparkSession) -> None:
    values = [MASKED, "ann@example.com", MASKED.upper(), MASKED[:-1], f"{MASKED} ann@example.com"]
    rows = frame(spark, f"(0, NULL), {', '.join(map(str, enumerate(values, 1)))} AS t(id, email)")
    masked = rules.derive_rules(rows.columns, ("id",), [], {}, {"email": HASHED_VALUE})[-1]
    assert evaluated(rows, masked) == [Check("email is masked", "critical", False, len(values) - 1, len(values) + 1)]


def test_only_a_critical_rule_that_fails_blocks(people: DataFrame) -> None:
    checks = evaluated(people, *(present("id", severity, severity) for severity in SEVERITIES))
    assert checks == [Check(severity, severity, False, 1, 4) for severity in SEVERITIES]
    assert [check.severity for check in checks if check.blocks] == ["critical"]


def test_a_rule_that_could_not_be_asked_blocks_whatever_its_severity(people: DataFrame) -> None:
    checks = evaluated(people, *(present("no_column", severity, severity) for severity in SEVERITIES))
    assert checks == [Check(severity, severity, False, None, None, NOT_ASKED) for severity in SEVERITIES]
    assert [check.severity for check in checks if check.blocks] == SEVERITIES


def test_a_table_without_rows_is_told_of(spark: SparkSession) -> None:
    rows = frame(spark, PEOPLE).limit(0)
    has_rows = rules.derive_rules(rows.columns, ("id",), [], {}, {})[1]
    [check] = evaluated(rows, has_rows)
    assert (check, check.blocks) == (Check("has rows", "warning", False), False)


@pytest.mark.parametrize("key", [("id",), ("id", "age")])
def test_a_table_without_rows_is_published(spark: SparkSession, key: tuple[str, ...]) -> None:
    assert blocking(frame(spark, PEOPLE).limit(0), *key) == []


@pytest.mark.parametrize(
    ("given", "refusal"),
    [
        ([], "silver.person: no answer to any rule"),
        ([Rule("typo", "expect_column_values_to_not_be_nul", {"column": "age"})], "silver.person: no answer to typo"),
        (
            [present("age"), Rule("typo", "expect_column_to_be", {"column": "age"}), present("id", "fatal", "grave")],
            "silver.person: no answer to typo, grave",
        ),
    ],
)
def test_a_rule_that_goes_unanswered_is_refused(people: DataFrame, given: list[Rule], refusal: str) -> None:
    assert refused(people, *given) == refusal


def test_two_rules_of_one_name_are_refused(people: DataFrame) -> None:
    refused(people, present("id", name="is present"), present("age", name="is present"))


@pytest.mark.parametrize(
    ("answered", "refusal"),
    [
        (["a"], "silver.person: no answer to b"),
        (["a", "c"], "silver.person: no answer to b"),
        ([], "silver.person: no answer to a, b"),
        (["a", "b", "b"], "silver.person: no answer to any rule"),
        (["a", "b", "c"], "silver.person: no answer to any rule"),
    ],
)
def test_every_rule_comes_back_exactly_once(
    people: DataFrame, monkeypatch: pytest.MonkeyPatch, answered: list[str], refusal: str
) -> None:
    config = [SimpleNamespace(meta={"rule": name}) for name in answered]
    results = [SimpleNamespace(expectation_config=each, exception_info={}, success=True, result={}) for each in config]
    monkeypatch.setattr(gate, "_validate", lambda *_: SimpleNamespace(results=results))
    assert refused(people, present("id", name="a"), present("id", name="b")) == refusal


def test_no_value_of_the_data_is_told(
    people: DataFrame, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.INFO)
    raising = Rule("no number", "expect_column_values_to_be_between", {"column": "status", "min_value": 0})
    failing = Rule("all", "expect_column_values_to_match_regex", {"column": "email", "regex": "^$"})
    checks = [*evaluated(people, *OF_ALL_KINDS, failing), *evaluated(people, raising)]
    output = "\n".join([*map(repr, checks), caplog.text, *capfd.readouterr()])
    assert [line for line in output.splitlines() if CANARY in line] == []
    assert checks[-2:] == [
        Check("all", "critical", False, 3, 4),
        Check("no number", "critical", False, None, None, NOT_ASKED),
    ]


LIMITS: dict[str, dict[str, Any]] = {
    "expect_column_max_to_be_between": {"max_value": 2},
    "expect_column_mean_to_be_between": {"min_value": 1},
    "expect_column_values_to_be_between": {"min_value": 1, "max_value": 2},
    "expect_column_values_to_be_in_set": {"value_set": [0, 1]},
    "expect_column_values_to_match_regex": {"regex": "^1$"},
    "expect_column_values_to_not_be_null": {},
}


def test_rules_of_more_columns_start_no_more_spark_jobs(spark: SparkSession) -> None:
    rows = spark.range(4).selectExpr("id", "id % 2 AS half", "nullif(id, 3) AS gap")
    unique = Rule("unique", "expect_column_proportion_of_unique_values_to_be_between", {"column": "id", "min_value": 1})
    of_one = [unique, *_kinds_of("id")]
    of_three = [*of_one, *_kinds_of("half"), *_kinds_of("gap")]
    assert (
        0
        < _jobs(spark, "three", lambda: evaluated(rows, *of_three))
        == _jobs(spark, "one", lambda: evaluated(rows, *of_one))
    )


def _kinds_of(column: str) -> list[Rule]:
    return [Rule(f"{column}: {kind}", kind, {"column": column, **limits}) for kind, limits in LIMITS.items()]


def _jobs(spark: SparkSession, group: str, work: Callable[[], object]) -> int:
    """How many Spark jobs the work starts in this thread."""
    context = spark.sparkContext
    context.setJobGroup(group, group)
    try:
        work()
    finally:
        context.setLocalProperty("spark.jobGroup.id", None)  # type: ignore[arg-type]
    return len(context.statusTracker().getJobIdsForGroup(group))
