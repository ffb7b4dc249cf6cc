"""A flow's tasks do what they say, and a field that no task maps is in no record."""

from typing import Any

import pytest

from tests.localaws.flow_tasks import FlowTerminated, Row, transformed

ROWS: list[Row] = [
    {
        "Id": "1",
        "Name": "Ann",
        "Phone": "123456",
        "Amount": "10.5",
        "At": "2026-01-01T00:00:00.000Z",
        "Email": "a@x.de",
    },
    {"Id": "2", "Name": None, "Phone": "12", "Amount": "-1", "At": "2026-01-02T00:00:00.000Z", "Email": None},
]


def task(kind: str, operator: str, *fields: str, to: str | None = None, **properties: str) -> dict[str, Any]:
    made: dict[str, Any] = {
        "taskType": kind,
        "sourceFields": list(fields),
        "connectorOperator": {"Salesforce": operator},
        "taskProperties": properties,
    }
    return made | ({"destinationField": to} if to else {})


PULL = [
    task("Filter", "PROJECTION", "Id", "Name", "Phone"),
    *(task("Map", "NO_OP", field, to=name) for field, name in (("Id", "Id"), ("Name", "FullName"), ("Phone", "Phone"))),
]


def test_only_mapped_fields_come_under_their_new_names() -> None:
    assert transformed(ROWS, PULL) == [
        {"Id": "1", "FullName": "Ann", "Phone": "123456"},
        {"Id": "2", "FullName": None, "Phone": "12"},
    ]


def test_every_field_comes_where_all_are_mapped() -> None:
    assert transformed(ROWS, [task("Map_all", "NO_OP")]) == ROWS


@pytest.mark.parametrize(
    ("operator", "phones"),
    [
        ("MASK_ALL", ["******", "**"]),
        ("MASK_FIRST_N", ["****56", "**"]),
        ("MASK_LAST_N", ["12****", "**"]),
    ],
)
def test_masks_put_stars_in_place_of_characters(operator: str, phones: list[str]) -> None:
    mask = task("Mask", operator, "Phone", MASK_LENGTH="4", MASK_VALUE="*")
    assert [row["Phone"] for row in transformed(ROWS, [*PULL, mask])] == phones


def test_a_text_is_cut() -> None:
    cut = task("Truncate", "NO_OP", "Phone", TRUNCATE_LENGTH="3")
    assert [row["Phone"] for row in transformed(ROWS, [*PULL, cut])] == ["123", "12"]


@pytest.mark.parametrize(
    ("rule", "field", "kept"),
    [
        ("VALIDATE_NON_NULL", "Name", ["1"]),
        ("VALIDATE_NON_NEGATIVE", "Amount", ["1"]),
        ("VALIDATE_NUMERIC", "Email", []),
        ("VALIDATE_NON_ZERO", "Amount", ["1", "2"]),
    ],
)
def test_a_validation_drops_the_record_or_ends_the_flow(rule: str, field: str, kept: list[str]) -> None:
    drop = task("Validate", rule, field, VALIDATION_ACTION="DropRecord")
    assert [row["Id"] for row in transformed(ROWS, [*PULL, drop])] == kept
    if len(kept) < len(ROWS):
        end = task("Validate", rule, field, VALIDATION_ACTION="DropDataset")
        with pytest.raises(FlowTerminated, match="^a record did not pass a validation$"):
            transformed(ROWS, [*PULL, end])


@pytest.mark.parametrize(
    ("filter_", "kept"),
    [
        (task("Filter", "EQUAL_TO", "Name", DATA_TYPE="string", VALUE="Ann"), ["1"]),
        (task("Filter", "LESS_THAN", "Amount", DATA_TYPE="double", VALUE="9"), ["2"]),
        (
            task(
                "Filter", "BETWEEN", "At",
                DATA_TYPE="datetime", LOWER_BOUND="1767225600000", UPPER_BOUND="1767312000000",
            ),
            ["1"],
        ),
        (task("Filter", "CONTAINS", "Phone", DATA_TYPE="phone", VALUE="34"), ["1"]),
    ],
)  # fmt: skip
def test_a_filter_leaves_the_records_that_compare_so(filter_: dict[str, Any], kept: list[str]) -> None:
    assert [row["Id"] for row in transformed(ROWS, [*PULL, filter_])] == kept


def test_a_field_that_the_object_has_not_fails_the_run() -> None:
    with pytest.raises(KeyError, match="Nme"):
        transformed(ROWS, [task("Filter", "PROJECTION", "Nme"), task("Map", "NO_OP", "Nme", to="Nme")])
