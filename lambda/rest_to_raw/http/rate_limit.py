"""A token bucket: so many requests a second, with a second's worth in hand."""

import time
from collections.abc import Callable


class Throttle:
    """Says how long to wait before a request; the bucket holds a second's worth, one at least."""

    def __init__(self, per_second: float | None, clock: Callable[[], float] = time.monotonic) -> None:
        self.per_second = per_second
        self.clock = clock
        self.depth = max(1.0, per_second or 1.0)
        self.level = self.depth
        self.at = clock()

    def take(self) -> float:
        """Takes one token; the seconds until it is there, during which the caller waits."""
        if self.per_second is None:
            return 0.0
        now = self.clock()
        self.level = min(self.depth, self.level + (now - self.at) * self.per_second) - 1
        self.at = now
        return max(0.0, -self.level / self.per_second)
