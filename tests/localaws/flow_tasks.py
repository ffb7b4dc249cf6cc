"""What a flow's tasks make of the records of Salesforce: which fields, under which names, masked how, which rows."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

Row = dict[str, str | None]
Task = dict[str, Any]
INSTANTS = ("%Y-%m-%dT%H:%M:%S.%f%z", "%Y-%m-%dT%H:%M:%S%z", "%Y-%m-%d")


class FlowTerminated(Exception):
    """A validation that ends the flow met a record; the record is not quoted."""


def transformed(rows: Iterable[Row], tasks: list[Task]) -> list[Row]:
    """The records as they are written, in their order.

    Raises:
        KeyError: a task names a field that the object has not, as Salesforce refuses it.
        FlowTerminated: by a validation with DropDataset.
    """
    kept = _validated(_filtered(rows, _of(tasks, "Filter", but="PROJECTION")), _of(tasks, "Validate"))
    return [_mapped(_changed(row, tasks), tasks) for row in kept]


def _of(tasks: list[Task], kind: str, but: str = "") -> list[Task]:
    return [task for task in tasks if task["taskType"] == kind and _operator(task) != but]


def _operator(task: Task) -> str:
    return str(task.get("connectorOperator", {}).get("Salesforce", ""))


def _filtered(rows: Iterable[Row], filters: list[Task]) -> Iterator[Row]:
    return (row for row in rows if all(_matches(row[task["sourceFields"][0]], task) for task in filters))


def _matches(value: str | None, task: Task) -> bool:
    asked, kind = task["taskProperties"], task["taskProperties"]["DATA_TYPE"]
    if value is None:
        return False
    low, high = (asked.get(name) for name in ("LOWER_BOUND", "UPPER_BOUND"))
    if low is not None and high is not None:
        return bool(_comparable(low, kind, True) <= _comparable(value, kind) < _comparable(high, kind, True))
    one, other = _comparable(value, kind), _comparable(asked["VALUE"], kind, True)
    return {
        "EQUAL_TO": one == other,
        "NOT_EQUAL_TO": one != other,
        "CONTAINS": str(asked["VALUE"]) in value,
        "LESS_THAN": one < other,
        "LESS_THAN_OR_EQUAL_TO": one <= other,
        "GREATER_THAN": one > other,
        "GREATER_THAN_OR_EQUAL_TO": one >= other,
    }[_operator(task)]


def _comparable(value: str, kind: str, is_bound: bool = False) -> Any:
    """Instants as milliseconds, in which bounds are given; numbers as numbers; all else as text."""
    if kind in ("date", "datetime"):
        return int(value) if is_bound else int(instant(value).timestamp() * 1000)
    if kind in ("double", "int", "currency", "percent", "long"):
        return Decimal(value)
    return value


def instant(text: str) -> datetime:
    """Salesforce's instant or date, in UTC where it says no offset."""
    for pattern in INSTANTS:
        try:
            read = datetime.strptime(text, pattern)
        except ValueError:
            continue
        return read if read.tzinfo else read.replace(tzinfo=UTC)
    raise ValueError("a text that is no instant")


def _validated(rows: Iterable[Row], validations: list[Task]) -> Iterator[Row]:
    for row in rows:
        broken = [task for task in validations if not _holds(row[task["sourceFields"][0]], _operator(task))]
        if any(task["taskProperties"]["VALIDATION_ACTION"] != "DropRecord" for task in broken):
            raise FlowTerminated("a record did not pass a validation")
        if not broken:
            yield row


def _holds(value: str | None, rule: str) -> bool:
    if value is None or value == "":
        return False
    if rule == "VALIDATE_NON_NULL":
        return True
    try:
        number = Decimal(value)
    except InvalidOperation:
        return False
    return {"VALIDATE_NON_ZERO": number != 0, "VALIDATE_NON_NEGATIVE": number >= 0, "VALIDATE_NUMERIC": True}[rule]


def _changed(row: Row, tasks: list[Task]) -> Row:
    changed = dict(row)
    for task in _of(tasks, "Mask") + _of(tasks, "Truncate"):
        field = task["sourceFields"][0]
        value = changed[field]
        if value is not None:
            changed[field] = _cut(value, task) if task["taskType"] == "Truncate" else _masked(value, task)
    return changed


def _cut(value: str, task: Task) -> str:
    return value[: int(task["taskProperties"]["TRUNCATE_LENGTH"])]


def _masked(value: str, task: Task) -> str:
    star, length = task["taskProperties"]["MASK_VALUE"], int(task["taskProperties"]["MASK_LENGTH"])
    many = min(length, len(value))
    return {
        "MASK_ALL": star * len(value),
        "MASK_FIRST_N": star * many + value[many:],
        "MASK_LAST_N": value[: len(value) - many] + star * many,
    }[_operator(task)]


def _mapped(row: Row, tasks: list[Task]) -> Row:
    """The fields that are mapped, under their new names; every field where all are mapped."""
    if _of(tasks, "Map_all"):
        return row
    projected = {
        field for task in _of(tasks, "Filter") if _operator(task) == "PROJECTION" for field in task["sourceFields"]
    }
    maps = [(task["sourceFields"][0], task["destinationField"]) for task in _of(tasks, "Map")]
    return {name: row[field] for field, name in maps if field in projected}
