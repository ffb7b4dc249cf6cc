"""A token bucket: so many requests a second, with the tokens of one second in reserve."""

import time
from collections.abc import Callable


class Throttle:
    """The wait before each request; the bucket holds the tokens of one second, at least one."""

    def __init__(self, per_second: float | None, clock: Callable[[], float] = time.monotonic) -> None:
        self.per_second = per_second
        self.clock = clock
        self.depth = max(1.0, per_second or 1.0)
        self.level = self.depth
        self.at = clock()

    def take(self) -> float:
        """Take one token; returns the seconds until it is there, for which the caller waits."""
        if self.per_second is None:
            return 0.0
        now = self.clock()
        self.level = min(self.depth, self.level + (now - self.at) * self.per_second) - 1
        self.at = now
        return max(0.0, -self.level / self.per_second)
