"""How long a call may still work, and how it passes the time."""

import time
from collections.abc import Callable
from typing import NamedTuple, Self

# One more page may take its connect and read timeouts; then its part has to be landed.
RESERVE_SECONDS = 45.0


class Deadline(NamedTuple):
    """`left` answers the seconds until the call is killed; `sleep` waits for some."""

    left: Callable[[], float]
    sleep: Callable[[float], None] = time.sleep

    @classmethod
    def after(cls, seconds: float) -> Self:
        """A deadline so many seconds from now; `math.inf` for none."""
        end = time.monotonic() + seconds
        return cls(lambda: end - time.monotonic())

    @property
    def usable(self) -> float:
        """Seconds left for reading; below 0 when it is time to land what was read."""
        return self.left() - RESERVE_SECONDS
