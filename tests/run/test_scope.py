"""What a run may be told to read: less than everything unread, or more."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from lakehouse.contract.compiler import compile_contract
from lakehouse.run.scope import ALL_UNREAD, RunScope, ScopeError, parse_scope
from raw_ready.manifest import Batch, Manifest, TableBatches

PIPELINE = compile_contract(Path(__file__).parents[2] / "demo/pipeline.yaml")


def batch(number: int, arrived: str) -> Batch:
    return Batch(f"{number:012}", arrived, 1, ())


MANIFEST = Manifest(
    {
        "user": TableBatches("salesforce.User", "parquet", "", (batch(1, "2026-01-30T05:00:00Z"),)),
        "fx_rate": TableBatches(
            "rest.fx.rates",
            "json",
            "",
            (
                batch(1, "2026-01-30T23:59:59.999999Z"),
                batch(2, "2026-01-31T00:00:00Z"),
                batch(3, "2026-01-30T01:00:00Z"),
            ),
        ),
    }
)


def left(scope: RunScope) -> dict[str, list[str]]:
    return {
        name: [batch.position[-1] for batch in table.batches] for name, table in scope.narrow(MANIFEST).tables.items()
    }


@pytest.mark.parametrize(
    ("arguments", "batches"),
    [
        ({}, {"user": ["1"], "fx_rate": ["1", "2", "3"]}),
        ({"tables": "fx_rate"}, {"user": [], "fx_rate": ["1", "2", "3"]}),
        ({"tables": " silver.user , fx_rate,"}, {"user": ["1"], "fx_rate": ["1", "2", "3"]}),
        ({"logical_date": "2026-01-30"}, {"user": ["1"], "fx_rate": ["1"]}),
        ({"logical_date": "2026-01-30T05:00:00Z"}, {"user": [], "fx_rate": []}),
        ({"logical_date": "2026-01-30T06:00:01+01:00", "tables": "user"}, {"user": ["1"], "fx_rate": []}),
    ],
)
def test_of_each_table_the_first_batches_are_left_so_that_none_is_skipped(
    arguments: dict[str, str], batches: dict[str, list[str]]
) -> None:
    assert left(parse_scope(PIPELINE, **arguments)) == batches


def test_nothing_asked_is_everything_unread() -> None:
    assert parse_scope(PIPELINE) == ALL_UNREAD
    assert parse_scope(PIPELINE, full_refresh="True") == RunScope(is_full_refresh=True)
    assert parse_scope(PIPELINE, migrate="true") == RunScope(is_migration=True)
    assert parse_scope(PIPELINE, logical_date="2026-01-31T06:00:00").until == datetime(2026, 1, 31, 6, tzinfo=UTC)


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ({"tables": "acount"}, "--tables: there is no silver table 'acount'; did you mean 'account'?"),
        ({"full_refresh": "yes"}, "--full_refresh is true or false"),
        ({"logical_date": "31.01.2026"}, "--logical_date is a date or an instant: 2026-01-31, or 2026-01-31T06:00:00Z"),
    ],
)
def test_what_there_is_not_is_refused_with_what_there_is(arguments: dict[str, str], sentence: str) -> None:
    with pytest.raises(ScopeError) as refused:
        parse_scope(PIPELINE, **arguments)
    assert str(refused.value) == sentence
