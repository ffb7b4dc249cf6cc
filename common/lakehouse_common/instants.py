"""Instants as texts and back: everything in UTC, whatever was written."""

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime


def in_utc(moment: datetime) -> datetime:
    """Returns the same instant in UTC; a moment without an offset is taken as UTC.

    Raises:
        OverflowError: its offset leads beyond the calendar.
    """
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def parse_instant(text: str) -> datetime:
    """Returns the instant of an ISO 8601 date or time, in UTC; a missing offset means UTC.

    Raises:
        ValueError: the text is no such time.
        OverflowError: its offset leads beyond the calendar.
    """
    return in_utc(datetime.fromisoformat(text))


def parse_http_date(text: str) -> datetime | None:
    """Returns the instant of an HTTP header such as `Date` (RFC 9110, 5.6.7), in UTC; None for any other text."""
    try:
        return in_utc(parsedate_to_datetime(text))
    except (TypeError, ValueError, OverflowError):
        return None


def utc_text(moment: datetime) -> str:
    """Returns the instant as `2026-01-07T06:00:00.000000Z`: texts of equal length, whose order is that in time."""
    return f"{in_utc(moment):%Y-%m-%dT%H:%M:%S.%fZ}"
