"""CPU, time and memory of a piece of work; needs the standard library alone, since dlt's environment has no more."""

import json
import resource
import sys
import time
from collections.abc import Callable

# Linux counts in KiB, macOS in bytes.
UNIT = 1 if sys.platform == "darwin" else 1024


def print_cost(work: Callable[[], None]) -> None:
    """Do the work and print its CPU and wall seconds, and the most bytes that the process has held so far."""
    cpu, wall = _cpu(), time.perf_counter()
    work()
    cost = {"cpu": _cpu() - cpu, "wall": time.perf_counter() - wall, "memory": _memory()}
    print(json.dumps(cost))


def _cpu() -> float:
    usages = [resource.getrusage(whose) for whose in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(usage.ru_utime + usage.ru_stime for usage in usages)


def _memory() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * UNIT
