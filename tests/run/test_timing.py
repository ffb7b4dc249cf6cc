"""Where the time went: load, execution and waiting add up to the total, whoever works at the same time as whom."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, NamedTuple

import pytest

from lakehouse.run import timing
from lakehouse.run.timing import Clock, Split

A, B, C = "silver.a", "silver.b", "gold.c"


class Work(NamedTuple):
    """A span of work; instants are milliseconds since the start."""

    table: str
    kind: Literal["load", "execution"]
    begin: int
    end: int


@dataclass
class Stopwatch:
    """A monotonic clock that is set by hand and did not start at 0."""

    milliseconds: int = 0

    def monotonic(self) -> float:
        return 1_000 + self.milliseconds / 1_000


@pytest.fixture
def watch(monkeypatch: pytest.MonkeyPatch) -> Stopwatch:
    stopwatch = Stopwatch()
    monkeypatch.setattr(timing, "time", stopwatch)
    return stopwatch


LAWS = {
    "where nothing works, all is waiting": ([], 100, {None: Split(100, 0, 0, 100), A: Split(100, 0, 0, 100)}),
    "a table's gaps are waiting": (
        [Work(A, "load", 10, 30), Work(A, "execution", 40, 70)],
        100,
        {None: Split(100, 20, 30, 50), A: Split(100, 20, 30, 50)},
    ),
    "what two tables do at once counts once": (
        [Work(A, "load", 0, 60), Work(B, "load", 40, 80), Work(B, "execution", 80, 90)],
        100,
        {None: Split(100, 80, 10, 10), A: Split(100, 60, 0, 40), B: Split(100, 40, 10, 50)},
    ),
    "while one loads and another executes, the run loads": (
        [Work(A, "load", 0, 50), Work(B, "execution", 20, 70)],
        100,
        {None: Split(100, 50, 20, 30), A: Split(100, 50, 0, 50), B: Split(100, 0, 50, 50)},
    ),
    "work within longer work counts once": (
        [Work(A, "execution", 0, 90), Work(A, "load", 20, 30), Work(B, "load", 25, 28), Work(A, "load", 40, 41)],
        90,
        {None: Split(90, 11, 79, 0), A: Split(90, 11, 79, 0), B: Split(90, 3, 0, 87)},
    ),
    "spans that touch leave no gap": (
        [Work(A, "load", 0, 50), Work(A, "load", 50, 70), Work(A, "execution", 70, 100)],
        100,
        {None: Split(100, 70, 30, 0), A: Split(100, 70, 30, 0)},
    ),
    "the last table has waited for the others": (
        [Work(A, "load", 0, 10), Work(C, "execution", 10, 100), Work("publication", "execution", 100, 130)],
        130,
        {None: Split(130, 10, 120, 0), A: Split(130, 10, 0, 120), C: Split(130, 0, 90, 40)},
    ),
}


@pytest.mark.parametrize("law", LAWS)
def test_law(watch: Stopwatch, law: str) -> None:
    works, end, splits = LAWS[law]
    clock = _worked(watch, works, end)
    assert {table: clock.split(table) for table in splits} == splits


@pytest.mark.parametrize("seed", range(20))
def test_every_millisecond_is_load_execution_or_waiting(watch: Stopwatch, seed: int) -> None:
    works = list(_some_work(random.Random(seed)))
    clock = _worked(watch, works, end=200)
    for table in (None, A, B, C):
        split = clock.split(table)
        assert split == _by_the_millisecond([work for work in works if table in (None, work.table)], 200)
        assert split.total == split.load + split.execution + split.waiting


def test_work_that_fails_is_counted_and_its_error_goes_on(watch: Stopwatch) -> None:
    clock = Clock(start=watch.monotonic())
    with pytest.raises(ValueError, match="broken"), clock.span(A, "load"):
        watch.milliseconds = 30
        raise ValueError("broken")
    assert clock.split(A) == Split(30, 30, 0, 0)


def test_time_goes_on_after_a_split(watch: Stopwatch) -> None:
    clock = _worked(watch, [Work(A, "load", 0, 10)], end=20)
    first = clock.split()
    watch.milliseconds = 50
    assert (first, clock.split()) == (Split(20, 10, 0, 10), Split(50, 10, 0, 40))
    assert clock.elapsed() == pytest.approx(0.05)


def _worked(watch: Stopwatch, works: list[Work], end: int) -> Clock:
    """A clock that has seen the works and stands at `end`."""
    clock = Clock(start=watch.monotonic())
    spans = [clock.span(work.table, work.kind) for work in works]
    for watch.milliseconds in range(end + 1):
        for work, span in zip(works, spans, strict=True):
            if work.begin == watch.milliseconds:
                span.__enter__()
            if work.end == watch.milliseconds:
                span.__exit__(None, None, None)
    return clock


def _some_work(draw: random.Random) -> Iterator[Work]:
    for _ in range(draw.randrange(12)):
        begin, end = sorted(draw.sample(range(201), 2))
        yield Work(draw.choice([A, B, C]), draw.choice(["load", "execution"]), begin, end)


def _by_the_millisecond(works: list[Work], total: int) -> Split:
    at_work = [{work.kind for work in works if work.begin <= instant < work.end} for instant in range(total)]
    load = sum("load" in kinds for kinds in at_work)
    waiting = sum(not kinds for kinds in at_work)
    return Split(total, load, total - load - waiting, waiting)
