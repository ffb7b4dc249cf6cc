"""How an execution's time is split: every instant is load, execution or waiting, and the three add up to the total.

load: AppFlow runs, REST calls, and the job's own load. execution: everything else that works. waiting: pauses of the
machine, pauses before a retry, an execution that stood still, and of the job's time what it did not report as work:
the queue, Spark's start, its own waiting.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from report.history import History, Span
from report.stages import BRING, JOB, REPORTING, stage

Split = dict[str, int]
Row = dict[str, Any]


def rows(history: History, job: Mapping[str, Any] | None) -> list[Row]:
    """Returns a row for each top-level state in the order in which they were first open, up to this report.

    `job` is the `milliseconds` of the job's own report, where there is one. What `bring` ran at once are its `parts`;
    their time is in its own, wherever it was the clock's.
    """
    windows = [window for window in history.windows if window.path]
    if windows and windows[-1].path[0] in REPORTING:
        windows = windows[:-1]
    split_rows = []
    for name in dict.fromkeys(stage(window.path[0]) for window in windows):
        state_windows = [window for window in windows if stage(window.path[0]) == name]
        split = _split(
            state_windows, [span for span in history.work if stage(span.path[0]) == name], is_load=name == BRING
        )
        row: Row = {"state": name, "milliseconds": _with_job(split, job) if name == JOB and job else split}
        row["retries"] = sum(stage(path[0]) == name for path in history.retries)
        split_rows.append(row | ({"parts": _parts(history)} if name == BRING else {}))
    return split_rows


def total(split_rows: Iterable[Row]) -> Split:
    """Returns the sum over the rows."""
    splits = [row["milliseconds"] for row in split_rows]
    return {kind: sum(split[kind] for split in splits) for kind in ("total", "load", "execution", "waiting")}


def _parts(history: History) -> list[Row]:
    return [
        {
            "state": path[1],
            "milliseconds": _split(
                [Span(path, *times)], [span for span in history.work if span.path[:2] == path], is_load=True
            ),
            "retries": sum(retried[:2] == path for retried in history.retries),
        }
        for path, times in history.inside.items()
        if path[0] == BRING
    ]


def _split(windows: list[Span], work: list[Span], is_load: bool) -> Split:
    open_for = sum(window.ended - window.begun for window in windows)
    worked = sum(_covered(window, work) for window in windows)
    load = worked if is_load else 0
    return {"total": open_for, "load": load, "execution": worked - load, "waiting": open_for - worked}


def _with_job(split: Split, job: Mapping[str, Any]) -> Split:
    """Returns the split of the job's state, with the parts that the job itself has measured."""
    load = min(int(job["load"]), split["total"])
    execution = min(int(job["execution"]), split["total"] - load)
    waiting = split["total"] - load - execution
    return {"total": split["total"], "load": load, "execution": execution, "waiting": waiting}


def _covered(window: Span, work: Iterable[Span]) -> int:
    """Returns the milliseconds of the window in which anything worked."""
    covered, until = 0, window.begun
    for span in sorted(work, key=lambda worked: worked.begun):
        end = min(span.ended, window.ended)
        covered += max(0, end - max(span.begun, until))
        until = max(until, end)
    return covered
