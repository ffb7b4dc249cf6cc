"""The incremental cursor: the highest value of one field over all records, as the server writes it."""

import re
from collections.abc import Iterable
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import msgspec
from msgspec import Raw

from rest_to_raw.resource import Resource
from rest_to_raw.result import Failure

NULL = Raw(b"null")
NUMBER = re.compile(r"-?\d+(\.\d+)?")


class CursorField:
    """Reads the `since` field of records without decoding the rest of them."""

    def __init__(self, resource: Resource, path: str) -> None:
        self.resource = resource
        self.path = path
        self.decoder = msgspec.json.Decoder(_record_type(path.split(".")))

    def highest(self, previous: str | None, records: Iterable[bytes]) -> str | None:
        """The highest of `previous` and the records' values, of equal ones the first; null and absent do not count.

        Dates and instants compare as instants (a missing offset means UTC), numbers as numbers, all else as text.

        Raises:
            Failure: a value is no text and no number, or the values are of kinds that cannot be compared.
        """
        found = [previous, *(self._value(record) for record in records)]
        ranked = [(*_rank(text), text) for text in found if text is not None]
        if len({kind for kind, _, _ in ranked}) > 1:
            raise self._surprise("values of more than one kind")
        return max(ranked, key=lambda rank: rank[1])[2] if ranked else None

    def _value(self, record: bytes) -> str | None:
        try:
            level = self.decoder.decode(record)
            while level is not None and not isinstance(level, Raw):
                level = level.value
            value = msgspec.json.decode(level or NULL, type=str | int | float | None)
        except msgspec.ValidationError:
            raise self._surprise("something that is no text and no number") from None
        # A number stays as it is written: as a float it would lose digits.
        return bytes(level).decode() if level is not None and isinstance(value, int | float) else value

    def _surprise(self, what: str) -> Failure:
        name = f"rest.{self.resource.api}.resources.{self.resource.resource}"
        return Failure("contract", f"records of {name} hold {what} at '{self.path}'; choose another field for 'since'")


def _record_type(steps: list[str]) -> Any:
    """A struct that knows one field, `value`: the first step's, nested for every further step."""
    first, *rest = steps
    value = ("value", _record_type(rest) | None, None) if rest else ("value", Raw, NULL)
    return msgspec.defstruct("Level", [value], rename={"value": first})


def _rank(text: str) -> tuple[str, Any]:
    if NUMBER.fullmatch(text):
        return "number", Decimal(text)
    try:
        parsed = datetime.fromisoformat(text)
        return "instant", parsed.replace(tzinfo=UTC) if parsed.tzinfo is None else parsed.astimezone(UTC)
    except (ValueError, OverflowError):
        return "text", text
