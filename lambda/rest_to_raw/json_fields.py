"""A few fields of many records, read without decoding the rest."""

from collections.abc import Sequence
from typing import Any

import msgspec
from msgspec import Raw

ABSENT = Raw(b"null")


class Fields:
    """Reads the values at some dotted paths; without a path it still checks that every record is an object."""

    def __init__(self, paths: Sequence[str]) -> None:
        self.steps = [path.split(".") for path in paths]
        level = _level(self.steps)
        self.decoder = msgspec.json.Decoder(list[level])  # type: ignore[valid-type]
        self.decoder_of_one = msgspec.json.Decoder(level)

    def of(self, records: Raw) -> list[tuple[Raw, ...]]:
        """Returns for each record of a JSON list its values, `null` where a step is absent.

        Raises:
            msgspec.ValidationError: it is no list of objects, or a step below the first leads into something else.
        """
        return [self._values(record) for record in self.decoder.decode(records)]

    def one(self, record: bytes) -> tuple[Raw, ...]:
        """Returns the values of a single record. Raises: as `of`."""
        return self._values(self.decoder_of_one.decode(record))

    def _values(self, record: Any) -> tuple[Raw, ...]:
        return tuple(_at(record, steps) for steps in self.steps)


def _level(paths: Sequence[Sequence[str]]) -> Any:
    """Returns a struct of the paths' first steps: a Raw where a path ends, else a struct of the next steps."""
    below: dict[str, list[Sequence[str]]] = {}
    for first, *rest in paths:
        below.setdefault(first, []).extend([rest] if rest else [])
    names = {step: f"field_{number}" for number, step in enumerate(below)}
    fields = [
        (names[step], _level(rest) | None, None) if rest else (names[step], Raw, ABSENT) for step, rest in below.items()
    ]
    struct: Any = msgspec.defstruct("Level", fields, rename={name: step for step, name in names.items()}, gc=False)
    struct.steps_of = names
    return struct


def _at(level: Any, steps: Sequence[str]) -> Raw:
    for step in steps:
        if level is None:
            return ABSENT
        level = getattr(level, type(level).steps_of[step])
    value: Raw = level
    return value


def at(level: dict[str, Raw], path: str) -> Raw | None:
    """Returns the value at a dotted path of one JSON object; None where a step of it is absent or null.

    Raises:
        msgspec.ValidationError: a step leads into something that is no object.
    """
    first, *rest = path.split(".")
    value = level.get(first)
    for step in rest:
        inner = msgspec.json.decode(value or ABSENT, type=dict[str, Raw] | None)
        value = inner.get(step) if inner else None
    return None if value is None or bytes(value) == b"null" else value
