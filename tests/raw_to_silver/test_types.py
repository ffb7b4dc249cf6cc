"""Laws of the column types: types.yaml holds texts and the values that they become, in every mode of Spark."""

import json
import random
import string
from collections.abc import Iterator

import pytest
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F

from lakehouse.contract.models import Column
from lakehouse.contract.salesforce_id_sql import id_checksum
from lakehouse.raw_to_silver.column_sql import clean_text, parse_text
from lakehouse.raw_to_silver.schema import unmasked_type
from tests.raw_to_silver.laws import TYPE_LAWS

NULL: tuple[str, dict[str | None, str | None]] = ("null stays null", {None: None})
GENERATED = {"spark.sql.codegen.wholeStage": "true", "spark.sql.codegen.factoryMode": "CODEGEN_ONLY"}
INTERPRETED = {"spark.sql.codegen.wholeStage": "false", "spark.sql.codegen.factoryMode": "NO_CODEGEN"}
MODES = {
    f"{name}, ANSI {ansi}": {**settings, "spark.sql.ansi.enabled": ansi}
    for name, settings in {"generated": GENERATED, "interpreted": INTERPRETED}.items()
    for ansi in ("true", "false")
}
IDS = 400


@pytest.fixture(params=MODES)
def engine(request: pytest.FixtureRequest, spark: SparkSession) -> Iterator[SparkSession]:
    """The session in one of Spark's modes; its own settings are put back afterwards."""
    settings = MODES[request.param]
    before = {name: str(spark.conf.get(name)) for name in settings}
    set_all(spark, settings)
    yield spark
    set_all(spark, before)


def set_all(spark: SparkSession, settings: dict[str, str]) -> None:
    for name, value in settings.items():
        spark.conf.set(name, value)


def test_every_text_becomes_the_value_of_its_type_or_null(engine: SparkSession) -> None:
    expected = {
        (column_type, law, text): value
        for column_type, laws in TYPE_LAWS.items()
        for law, values in [*laws.items(), NULL]
        for text, value in values.items()
    }
    given = frame(engine, [{"type": column_type, "law": law, "text": text} for column_type, law, text in expected])
    found = {(row.type, row.law, row.given): row.found for row in read_as_its_type(given).collect()}
    assert found == expected


def read_as_its_type(texts: DataFrame) -> DataFrame:
    """The texts, and beside them in `found` what they are, once clean, as their `type`, as Spark writes it."""
    cleaned = texts.selectExpr("type", "law", "text AS given", f"{clean_text('text')} AS text")
    branches = (f"WHEN '{name}' THEN cast({parse_text('text', name)} AS string)" for name in TYPE_LAWS)
    return cleaned.selectExpr("type", "law", "given", f"CASE type {' '.join(branches)} END AS found")


def frame(spark: SparkSession, rows: list[dict[str, str | None]]) -> DataFrame:
    """Rows made while the query runs: of rows known beforehand Spark computes all while it plans, in one mode only."""
    fields = ",".join(f"{name}:string" for name in rows[0])
    return spark.range(1).select(F.inline(F.from_json(F.lit(json.dumps(rows)), f"array<struct<{fields}>>")))


def test_every_value_has_the_type_that_silver_has(spark: SparkSession) -> None:
    texts = spark.range(0).selectExpr("cast(null AS string) AS text")
    found = texts.selectExpr(*(f"{parse_text('text', name)} AS `{name}`" for name in TYPE_LAWS))
    expected = {
        name: unmasked_type(Column.model_validate({"from": "Field", "type": name, "pii": "none"})) for name in TYPE_LAWS
    }
    assert {field.name: field.dataType for field in found.schema} == expected


def test_the_checksum_follows_salesforces_rule_for_any_id(engine: SparkSession) -> None:
    draw = random.Random(18)
    shorts = ["".join(draw.choices(string.ascii_letters + string.digits, k=15)) for _ in range(IDS)]
    longs = {short: short + checksum(short) for short in shorts}
    rows = frame(engine, [{"short": short, "long": long} for short, long in longs.items()])
    found = rows.selectExpr(
        "short",
        f"concat(short, {id_checksum('short')}) AS made",
        f"{parse_text('short', 'salesforce_id')} AS of_short",
        f"{parse_text('long', 'salesforce_id')} AS of_long",
    )
    expected = [(short, long, long, long) for short, long in longs.items()]
    assert sorted(map(tuple, found.collect())) == sorted(expected)


def checksum(short: str) -> str:
    """Each five characters, the last one first, say in binary which are upper case: the number of one of 32 letters."""
    fives = [short[start : start + 5] for start in (0, 5, 10)]
    numbers = [int("".join("1" if letter.isupper() else "0" for letter in reversed(five)), 2) for five in fives]
    return "".join((string.ascii_uppercase + "012345")[number] for number in numbers)
