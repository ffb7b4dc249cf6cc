"""The kinds of cursors: an instant, a date, seconds or milliseconds since 1970, a number or a text."""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from lakehouse_common.errors import LakehouseError
from lakehouse_common.instants import in_utc, parse_instant
from rest_to_raw.settings.structs import Since, SinceKind

NUMBER = re.compile(r"-?\d+(\.\d+)?")
# Of equal length and all in UTC, so that the order of the texts is the order of the instants.
SORTS = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z")
UNITS = {"epoch_seconds": 1, "epoch_millis": 1000}

Rank = tuple[str, Any]


class CursorValueError(LakehouseError, ValueError):
    """A cursor's text is not of the kind that the contract names."""


def rank(text: str, since: Since) -> Rank:
    """Returns the sort key of a value: its kind, and an instant, a number or the text itself.

    Raises:
        CursorValueError: the contract names a kind that the text is not of.
    """
    return RANKS[since.kind](text, since)


def instant(text: str, since: Since) -> datetime:
    """Returns the value as an instant in UTC; without an offset it is in UTC. Raises: CursorValueError."""
    if since.kind in UNITS:
        try:
            return datetime.fromtimestamp(float(_number(text) / UNITS[since.kind]), UTC)
        except (ValueError, OverflowError, OSError):
            raise CursorValueError from None
    for written in since.formats:
        try:
            return in_utc(datetime.strptime(text, written))
        except ValueError:
            continue
    try:
        return parse_instant(text)
    except (ValueError, OverflowError):
        raise CursorValueError from None


def written(moment: datetime, since: Since) -> str:
    """Returns the instant as the API wants it, in whole seconds unless its unit is milliseconds."""
    if since.kind in UNITS:
        return str(int(moment.timestamp() * UNITS[since.kind]))
    if since.formats:
        return moment.strftime(since.formats[0])
    return f"{moment:%Y-%m-%d}" if since.kind == "date" else f"{moment:%Y-%m-%dT%H:%M:%S}Z"


def lag(text: str, since: Since, now: datetime) -> float | None:
    """Returns the seconds from a cursor that is a time until now; None for other kinds."""
    try:
        kind, value = rank(text, since)
    except CursorValueError:
        return None
    return (now - value).total_seconds() if kind == "instant" else None


def _rank_by_look(text: str, since: Since) -> Rank:
    """Returns the sort key of a value whose kind is known only from the value itself."""
    if NUMBER.fullmatch(text):
        return "number", Decimal(text)
    try:
        return "instant", parse_instant(text)
    except (ValueError, OverflowError):
        return "text", text


def _rank_instant(text: str, since: Since) -> Rank:
    return "instant", instant(text, since)


def _number(text: str) -> Decimal:
    if not NUMBER.fullmatch(text):
        raise CursorValueError
    return Decimal(text)


# How a value is compared, by the contract's kind; None where it names none.
RANKS: dict[SinceKind | None, Callable[[str, Since], Rank]] = {
    None: _rank_by_look,
    "instant": _rank_instant,
    "date": _rank_instant,
    "epoch_seconds": _rank_instant,
    "epoch_millis": _rank_instant,
    "number": lambda text, since: ("number", _number(text)),
    "text": lambda text, since: ("text", text),
}
