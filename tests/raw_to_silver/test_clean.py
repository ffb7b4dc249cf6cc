"""Laws of the verdicts: a row is valid or quarantined with all its reasons; what is quarantined shows no one's data."""

import hashlib
import hmac
import json
from collections import Counter
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest
from pyspark.sql import DataFrame, Observation, Row, SparkSession
from pyspark.sql import functions as F

from lakehouse.contract.models import SilverTable
from lakehouse.raw_to_silver.clean import is_valid, parse_columns, select_quarantined, type_columns
from lakehouse.raw_to_silver.mask import make_masker
from lakehouse.raw_to_silver.reasons import Reason, not_a, reason_of

KEY = b"a-key-of-letters-for-tests-and-nothing-else"
COLUMNS: dict[str, Any] = {
    "law": {"from": "Law"},
    "person_id": {"from": "Id", "type": "salesforce_id"},
    "name": {"from": "Name", "required": True},
    "nickname": {"from": "Nickname", "pii": "hash"},
    "email": {"from": "Email", "type": "email", "pii": "none"},
    "domain": {"from": "Email", "type": "email", "pii": "domain"},
    "phone": {"from": "Phone", "type": "phone", "pii": "last_4"},
    "birth_year": {"from": "Birthdate", "type": "date", "pii": "year"},
    "notes": {"from": "Description", "pii": "drop"},
    "mood": {"from": "Mood", "one_of": ["good", 'it\'s "so\\so"']},
    "employees": {"from": "Employees", "type": "integer", "min": 0},
    "score": {"from": "Score", "type": "decimal(11,8)", "min": "0.00000001", "max": 100},
    "currency": {"from": "CurrencyIsoCode", "type": "currency"},
    "is_active": {"from": "IsActive", "type": "boolean"},
}
PERSON = {"description": "one row per person", "from": "salesforce.Contact", "key": "person_id", "columns": COLUMNS}
TABLE = SilverTable.model_validate({**PERSON, "version": "SystemModstamp"})
GOOD: dict[str, Any] = {
    "law": "good",
    "person_id": "001D000000K0fXO",
    "name": " Ann\0 ",
    "nickname": "Nan 1",
    "email": "Ann@Example.com",
    "domain": "Ann@Example.com",
    "phone": "+49 30 123456",
    "birth_year": "1985-12-31",
    "mood": "good",
    "employees": "3.0",
    "score": "99.5",
    "currency": "eur",
    "is_active": "TRUE",
    "_version": "2026-01-06T07:08:09.000+0000",
    "_source_file": "file:///raw/12-2026-01-07T06%3A00%3A00",
    "_malformed": False,
    "_arrived_at": "2026-01-07T06:00:00Z",
}
OPTIONAL = set(GOOD) - {"law", "person_id", "name", "_malformed", "_arrived_at", "_source_file"}
ABOUT = ("law", "_source_file", "_arrived_at", "reasons")
ARRIVED, CHANGED = datetime(2026, 1, 7, 6), datetime(2026, 1, 6, 7, 8, 9)
# What breaks each rule alone: a field, the text that breaks it, and the name under which the reason is stored.
EXAMPLES: dict[str, tuple[str, str | bool, str]] = {
    Reason.MALFORMED: ("_malformed", True, "record"),
    Reason.MISSING: ("name", " \0 ", "name"),
    not_a("boolean"): ("is_active", "perhaps", "is_active"),
    not_a("integer"): ("employees", "3.5", "employees"),
    not_a("decimal(11,8)"): ("score", "1000", "score"),
    not_a("date"): ("birth_year", "1985-02-29", "birth_year"),
    not_a("timestamp"): ("_version", "yesterday", "version"),
    not_a("salesforce_id"): ("person_id", "001D000000K0fXOIAA", "person_id"),
    not_a("email"): ("email", "ann at example", "email"),
    not_a("phone"): ("phone", "n/a", "phone"),
    not_a("currency"): ("currency", "EURO", "currency"),
    Reason.OUT_OF_RANGE: ("employees", "-1", "employees"),
    Reason.NOT_ALLOWED: ("mood", "Good", "mood"),
}
# Faulty texts and what is shown of them.
SHAPES = {
    "Ann-Lee 42": "Aaa-Aaa 99",
    "ann@Example.com": "aaa@Aaaaaaa.aaa",
    "ÄÖü ßé": "AAa aa",
    "東京 ①Ⅳ٣": "aa 999",
    "A\nb": "A\na",
    "😀": "😀",
}
# Law: what differs from a good row, and all the reasons, in the order of the table's columns.
VERDICTS: dict[str, tuple[dict[str, Any], list[str]]] = {
    "a good row is valid": ({}, []),
    "what is not required may be missing": (dict.fromkeys(OPTIONAL), []),
    "and may be blank": (dict.fromkeys(OPTIONAL, " \0"), []),
    "a bound is within its range": ({"score": "0.00000001", "employees": "0"}, []),
    "and so is the upper one": ({"score": "100.00"}, []),
    "what is rounded to a bound is within": ({"score": "100.000000004"}, []),
    "below the lower bound is out of range": ({"score": "0"}, ["score: is out of range"]),
    "beyond the upper bound is out of range": ({"score": "100.00000001"}, ["score: is out of range"]),
    "allowed words may hold quotes and backslashes": ({"mood": 'it\'s "so\\so"'}, []),
    "a key is required": ({"person_id": None}, ["person_id: is missing"]),
    "a word for nothing is no number": ({"score": "NA"}, ["score: is not a number that fits"]),
    "a row with several faults has all their reasons": (
        {"name": None, "email": "x", "domain": "x", "score": "100.01", "currency": "€", "_version": "x"},
        [
            "name: is missing",
            "email: is not an e-mail address",
            "domain: is not an e-mail address",
            "score: is out of range",
            "currency: is not a currency code",
            "version: is not an instant",
        ],
    ),
    "a malformed record has the reasons of what is missing as well": (
        {"_malformed": True, "person_id": None, "name": None},
        [reason_of("record", Reason.MALFORMED), "person_id: is missing", "name: is missing"],
    ),
    **{
        f"example of {reason}": ({field: text}, [reason_of(name, reason)])
        for reason, (field, text, name) in EXAMPLES.items()
    },
}


