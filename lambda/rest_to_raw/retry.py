"""The wait before another attempt, or before the next request: as the source says, else longer each time."""

import math
import random
from collections.abc import Mapping
from datetime import UTC, datetime

from lakehouse_common.instants import parse_http_date
from rest_to_raw.counters import Counters
from rest_to_raw.deadline import Deadline
from rest_to_raw.outcome import WaitTooLongError
from rest_to_raw.settings.structs import Limits, Retry

# Larger numbers of seconds than this are an instant in epoch seconds.
AN_INSTANT = 1_000_000_000


class RetryPolicy:
    """The waits of one call."""

    def __init__(self, retry: Retry, limits: Limits, deadline: Deadline, counters: Counters) -> None:
        self.retry = retry
        self.limits = limits
        self.deadline = deadline
        self.counters = counters

    def wait_before_retry(self, attempt: int, retry_after: float | None) -> None:
        """Wait after that attempt: full jitter, unless the source named a time, which is never made shorter.

        Raises:
            WaitTooLongError: the wait is too long for this call.
        """
        if retry_after and retry_after > 0:
            seconds = retry_after + random.uniform(0, 1)
        else:
            seconds = random.uniform(0, min(self.retry.longest, self.retry.base * 2 ** (attempt - 1)))
        self.counters.retries += 1
        self.wait(seconds)

    def wait_for_reset(self, headers: Mapping[str, str]) -> None:
        """Wait where a response says that no request is left before some instant. Raises: WaitTooLongError."""
        remaining, reset = (headers.get(name) if name else None for name in (self.limits.remaining, self.limits.reset))
        if remaining is None or reset is None or _number(remaining) is None or _number(remaining) != 0:
            return
        seconds = seconds_until(reset, headers.get("Date"))
        if seconds:
            self.wait(seconds)

    def wait(self, seconds: float) -> None:
        """Wait. Raises: WaitTooLongError when that is too long to pay for, or longer than the time left."""
        if seconds > min(self.retry.inline, self.deadline.usable):
            raise WaitTooLongError(math.ceil(seconds))
        self.counters.throttled_seconds += seconds
        self.deadline.sleep(seconds)


def seconds_until(value: str, date: str | None) -> float | None:
    """Returns the wait that a header asks for, given as seconds, an instant in epoch seconds, or an HTTP date.

    None for any other text. An instant is compared with the response's own `Date`, so that it does not matter what this
    machine's clock says.
    """
    number = _number(value)
    now = (parse_http_date(date) if date else None) or datetime.now(UTC)
    if number is not None:
        return number - now.timestamp() if number > AN_INSTANT else number
    until = parse_http_date(value)
    return (until - now).total_seconds() if until else None


def _number(text: str) -> float | None:
    text = text.strip()
    return float(text) if text.isascii() and text.replace(".", "", 1).isdigit() else None
