"""The dates of `make backfill`, all parsed before anything is started."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from lakehouse_common.errors import LakehouseError

DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
STEP = re.compile(r"[1-9]\d{0,3}d", re.ASCII)


class BackfillRefusedError(LakehouseError):
    """The dates can't be run; the message has one sentence a line, each with what to do instead."""


@dataclass(frozen=True)
class DateRange:
    """Every `step`-th date from `first` to `last`, both included, in UTC."""

    first: date
    last: date
    step: int
    environment: str

    def dates(self) -> Iterator[date]:
        """Returns the dates, the first one first."""
        return (self.first + timedelta(days) for days in range(0, (self.last - self.first).days + 1, self.step))

    def command(self, since: date) -> str:
        """Returns the command that runs the dates from `since` on."""
        return f"make backfill FROM={since} TO={self.last} EVERY={self.step}d ENV={self.environment}"


def parse_dates(first: str, last: str, every: str, environment: str, today: date) -> DateRange:
    """Returns the dates from FROM, TO and EVERY as they were typed.

    Raises:
        BackfillRefusedError: with everything that is wrong with them.
    """
    typed = {"FROM": first, "TO": last}
    parsed = {name: _date(text) for name, text in typed.items()}
    problems = [
        f"{name} is a date, as in {name}={today}, and not '{typed[name]}'"
        for name, day in parsed.items()
        if day is None
    ]
    problems += [
        f"{name}={day} is in the future: {name}={today}, today in UTC, is the last one possible"
        for name, day in parsed.items()
        if day and day > today
    ]
    start, end = parsed["FROM"], parsed["TO"]
    if start and end and start > end:
        problems.append(f"FROM={start} is after TO={end}: exchange the two")
    if not STEP.fullmatch(every):
        problems.append(f"EVERY is a number of days, as in EVERY=1d or EVERY=7d, and not '{every}'")
    if problems or not start or not end:
        raise BackfillRefusedError("\n".join(problems))
    return DateRange(start, end, int(every[:-1]), environment)


def _date(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if DAY.fullmatch(text) else None
    except ValueError:
        return None
