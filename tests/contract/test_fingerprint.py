"""A table's fingerprint: what is stored with its rows, what differs, and what that takes."""

import hashlib

import pytest

from lakehouse.contract.column_types import column_type
from lakehouse.contract.diff import Effort, KeyChangedError, check_key, compare, effort_of
from lakehouse.contract.fingerprint import (
    CLEANING,
    Fingerprint,
    FingerprintError,
    MaskingMark,
    key_mark,
    read_fingerprint,
)
from lakehouse.contract.masks import MASKS

# What the SQL of the types and masks of CLEANING 1 is. Where one changes so that a value comes out otherwise, CLEANING
# goes up: every lake then makes its tables anew. Where values stay, only the digest changes.
TYPE_SQL = {
    "string": "bc2bd72ca0456587",
    "boolean": "8f01c51af6926fa5",
    "integer": "0ee0da6403e88229",
    "date": "3d0524624602f881",
    "timestamp": "a663bef6135342ac",
    "salesforce_id": "fe08555b3496dbfd",
    "email": "00a146d2532e5cd1",
    "phone": "52f32337bf328854",
    "currency": "bc4fa310fba9fd8d",
    "decimal(18,2)": "9a3e0a59e6f1a6cc",
    "decimal(38,6)": "78a8b45599f750d2",
}
MASK_SQL = {
    "hash": "6be36ab9b55d12ef",
    "drop": "e5469e07038ba296",
    "last_4": "521df8ad9cb2d5b7",
    "domain": "48ba6df67aabc81f",
    "year": "a6cb5902a2d2f8ef",
    "redacted": "b4187afaf9ce8cf8",
    "none": "9ff7a45064561078",
}
NAME = {"from": "Name", "type": "string", "mask": "none"}
EMAIL = {"from": "Email", "type": "email", "mask": "hash"}


def fingerprint(key_version: int = 1, key: str = "k", **columns: dict[str, object]) -> Fingerprint:
    masking = MaskingMark(version=key_version, key=key)
    names = {"id": {"from": "Id", "type": "string", "mask": "none", "required": True}} | columns
    return Fingerprint.model_validate(
        {"source": "salesforce.X", "key": ("id",), "version": None, "columns": names, "masking": masking}
    )


def digest(sql: str) -> str:
    return hashlib.sha256(sql.encode()).hexdigest()[:16]


def test_the_sql_that_makes_values_is_that_of_the_version_that_is_stored() -> None:
    assert CLEANING == 1
    assert {name: digest(column_type(name).parse("`it`")) for name in TYPE_SQL} == TYPE_SQL
    assert {name: digest(MASKS[name].hide("`it`", 1)) for name in MASK_SQL} == MASK_SQL


def test_what_is_stored_is_read_again() -> None:
    stored = fingerprint(name=NAME, email=EMAIL)
    assert read_fingerprint("silver.x", stored.to_json()) == stored


@pytest.mark.parametrize("text", ["", "{}", '{"form": 2}'])
def test_what_another_version_stored_is_refused(text: str) -> None:
    with pytest.raises(FingerprintError, match="silver.x: this version can't read its fingerprint"):
        read_fingerprint("silver.x", text)


def test_a_key_is_told_from_another_and_not_shown() -> None:
    assert key_mark(b"a" * 32) != key_mark(b"b" * 32)
    assert len(key_mark(b"a" * 32)) == 64


@pytest.mark.parametrize(
    ("before", "after", "effort"),
    [
        (NAME, NAME, None),
        (NAME | {"type": "decimal(10,2)"}, NAME | {"type": "decimal(12,2)"}, Effort.METADATA),
        (NAME | {"type": "decimal(10,2)"}, NAME | {"type": "decimal(12,4)"}, Effort.FROM_RAW),
        (NAME | {"type": "decimal(12,2)"}, NAME | {"type": "decimal(10,2)"}, Effort.FROM_RAW),
        (NAME, NAME | {"mask": "redacted"}, Effort.FROM_SILVER),
        (NAME | {"mask": "redacted"}, NAME, Effort.FROM_RAW),
        (NAME, NAME | {"from": "Other"}, Effort.FROM_RAW),
        (NAME, NAME | {"required": True}, Effort.FROM_RAW),
        (NAME | {"one_of": ["a"]}, NAME | {"one_of": ["a", "b"]}, Effort.FROM_RAW),
        (NAME | {"min": "1"}, NAME, Effort.FROM_RAW),
    ],
)
def test_a_change_takes_as_much_as_its_values_need(
    before: dict[str, object], after: dict[str, object], effort: Effort | None
) -> None:
    assert effort_of(compare(fingerprint(name=before), fingerprint(name=after), {})) == effort


def test_a_new_name_is_metadata_and_both_names_gone_or_there_are_not() -> None:
    before = fingerprint(name=NAME)
    assert [change.was for change in compare(before, fingerprint(label=NAME), {"label": "name"})] == ["name"]
    assert effort_of(compare(before, fingerprint(label=NAME), {})) is Effort.FROM_RAW
    assert compare(fingerprint(label=NAME), fingerprint(label=NAME), {"label": "name"}) == []


def test_a_key_has_one_version() -> None:
    with pytest.raises(KeyChangedError, match=r"silver\.x: .* masking\.version: 2"):
        check_key("silver.x", fingerprint(key="k", email=EMAIL), fingerprint(key="l", email=EMAIL))
    check_key("silver.x", fingerprint(key="k", email=EMAIL), fingerprint(2, "l", email=EMAIL))


def test_a_new_version_of_the_key_is_a_change_of_each_hashed_column() -> None:
    changes = compare(fingerprint(1, name=NAME, email=EMAIL), fingerprint(2, name=NAME, email=EMAIL), {})
    assert [(change.column, change.effort) for change in changes] == [("email", Effort.FROM_RAW)]
