"""What a report says of an error: our own sentences in full, of all others the kind and never the text."""

from pathlib import Path

import pytest
from py4j.protocol import Py4JJavaError
from pyspark.sql import SparkSession

from data_quality.gate import GateIncompleteError
from data_quality.rules import SuiteError
from lakehouse.raw_to_silver.mask import WeakKeyError
from lakehouse.raw_to_silver.row_counts import UnaccountedRowsError
from lakehouse.spark.failures import describe
from lakehouse.spark.iceberg import NotAuditedError, SchemaChangedError
from lakehouse_common.errors import LakehouseError

CANARY = "C4N4RY"
KEPT_OUT = "its text may quote data and is kept out of reports: see the log of the run's machine"


class OfAnotherLibrary(ValueError):
    """Looks like one of ours, and is none."""


@pytest.mark.parametrize(
    "kind",
    [
        LakehouseError,
        NotAuditedError,
        UnaccountedRowsError,
        SchemaChangedError,
        WeakKeyError,
        SuiteError,
        GateIncompleteError,
    ],
)
def test_an_error_of_our_own_is_told_in_full(kind: type[Exception]) -> None:
    assert describe(kind("silver.account: 3 rows of 'file'")) == "silver.account: 3 rows of 'file'"


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (ValueError(CANARY), "ValueError"),
        (KeyError(CANARY), "KeyError"),
        (OfAnotherLibrary(CANARY, {"row": CANARY}), "OfAnotherLibrary"),
        (UnicodeDecodeError("utf-8", CANARY.encode(), 0, 1, CANARY), "UnicodeDecodeError"),
    ],
)
def test_of_a_foreign_error_only_the_kind_is_told(error: Exception, kind: str) -> None:
    assert describe(error) == f"{kind}; {KEPT_OUT}"


@pytest.mark.parametrize(
    ("query", "kind"),
    [
        ("SELECT CAST(a AS INT) FROM VALUES ('{}') AS t(a)", "NumberFormatException (CAST_INVALID_INPUT)"),
        ("SELECT to_timestamp(a, 'yyyy') FROM VALUES ('{}') AS t(a)", "DateTimeException (CANNOT_PARSE_TIMESTAMP)"),
        ("SELECT 1 / a AS {} FROM VALUES (0) AS t(a)", "ArithmeticException (DIVIDE_BY_ZERO)"),
        ("SELECT raise_error(a) FROM VALUES ('{}') AS t(a)", "Py4JJavaError (RuntimeException)"),
        ("SELECT {}", "AnalysisException (UNRESOLVED_COLUMN.WITHOUT_SUGGESTION)"),
        ("SELECT {} (", "ParseException (PARSE_SYNTAX_ERROR)"),
    ],
)
def test_of_a_failed_query_the_kind_and_spark_s_condition_are_told(spark: SparkSession, query: str, kind: str) -> None:
    with pytest.raises(Exception, match=CANARY) as caught:
        spark.sql(query.format(CANARY)).collect()
    assert describe(caught.value) == f"{kind}; {KEPT_OUT}"


def test_of_parquet_that_is_not_text_the_column_and_its_type_are_told(spark: SparkSession, tmp_path: Path) -> None:
    spark.sql("SELECT 1.5D AS Amount").write.parquet(f"file://{tmp_path}/typed")
    with pytest.raises(Py4JJavaError) as caught:
        spark.read.schema("Amount string").parquet(f"file://{tmp_path}/typed").collect()
    sentence = "the Parquet column Amount is DOUBLE and not text: let AppFlow write text, as it does by default"
    assert describe(caught.value) == sentence


def test_what_caused_an_error_of_our_own_is_not_told() -> None:
    with pytest.raises(LakehouseError) as caught:
        _explained()
    assert describe(caught.value) == "the file is unreadable"


def _explained() -> None:
    try:
        raise ValueError(CANARY)
    except ValueError as error:
        raise LakehouseError("the file is unreadable") from error
