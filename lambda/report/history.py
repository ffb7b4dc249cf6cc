"""An execution's history as time spans: when each state was open, and when something worked in it.

Every event names the one that it follows (`previousEventId`). The state that it belongs to is found along that chain,
not in the order of time, since the items of a Map run at once. Times are milliseconds since 1970.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from report.stages import AWAITED

Event = Mapping[str, Any]
Path = tuple[str, ...]
STOPPED = "stopped"
ENDS = ("ExecutionFailed", "ExecutionTimedOut", "ExecutionAborted")
ATTEMPT_ENDS = (
    *("TaskSucceeded", "TaskFailed", "TaskTimedOut", "TaskStartFailed", "TaskSubmitFailed"),
    *("TaskStateAborted", "WaitStateAborted"),
)


class Span(NamedTuple):
    """A time span; `path` names the states that were open, the outermost first."""

    path: Path
    begun: int
    ended: int


class Reached(NamedTuple):
    """The situation at one event: the open states, the event that began the current work, the attempts so far."""

    path: Path = ()
    working: int | None = None
    attempts: int = 0


@dataclass
class History:
    """The time spans of one execution.

    `windows` follow each other without a gap from the first event to the last, one for each time that a top-level state
    was open, or that the execution stood still until it was redriven. `work` is each attempt of a Task, and each Wait
    in which another service works. `retries` has the path of each attempt that was not its state's first.
    """

    windows: list[Span] = field(default_factory=list)
    work: list[Span] = field(default_factory=list)
    retries: list[Path] = field(default_factory=list)
    inside: dict[Path, tuple[int, int]] = field(default_factory=dict)


def read(events: Iterable[Event]) -> History:
    """Returns the history from its events in the order of their ids."""
    history, reached = History(), {0: Reached()}
    under_way: dict[int, Span] = {}
    for event in events:
        now = round(event["timestamp"].timestamp() * 1000)
        before = reached.get(event.get("previousEventId", 0), Reached())
        after = reached[event["id"]] = _follow(event, before)
        if event["type"] in ENDS:
            _end(history, under_way, [*under_way], now)
        elif before.working and before.working != after.working:
            _end(history, under_way, [before.working], now)
        if after.working == event["id"]:
            under_way[event["id"]] = Span(after.path, now, now)
            history.retries += [after.path] if after.attempts > 1 else []
        _note(history, event, after.path, now)
    if history.windows:
        _end(history, under_way, [*under_way], history.windows[-1].ended)
    return history


def _follow(event: Event, before: Reached) -> Reached:
    kind = str(event["type"])
    if kind.endswith("StateEntered"):
        name = event["stateEnteredEventDetails"]["name"]
        return Reached((*before.path, name), event["id"] if name in AWAITED else None)
    if kind.endswith("StateExited"):
        return Reached(_around(before.path, event["stateExitedEventDetails"]["name"]))
    if kind == "TaskScheduled":
        return Reached(before.path, event["id"], before.attempts + 1)
    return before._replace(working=None) if kind in ATTEMPT_ENDS else before


def _around(path: Path, name: str) -> Path:
    """Returns the states that enclose `name`; the path itself where it is not open."""
    return path[: path.index(name)] if name in path else path


def _end(history: History, under_way: dict[int, Span], event_ids: list[int], now: int) -> None:
    history.work += [under_way.pop(id_)._replace(ended=now) for id_ in event_ids if id_ in under_way]


def _note(history: History, event: Event, path: Path, now: int) -> None:
    """Extend the open spans up to this instant, and open those that this event begins."""
    windows = history.windows
    if windows:
        windows[-1] = windows[-1]._replace(ended=now)
    kind = str(event["type"])
    opened: Path = path[:1] if kind.endswith("StateEntered") and len(path) == 1 else ()
    if kind in ENDS:
        opened = (STOPPED,)
    elif kind == "ExecutionRedriven":
        opened = next((window.path for window in reversed(windows) if window.path != (STOPPED,)), ())
    if opened or not windows:
        windows.append(Span(opened, now, now))
    if len(path) > 1:
        begun, _ = history.inside.get(path[:2], (now, now))
        history.inside[path[:2]] = begun, now
