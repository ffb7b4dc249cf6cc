"""The time that a call may still work, and its way to wait."""

import time
from collections.abc import Callable
from typing import NamedTuple, Self

# One more page may take its connect and read timeouts; then its part has to be landed.
RESERVE_SECONDS = 45.0


class Deadline(NamedTuple):
    """The end of a call: `left` returns the seconds until it is killed, `sleep` waits for some seconds."""

    left: Callable[[], float]
    sleep: Callable[[float], None] = time.sleep

    @classmethod
    def after(cls, seconds: float) -> Self:
        """Returns a deadline so many seconds from now; `math.inf` for none."""
        end = time.monotonic() + seconds
        return cls(lambda: end - time.monotonic())

    @property
    def usable(self) -> float:
        """Returns the seconds left for reading; below 0 when it is time to save what was read."""
        return self.left() - RESERVE_SECONDS
