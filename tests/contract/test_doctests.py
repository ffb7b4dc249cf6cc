"""The SQL that a docstring shows is the SQL that its function makes."""

import doctest
from importlib import import_module
from inspect import signature

import pytest

MODULES = [
    "contract.column_types",
    "contract.fingerprint",
    "contract.instant_sql",
    "contract.masks",
    "contract.number_sql",
    "contract.salesforce_id_sql",
    "contract.sql",
    "contract.text_sql",
    "gold_to_sinks",
    "raw_to_silver.clean",
    "raw_to_silver.column_sql",
    "raw_to_silver.dedupe",
    "raw_to_silver.convert",
    "raw_to_silver.mask",
    "raw_to_silver.merge",
    "raw_to_silver.reasons",
    "raw_to_silver.row_counts",
    "raw_to_silver.schema",
    "run.gold_schemas",
    "spark.system_errors",
]
# Of a long text the docstring shows the beginning of each part, over several lines.
FLAGS = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE
WITHOUT_SQL = {
    "contract.column_types",
    "contract.fingerprint",
    "gold_to_sinks",
    "raw_to_silver.mask",
    "raw_to_silver.row_counts",
    "run.gold_schemas",
    "spark.system_errors",
}
SQL = [module for module in MODULES if module not in {*WITHOUT_SQL, "raw_to_silver.schema"}]


@pytest.mark.parametrize("name", MODULES)
def test_its_examples_are_true(name: str) -> None:
    results = doctest.testmod(import_module(f"lakehouse.{name}"), optionflags=FLAGS)
    assert results.attempted > 0
    assert results.failed == 0


@pytest.mark.parametrize("name", SQL)
def test_each_function_that_makes_sql_shows_some(name: str) -> None:
    module = import_module(f"lakehouse.{name}")
    tests = doctest.DocTestFinder(exclude_empty=False).find(module, name)
    shown = {test.name.removeprefix(f"{name}."): bool(test.examples) for test in tests}
    makers = [word for word in shown if callable(made := getattr(module, word, None)) and returns_text(made)]
    assert makers
    assert [word for word in makers if not shown[word]] == []


def returns_text(function: object) -> bool:
    return not isinstance(function, type) and signature(function).return_annotation is str  # type: ignore[arg-type]
