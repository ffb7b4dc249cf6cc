"""How a cursor is written and read: an instant, a date, seconds or milliseconds since 1970, a number or a text."""

import re
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from lakehouse_common.errors import LakehouseError
from rest_to_raw.settings.structs import Since

NUMBER = re.compile(r"-?\d+(\.\d+)?")
# Of equal length and all in UTC, so that the order of the texts is the order of the instants.
SORTS = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z")
UNITS = {"epoch_seconds": 1, "epoch_millis": 1000}

Rank = tuple[str, Any]


class CursorValueError(LakehouseError, ValueError):
    """A text is not of the kind that the contract names."""


def rank(text: str, since: Since) -> Rank:
    """What a value is compared by: its kind, and an instant, a number or itself.

    Raises:
        CursorValueError: the contract names a kind that the text is not of.
    """
    if since.kind is None:
        return _told(text)
    if since.kind == "text":
        return "text", text
    if since.kind == "number":
        if not NUMBER.fullmatch(text):
            raise CursorValueError
        return "number", Decimal(text)
    return "instant", instant(text, since)


def instant(text: str, since: Since) -> datetime:
    """The value as an instant; without an offset it is in UTC. Raises: CursorValueError."""
    if since.kind in UNITS:
        if not NUMBER.fullmatch(text):
            raise CursorValueError
        try:
            return datetime.fromtimestamp(float(Decimal(text) / UNITS[since.kind]), UTC)
        except (ValueError, OverflowError, OSError):
            raise CursorValueError from None
    for written in since.formats:
        try:
            return _in_utc(datetime.strptime(text, written))
        except ValueError:
            continue
    try:
        return _in_utc(datetime.fromisoformat(text))
    except (ValueError, OverflowError):
        raise CursorValueError from None


def written(moment: datetime, since: Since) -> str:
    """The instant as the API wants it; whole seconds unless it counts milliseconds."""
    if since.kind in UNITS:
        return str(int(moment.timestamp() * UNITS[since.kind]))
    if since.formats:
        return moment.strftime(since.formats[0])
    return f"{moment:%Y-%m-%d}" if since.kind == "date" else f"{moment:%Y-%m-%dT%H:%M:%S}Z"


def lag(text: str, since: Since, now: datetime) -> float | None:
    """Seconds from a cursor that is a time until now; None of any other."""
    try:
        kind, value = rank(text, since)
    except CursorValueError:
        return None
    return (now - value).total_seconds() if kind == "instant" else None


def _told(text: str) -> Rank:
    """A kind that is told from the value itself."""
    if NUMBER.fullmatch(text):
        return "number", Decimal(text)
    try:
        return "instant", _in_utc(datetime.fromisoformat(text))
    except (ValueError, OverflowError):
        return "text", text


def _in_utc(moment: datetime) -> datetime:
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
