"""Daily exchange rates of the sample REST API: units of a currency for one euro, on weekdays."""

from collections.abc import Iterator
from datetime import date, timedelta
from random import Random
from typing import Any

from msgspec import Raw

from demo import clock

FIRST_DAY = date(2024, 1, 1)
# Hundred-thousandths for one euro on the first day; a walk of at most half a percent a day goes on from here.
STARTS = {"USD": 110_450, "GBP": 86_700, "JPY": 15_560_000}
SATURDAY = 5


def rates(day: int) -> list[dict[str, Any]]:
    """Return every rate up to the demo's day: `date`, `currency`, `base` and `rate`, a number with five decimals."""
    return list(_walk(clock.at(day, 0).date()))


def _walk(last: date) -> Iterator[dict[str, Any]]:
    draw, levels, today = Random("rates"), dict(STARTS), FIRST_DAY
    while today <= last:
        if today.weekday() < SATURDAY:
            yield _rate(today, "EUR", 100_000)
            for currency in levels:
                drift = STARTS[currency] - levels[currency]
                levels[currency] += drift // 40 + levels[currency] * draw.randint(-5, 5) // 1_000
                yield _rate(today, currency, levels[currency])
        today += timedelta(days=1)


def _rate(today: date, currency: str, level: int) -> dict[str, Any]:
    digits = "1" if currency == "EUR" else f"{level // 100_000}.{level % 100_000:05d}"
    return {"date": clock.iso_date(today), "currency": currency, "base": "EUR", "rate": Raw(digits.encode())}