@pytest.fixture(scope="module")
def reason_counts() -> Observation:
    return Observation("reasons")


@pytest.fixture(scope="module")
def quarantined(spark: SparkSession, reason_counts: Observation) -> dict[str, Row]:
    """What of the verdicts' rows is quarantined, by law; the source file is named for it too."""
    rows = [{**GOOD, **changes, "law": law, "_source_file": law} for law, (changes, _) in VERDICTS.items()]
    found = select_quarantined(frame(spark, rows), TABLE, make_masker(spark, KEY, 1), reason_counts)
    return {row._source_file: row for row in found.collect()}


def frame(spark: SparkSession, rows: list[dict[str, Any]]) -> DataFrame:
    kinds = {"_malformed": "boolean", "_arrived_at": "timestamp"}
    fields = ",".join(f"{name}:{kinds.get(name, 'string')}" for name in GOOD)
    return spark.range(1).select(F.inline(F.from_json(F.lit(json.dumps(rows)), f"array<struct<{fields}>>")))


@pytest.mark.parametrize("reason", EXAMPLES)
def test_every_reason_has_an_example(reason: str, quarantined: dict[str, Row]) -> None:
    *_, name = EXAMPLES[reason]
    assert quarantined[f"example of {reason}"].reasons == [reason_of(name, reason)]


def test_no_reason_is_without_an_example() -> None:
    assert set(Reason) < set(EXAMPLES)


def test_a_row_is_quarantined_with_all_its_reasons_or_not_at_all(quarantined: dict[str, Row]) -> None:
    expected = {law: reasons for law, (_, reasons) in VERDICTS.items() if reasons}
    assert {law: row.reasons for law, row in quarantined.items()} == expected


def test_a_row_is_valid_when_it_has_no_reason_to_be_quarantined(spark: SparkSession) -> None:
    rows = frame(spark, [{**GOOD, **changes, "law": law} for law, (changes, _) in VERDICTS.items()])
    verdicts = parse_columns(rows, TABLE).selectExpr("law", is_valid(TABLE)).collect()
    assert dict(map(tuple, verdicts)) == {law: not reasons for law, (_, reasons) in VERDICTS.items()}


