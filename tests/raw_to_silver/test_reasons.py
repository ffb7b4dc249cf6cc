"""A text that is not of its column's type is quarantined for the reason that its type gives, whatever the type."""

import pytest
from pyspark.sql import Observation, SparkSession

from lakehouse.contract.column_types import COLUMN_TYPES, column_type
from lakehouse.contract.models import SilverTable
from lakehouse.raw_to_silver.clean import select_quarantined
from lakehouse.raw_to_silver.mask import make_masker
from lakehouse.raw_to_silver.reasons import not_a, reason_of
from tests.raw_to_silver.laws import TYPE_LAWS

REFUSABLE = [known.name for known in COLUMN_TYPES.values() if known.reason]
KEY = b"a-key-of-letters-for-tests-and-nothing-else"


@pytest.mark.parametrize("type_name", REFUSABLE)
def test_a_text_that_is_not_of_its_type_has_the_type_s_reason(type_name: str, spark: SparkSession) -> None:
    columns = {"id": {"from": "Id"}, "it": {"from": "It", "type": type_name, "pii": "none"}}
    table = {"description": "one row per id", "from": "x.y", "key": "id", "columns": columns}
    rows = spark.range(1).selectExpr(
        "'1' AS id",
        "'file' AS _source_file",
        "false AS _malformed",
        "now() AS _arrived_at",
        f"{refused(type_name)} AS it",
    )
    masker = make_masker(spark, KEY, 1)
    row = select_quarantined(rows, SilverTable.model_validate(table), masker, Observation()).first()
    assert row is not None
    assert row.reasons == [reason_of("it", not_a(type_name))]


def refused(type_name: str) -> str:
    """The first text, as SQL, that the laws of the type refuse."""
    laws = next(laws for name, laws in TYPE_LAWS.items() if column_type(name).family == column_type(type_name).family)
    text = next(text for law in laws.values() for text, value in law.items() if text and text.strip() and not value)
    return f"'{text}'"


def test_every_text_is_a_string() -> None:
    with pytest.raises(ValueError, match="every text is a string"):
        not_a("string")
