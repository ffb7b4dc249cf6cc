"""How long to wait before another attempt, or before the next request: as the source says, else longer each time."""

import math
import random
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from rest_to_raw.counters import Tally
from rest_to_raw.deadline import Deadline
from rest_to_raw.outcome import WaitTooLongError
from rest_to_raw.settings.structs import Limits, Retry

# Larger numbers of seconds than this are an instant in epoch seconds.
AN_INSTANT = 1_000_000_000


class Patience:
    """The waits of one call."""

    def __init__(self, retry: Retry, limits: Limits, deadline: Deadline, tally: Tally) -> None:
        self.retry = retry
        self.limits = limits
        self.deadline = deadline
        self.tally = tally

    def before_another(self, attempt: int, retry_after: float | None) -> None:
        """Waits before the attempt behind that one: full jitter, unless the source named a time, which is never cut.

        Raises:
            WaitTooLongError: the wait is too long for this call.
        """
        if retry_after and retry_after > 0:
            seconds = retry_after + random.uniform(0, 1)
        else:
            seconds = random.uniform(0, min(self.retry.longest, self.retry.base * 2 ** (attempt - 1)))
        self.tally.retries += 1
        self.wait(seconds)

    def after(self, headers: Mapping[str, str]) -> None:
        """Waits where the answer says that no request is left before some instant. Raises: WaitTooLongError."""
        remaining, reset = (headers.get(name) if name else None for name in (self.limits.remaining, self.limits.reset))
        if remaining is None or reset is None or _number(remaining) is None or _number(remaining) != 0:
            return
        seconds = seconds_until(reset, headers.get("Date"))
        if seconds:
            self.wait(seconds)

    def wait(self, seconds: float) -> None:
        """Waits. Raises: WaitTooLongError when that is longer than is worth paying for, or than there is time."""
        if seconds > min(self.retry.inline, self.deadline.usable):
            raise WaitTooLongError(math.ceil(seconds))
        self.tally.throttled_seconds += seconds
        self.deadline.sleep(seconds)


def seconds_until(value: str, date: str | None) -> float | None:
    """Seconds that a header asks to wait: given so, as an instant in epoch seconds, or as an HTTP date; None if none of
    it.

    An instant is held against the answer's own `Date`, so that it does not matter what this machine's clock says.
    """
    number = _number(value)
    now = (_date(date) if date else None) or datetime.now(UTC)
    if number is not None:
        return number - now.timestamp() if number > AN_INSTANT else number
    until = _date(value)
    return (until - now).total_seconds() if until else None


def _number(text: str) -> float | None:
    text = text.strip()
    return float(text) if text.isascii() and text.replace(".", "", 1).isdigit() else None


def _date(text: str) -> datetime | None:
    try:
        found = parsedate_to_datetime(text)
    except (TypeError, ValueError):
        return None
    return found.replace(tzinfo=UTC) if found.tzinfo is None else found