def test_reasons_are_counted_in_the_same_pass(quarantined: dict[str, Row], reason_counts: Observation) -> None:
    expected = Counter(reason for _, reasons in VERDICTS.values() for reason in reasons)
    assert quarantined
    assert {reason: rows for reason, rows in reason_counts.get.items() if rows} == expected


def test_a_valid_row_has_typed_values_its_version_and_its_arrival(spark: SparkSession) -> None:
    found = type_columns(parse_columns(frame(spark, [GOOD]), TABLE), TABLE).first()
    assert found is not None
    assert found.asDict() == {
        "law": "good",
        "person_id": "001D000000K0fXOIAZ",
        "name": "Ann",
        "nickname": "Nan 1",
        "email": "ann@example.com",
        "domain": "ann@example.com",
        "phone": "+4930123456",
        "birth_year": date(1985, 12, 31),
        "mood": "good",
        "employees": 3,
        "score": Decimal("99.50000000"),
        "currency": "EUR",
        "is_active": True,
        "_version": CHANGED,
        "_arrived_at": ARRIVED,
    }


def test_the_arrival_is_the_version_of_a_row_without_one(spark: SparkSession) -> None:
    rows = parse_columns(frame(spark, [{**GOOD, "_version": None}]), TABLE).where(is_valid(TABLE))
    assert type_columns(rows, TABLE).select("_version", "_arrived_at").collect() == [(ARRIVED, ARRIVED)]


def test_the_arrival_is_the_version_of_a_table_without_one(spark: SparkSession) -> None:
    table = SilverTable.model_validate(PERSON)
    rows = parse_columns(frame(spark, [GOOD]).drop("_version"), table)
    assert type_columns(rows, table).select("_version", "_arrived_at").collect() == [(ARRIVED, ARRIVED)]


def test_what_is_quarantined_is_clear_only_where_it_is_neither_personal_nor_faulty(quarantined: dict[str, Row]) -> None:
    assert shown(quarantined["example of is out of range"]) == {
        "person_id": "001D000000K0fXO",
        "name": "Ann",
        "email": "Ann@Example.com",
        "mood": "good",
        "employees": "-9",
        "score": "99.5",
        "currency": "eur",
        "is_active": "TRUE",
        **hashes("nickname", "domain", "phone", "birth_year"),
    }


def test_of_a_malformed_record_only_shapes_and_hashes_are_kept(quarantined: dict[str, Row]) -> None:
    assert shown(quarantined[f"example of {Reason.MALFORMED}"]) == {
        "person_id": "999A999999A9aAA",
        "name": "Aaa",
        "email": "Aaa@Aaaaaaa.aaa",
        "mood": "aaaa",
        "employees": "9.9",
        "score": "99.9",
        "currency": "aaa",
        "is_active": "AAAA",
        **hashes("nickname", "domain", "phone", "birth_year"),
    }


def test_a_faulty_value_is_kept_as_its_shape(spark: SparkSession) -> None:
    rows = frame(spark, [{**GOOD, "_source_file": text, "currency": text} for text in SHAPES])
    found = select_quarantined(rows, TABLE, make_masker(spark, KEY, 1), Observation("shapes"))
    assert {row._source_file: row.currency for row in found.collect()} == SHAPES


def test_a_personal_value_is_hashed_when_it_is_faulty_too(quarantined: dict[str, Row]) -> None:
    row = quarantined["a row with several faults has all their reasons"]
    assert (row.email, row.domain) == ("a", hashed("x"))


def shown(row: Row) -> dict[str, Any]:
    """What the row shows of the record itself."""
    return {name: value for name, value in row.asDict().items() if name not in ABOUT}


def hashes(*names: str) -> dict[str, str]:
    return {name: hashed(GOOD[name]) for name in names}


def hashed(text: str) -> str:
    return f"hk1:{hmac.new(KEY, text.encode(), hashlib.sha256).hexdigest()}"
