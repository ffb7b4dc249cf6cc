"""The two days of the demo, and Salesforce's spellings of instants; nothing here reads the machine's clock."""

from datetime import UTC, date, datetime, timedelta

DAYS = {1: datetime(2026, 1, 7, tzinfo=UTC), 2: datetime(2026, 1, 8, tzinfo=UTC)}


def at(day: int, hour: int, minute: int = 0) -> datetime:
    """Return an instant of day 1 or 2, in UTC.

    Raises:
        ValueError: there is no such day.
    """
    if day not in DAYS:
        raise ValueError(f"the demo has day 1 and day 2, not day {day}")
    return DAYS[day] + timedelta(hours=hour, minutes=minute)


def instant(moment: datetime) -> str:
    """Return the instant as Salesforce's Bulk API spells it, to the second: `2026-01-07T06:00:00.000Z`."""
    return f"{moment:%Y-%m-%dT%H:%M:%S}.000Z"


def with_offset(text: str) -> str:
    """Return the same instant as Salesforce's REST API spells it: `2026-01-07T06:00:00.000+0000`."""
    return text.removesuffix("Z") + "+0000"


def earlier(text: str, by: timedelta) -> str:
    """Return the instant so much before that of either spelling, as the Bulk API spells it."""
    return instant(datetime.fromisoformat(text[:19]) - by)


def iso_date(day: date) -> str:
    """Return the date: `2026-01-07`."""
    return f"{day:%Y-%m-%d}"
