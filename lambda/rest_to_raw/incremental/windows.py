"""The ranges of the cursor that a run reads: one without an end, or several with an end, each committed by itself."""

from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from rest_to_raw.incremental import cursor_kinds
from rest_to_raw.incremental.cursor_kinds import CursorValueError
from rest_to_raw.outcome import IngestionError
from rest_to_raw.settings.resource import Resource
from rest_to_raw.settings.structs import Since, SinceKind

# Where a window can't be halved any more, by the unit that the cursor is sent in. A number and a text have no window.
SMALLEST: dict[SinceKind | None, timedelta] = {
    "date": timedelta(days=2),
    "instant": timedelta(seconds=2),
    "epoch_seconds": timedelta(seconds=2),
    "epoch_millis": timedelta(seconds=2),
}


class Window(NamedTuple):
    """A range as it is sent: `start` is None for all from the beginning, `end` is None for no end."""

    start: str | None
    end: str | None
    is_last: bool = True


def window(since: Since | None, cursor: str | None, now: datetime, resource: Resource) -> Window:
    """Returns the window after the log's last cursor; `now` is the server's own time.

    Raises:
        IngestionError: the cursor is not of the contract's kind.
    """
    if since is None:
        return Window(None, None)
    start = _start(since, cursor, resource)
    if since.until is None:
        return Window(start, None)
    end = now - timedelta(seconds=since.settle)
    if start is not None and since.step:
        step = _instant(start, since, resource) + timedelta(seconds=since.step)
        if step < end:
            return Window(start, cursor_kinds.written(step, since), False)
    return Window(start, cursor_kinds.written(end, since))


def is_empty(since: Since | None, window: Window, resource: Resource) -> bool:
    """Returns whether the window is still empty, as in a run that comes right after the last one."""
    if since is None or window.start is None or window.end is None:
        return False
    start, end = (_instant(text, since, resource) for text in (window.start, window.end))
    return start > end or (start == end and since.kind != "date")


def halved(since: Since, window: Window, resource: Resource) -> Window | None:
    """Returns the first half of the window, or None where it can't be smaller."""
    start = _instant(window.start, since, resource) if window.start else datetime.fromtimestamp(0, UTC)
    end = _instant(window.end or "", since, resource)
    if end - start < SMALLEST[since.kind]:
        return None
    return Window(window.start, cursor_kinds.written(start + (end - start) / 2, since), False)


def _start(since: Since, cursor: str | None, resource: Resource) -> str | None:
    if cursor is None:
        return cursor_kinds.written(datetime.fromisoformat(since.start), since) if since.start else None
    if not since.lookback:
        return cursor
    return cursor_kinds.written(_instant(cursor, since, resource) - timedelta(seconds=since.lookback), since)


def _instant(text: str, since: Since, resource: Resource) -> datetime:
    try:
        return cursor_kinds.instant(text, since)
    except CursorValueError:
        raise IngestionError(
            "contract",
            f"the cursor that the log of {resource.name} ends with is no {since.kind}; compare 'since' with "
            "what it was",
        ) from None
