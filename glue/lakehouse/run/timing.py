"""Where a run's time went: every instant is load, execution or waiting, so that the three add up to the total."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Literal

Kind = Literal["load", "execution"]


@dataclass(frozen=True)
class Split:
    """Milliseconds of a stretch of time; `total = load + execution + waiting`."""

    total: int
    load: int
    execution: int
    waiting: int


@dataclass
class Clock:
    """Collects spans of work from all threads, measured from `start` (seconds of the monotonic clock)."""

    start: float = field(default_factory=time.monotonic)
    _spans: list[tuple[str, Kind, float, float]] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @contextmanager
    def span(self, table: str, kind: Kind) -> Iterator[None]:
        """Measure the work inside as the table's load (raw to silver) or execution (checks, gold, publishing)."""
        began = time.monotonic()
        try:
            yield
        finally:
            with self._lock:
                self._spans.append((table, kind, began, time.monotonic()))

    def elapsed(self) -> float:
        """Returns the seconds since the start."""
        return time.monotonic() - self.start

    def split(self, table: str | None = None) -> Split:
        """Split the time since the start, of one table or of the run.

        Tables work at the same time: an instant in which any of them loads is load, else if any executes it is
        execution, else it is waiting (Spark's start, queues, and for a table the barrier).
        """
        spans = [(kind, begun, ended) for name, kind, begun, ended in self._spans if table in (None, name)]
        loading = [(begun, ended) for kind, begun, ended in spans if kind == "load"]
        total, load = round(self.elapsed() * 1000), _covered(loading)
        execution = _covered([(begun, ended) for _, begun, ended in spans]) - load
        return Split(total, load, execution, total - load - execution)


def _covered(spans: list[tuple[float, float]]) -> int:
    """Returns the milliseconds that are in at least one of the spans."""
    covered, until = 0.0, float("-inf")
    for begun, ended in sorted(spans):
        covered += max(0.0, ended - max(begun, until))
        until = max(until, ended)
    return round(covered * 1000)
