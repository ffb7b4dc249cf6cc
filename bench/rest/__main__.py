"""`make bench-rest`: what a run of rest_to_raw takes, compared with a plain loop and with dlt.

All read the same 100 pages of 1,000 invoices from a server in a process of its own, in interleaved rounds, each time in
a new process. This one holds little: a child's peak memory begins with its parent's.
"""

import argparse
import gzip
import json
import statistics
import subprocess
import sys
import sysconfig
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from bench.rest.records import PAGE_RECORDS, PAGES

ROUNDS = 3
MB = 1_000_000
OURS, PLAIN, DLT = "rest_to_raw", "requests, json, gzip", "dlt"
# Ratio of CPU to the other's at most; bytes; bytes; CPU seconds.
OF_PLAIN, OF_DLT, MEMORY, HUGE_MEMORY, START = 0.30, 0.06, 64 * MB, 350 * MB, 0.35
HERE = Path(__file__).parent


class Cost(NamedTuple):
    """CPU and wall seconds of the work, and the most bytes that its process held."""

    cpu: float
    wall: float
    memory: float


class Work(NamedTuple):
    """A command whose last argument is a folder, its standard input, and the files of invoices that it wrote."""

    command: list[str]
    stdin: str
    files: str


def main(arguments: list[str]) -> int:
    """Run the bench; returns 1 where a limit is missed."""
    parser = argparse.ArgumentParser(prog="bench.rest")
    parser.add_argument("--dlt", required=True, help="the Python of dlt's environment")
    dlt = parser.parse_args(arguments).dlt
    with _server() as (url, size, huge), tempfile.TemporaryDirectory(prefix="bench-rest-") as name:
        folder = Path(name)
        works = {
            OURS: _ours(url, "/invoices"),
            PLAIN: Work([sys.executable, "-m", "bench.rest.by_hand", url], "", "*.jsonl.gz"),
            DLT: Work([dlt, "-m", "bench.rest.by_dlt", url], "", "raw/billing/invoices/*.jsonl.gz"),
        }
        rounds = [
            {name: _measured(work, folder / f"{turn}-{name}") for name, work in works.items()} for turn in range(ROUNDS)
        ]
        huge_page, start = _cost(_ours(url, "/huge"), folder / "huge"), _start(folder)
    print(f"{PAGES} pages of {PAGE_RECORDS:,} records, {size / MB:.1f} MB, medians of {ROUNDS} interleaved rounds")
    medians = {
        name: Cost(*map(statistics.median, zip(*(costs[name] for costs in rounds), strict=True))) for name in works
    }
    return _print_costs(medians, huge, huge_page, start)


def _ours(url: str, path: str) -> Work:
    event = _run(sys.executable, "-m", "bench.rest.event", url, path)
    return Work([sys.executable, "-m", "bench.rest.by_us"], event, "api-data/**/*.jsonl.gz")


def _print_costs(medians: dict[str, Cost], huge: int, huge_page: Cost, start: float) -> int:
    ours = medians[OURS]
    for name, cost in medians.items():
        ratio = f"{ours.cpu / cost.cpu:.2f} of it is {OURS}'s"
        memory = f"peak memory {cost.memory / MB:.0f} MB"
        print(f"{name}: CPU {cost.cpu:.2f} s, wall {cost.wall:.2f} s, {memory}" + f"; {ratio}" * (name != OURS))
    print(
        f"{OURS}, one page of {huge / MB:.0f} MB: CPU {huge_page.cpu:.2f} s, peak memory {huge_page.memory / MB:.0f} MB"
    )
    print(f"imports of the function's zip and boto3: CPU {start:.2f} s")
    limits = {
        f"CPU of {PLAIN}": (ours.cpu / medians[PLAIN].cpu, OF_PLAIN),
        f"CPU of {DLT}": (ours.cpu / medians[DLT].cpu, OF_DLT),
        "peak memory": (ours.memory, MEMORY),
        "peak memory of the one page": (huge_page.memory, HUGE_MEMORY),
        "CPU of the imports": (start, START),
    }
    missed = [name for name, (figure, limit) in limits.items() if figure > limit]
    print("above its limit: " + ", ".join(missed) if missed else "all within their limits")
    return int(bool(missed))


@contextmanager
def _server() -> Iterator[tuple[str, int, int]]:
    """Yields the API's address, the bytes of its listing and those of its one large page."""
    with subprocess.Popen(
        [sys.executable, "-m", "bench.rest.server"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout
        url, size, huge = process.stdout.readline().split()
        yield url, int(size), int(huge)
        process.communicate()


def _measured(work: Work, folder: Path) -> Cost:
    """Returns the cost of one turn.

    Raises:
        AssertionError: not all records are there after it.
    """
    cost = _cost(work, folder)
    records = sum(map(_count_lines, folder.glob(work.files)))
    assert records == PAGES * PAGE_RECORDS, f"{work.command} landed {records} records"
    return cost


def _cost(work: Work, folder: Path) -> Cost:
    folder.mkdir()
    return Cost(**json.loads(_run(*work.command, str(folder), stdin=work.stdin)))


def _count_lines(file: Path) -> int:
    with gzip.open(file) as lines:
        return sum(1 for _ in lines)


def _start(folder: Path) -> float:
    """Returns the CPU seconds of the function's imports; its zip is built from the files of this repository."""
    task = str(folder / "task")
    _run(sys.executable, "-m", "bench.rest.unpacked", task)
    command = [sys.executable, "-I", "-S", str(HERE / "starting.py"), task, sysconfig.get_path("purelib")]
    return statistics.median(float(json.loads(_run(*command))["cpu"]) for _ in range(ROUNDS))


def _run(*command: str, stdin: str = "") -> str:
    return subprocess.run(command, input=stdin, stdout=subprocess.PIPE, text=True, check=True).stdout


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
