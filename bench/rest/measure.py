"""What a piece of work takes of its process; needs the standard library alone, since dlt's environment has no more."""

import json
import resource
import sys
import time
from collections.abc import Callable

# Linux counts in KiB, macOS in bytes.
UNIT = 1 if sys.platform == "darwin" else 1024


def tell(work: Callable[[], None]) -> None:
    """Does the work and prints its CPU and wall seconds, and the most bytes that the process has held so far."""
    cpu, wall = _cpu(), time.perf_counter()
    work()
    taken = {"cpu": _cpu() - cpu, "wall": time.perf_counter() - wall, "memory": _memory()}
    print(json.dumps(taken))


def _cpu() -> float:
    used = [resource.getrusage(whose) for whose in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


def _memory() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * UNIT
