"""Of the rows of one key one wins, whatever their order and the spelling of the key; and no row is lost on the way."""

import json
from collections import Counter
from collections.abc import Sequence

import pytest
from pyspark.sql import Column as Expr
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F

from lakehouse.contract.models import SilverTable
from lakehouse.raw_to_silver import dedupe

FINISHED = "place string, person string, _version timestamp, _arrived_at timestamp, _row_hash bigint"
TEXTS = "number int, place string, person string"
JAN, FEB = "2026-01-01T00:00:00Z", "2026-02-01T00:00:00Z"
# The rows of one key as (version, arrival, hash), the winner first.
CONTESTS: dict[str, list[tuple[str | None, str | None, int]]] = {
    "the higher version wins": [(FEB, JAN, 1), (JAN, JAN, 2)],
    "a higher version that arrived earlier wins": [(FEB, JAN, 1), (JAN, FEB, 2)],
    "of one version the later arrival wins": [(JAN, FEB, 1), (JAN, JAN, 2)],
    "of one version and arrival the higher hash wins": [(JAN, JAN, 2), (JAN, JAN, 1)],
    "hashes are signed numbers": [(JAN, JAN, 1), (JAN, JAN, -2)],
    "a version is worth more than a hash": [(FEB, JAN, 1), (JAN, JAN, 2), (JAN, FEB, 3)],
    "an unknown instant loses": [(JAN, JAN, 1), (JAN, None, 2), (None, FEB, 3)],
    "equal rows are one": [(JAN, JAN, 1), (JAN, JAN, 1)],
    "a row alone wins": [(JAN, JAN, 1)],
}
# Groups of spellings: those of one group are one key, those of two are two.
SPELLINGS: dict[str, list[list[str]]] = {
    "salesforce_id": [
        ["0035g00000aaaaa", "0035g00000aaaaaAAA", "  0035g00000aaaaa "],
        ["0035g00000aaaaA", "0035g00000aaaaAAAQ"],
        ["0035g00000aaaAaAAI"],
    ],
    "integer": [["7", "07", "7.0", " 7"], ["70"], ["-7", "-7"], ["8"]],
    "email": [["Ann@Example.org", "ann@example.org"], ["ann@example.com"]],
    "string": [["a", " a ", "a\0"], ["A"], ["1"], ["1.0"]],
}
NO_KEYS: dict[str, list[str | None]] = {
    "salesforce_id": [None, None, "", "   ", " "],
    "integer": [None, None, "", "seven", "seven", "7.5", "7.5"],
    "email": [None, None, "nobody", "nobody"],
    "string": [None, None, "", "  ", "\0"],
}
# Rows of (place, person): with a repeated key, with a key alone, without one.
ROWS: dict[str, list[tuple[str | None, str | None]]] = {
    "none": [],
    "one": [("a", "1")],
    "one without a key": [(None, None)],
    "two of one key": [("a", "1"), ("a", "1")],
    "many": [("a", "1"), ("a", "2"), ("a", "1"), ("b", "1"), (None, "1"), (None, "1"), ("a", None), ("a", None)],
}
REPEATED = {"two of one key": [("a", "1")] * 2, "many": [("a", "1")] * 2}


@pytest.mark.parametrize("step", [1, -1], ids=["winner first", "winner last"])
def test_one_row_of_each_key_wins_whatever_the_order(step: int, spark: SparkSession) -> None:
    given = [("here", law, *row) for law, rows in CONTESTS.items() for row in rows][::step]
    winners = dedupe.keep_newest(frame(spark, FINISHED, given), keyed_by("place", "person"))
    won = winners.select("person", instant("_version"), instant("_arrived_at"), "_row_hash").collect()
    assert sorted(map(tuple, won)) == sorted((law, *rows[0]) for law, rows in CONTESTS.items())


def test_keys_that_differ_in_one_part_are_two_keys(spark: SparkSession) -> None:
    given = [(place, person, JAN, JAN, 1) for place in "ab" for person in "xyx"]
    winners = dedupe.keep_newest(frame(spark, FINISHED, given), keyed_by("place", "person"))
    assert sorted(row.place + row.person for row in winners.collect()) == ["ax", "ay", "bx", "by"]


@pytest.mark.parametrize("kind", SPELLINGS)
def test_spellings_of_one_key_are_repeats_and_what_is_no_key_repeats_nothing(kind: str, spark: SparkSession) -> None:
    texts = [*(text for group in SPELLINGS[kind] for text in group), *NO_KEYS[kind]]
    expected = [group for group in SPELLINGS[kind] if len(group) > 1]
    table = keyed_by("person", kind=kind)
    rows = frame(spark, TEXTS, [(number, None, text) for number, text in enumerate(texts)])
    keys = dedupe.find_repeated_keys(rows, table)
    repeated = dedupe.split_by_repeated_keys(rows, table, keys)[1]
    assert keys.count == len(expected)
    assert Counter(row.person for row in repeated.collect()) == Counter(text for group in expected for text in group)


@pytest.mark.parametrize("size", ROWS)
def test_every_row_stands_alone_or_is_repeated(size: str, spark: SparkSession) -> None:
    rows = frame(spark, TEXTS, [(0, *row) for row in ROWS[size]])
    table = keyed_by("place", "person")
    alone, repeated = dedupe.split_by_repeated_keys(rows, table, dedupe.find_repeated_keys(rows, table))
    assert (alone.columns, repeated.columns) == (rows.columns, rows.columns)
    assert Counter([*alone.collect(), *repeated.collect()]) == Counter(rows.collect())
    assert [(row.place, row.person) for row in repeated.collect()] == REPEATED.get(size, [])


def keyed_by(*key: str, kind: str = "string") -> SilverTable:
    """A table of people at places with this key, whose columns are of type `kind`."""
    columns = {name: {"from": name, "type": kind, "pii": "none"} for name in ("place", "person")}
    return SilverTable.model_validate({"description": "one row per key", "from": "x.y", "key": key, "columns": columns})


def frame(spark: SparkSession, schema: str, rows: Sequence[tuple[object, ...]]) -> DataFrame:
    """Rows of plain values, in the schema's order, as a DataFrame that starts no Python worker."""
    names = [field.split()[0] for field in schema.split(", ")]
    text = json.dumps([dict(zip(names, row, strict=True)) for row in rows])
    return spark.range(1).select(F.inline(F.from_json(F.lit(text), f"array<struct<{schema}>>")))


def instant(name: str) -> Expr:
    return F.date_format(name, "yyyy-MM-dd'T'HH:mm:ss'Z'").alias(name)
