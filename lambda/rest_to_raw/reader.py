"""Reads one run, or window of a run: page after page, parent after parent, until its end or until time is short."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from msgspec import Raw, structs

from lakehouse_common.commit_log import Window
from lakehouse_common.object_store import ObjectStore
from rest_to_raw import checks
from rest_to_raw.client import Client, Meaning
from rest_to_raw.counters import Tally
from rest_to_raw.deadline import Deadline
from rest_to_raw.incremental import parents, windows
from rest_to_raw.incremental.parents import Parent, Parents
from rest_to_raw.incremental.watermark import Cursor
from rest_to_raw.outcome import IngestionError, WaitTooLongError
from rest_to_raw.pagination.page import Decoder, Page
from rest_to_raw.pagination.pages import Pages, Position, fingerprint
from rest_to_raw.settings.resource import Resource
from rest_to_raw.writer import Landing, State

# How long a child waits for the first run of its parent.
PARENT_SECONDS = 60
FOLLOWED = ("cursor", "next_url", "link_header")


class Reading:
    """What reads the pages of one resource into a landing."""

    def __init__(
        self, resource: Resource, store: ObjectStore, client: Client, deadline: Deadline, tally: Tally
    ) -> None:
        self.resource = resource
        self.client = client
        self.deadline = deadline
        self.tally = tally
        self.since = resource.since
        self.cursor = Cursor(resource, resource.since) if resource.since else None
        self.is_filtered = resource.since is not None and resource.since.param is None
        self.keys = resource.key if resource.pagination.kind == "offset" else ()
        self.decoder = Decoder(resource, [*([resource.since.field] if resource.since else []), *self.keys])
        self.pages = Pages(resource, self.decoder)
        self.parents = Parents(store, resource, resource.for_each) if resource.for_each else None

    def read(self, landing: Landing, number: int) -> int | None:
        """Lands page after page, at least one; None at the end, else the seconds to wait before the next call.

        Raises:
            IngestionError: the source, the contract or another call stands in the way; nothing of it counts.
        """
        try:
            if landing.state is None:
                self._begin(landing, number)
            self.client.spent += landing.state.requests if landing.state else 0
            while not landing.is_read:
                self._page(landing)
                if not landing.is_read and self.deadline.usable < 0:
                    landing.save()
                    return 0
        except WaitTooLongError as pause:
            landing.save()
            return pause.seconds
        return None

    def _begin(self, landing: Landing, number: int) -> None:
        """Where a run starts: behind the log's last entry, with its range and its parents fixed."""
        last = landing.log.last()
        cursor = last.cursor if last and self.since else None
        state = State(last.version if last else 0, cursor, cursor)
        if self.parents:
            versions = self.parents.versions(last.parents or 0 if last else 0)
            if versions is None:
                raise WaitTooLongError(PARENT_SECONDS)
            state = state.but(parents=versions)
        if self.since and self.since.until:
            found = windows.window(self.since, cursor, self.client.now(), self.resource)
            is_empty = windows.is_empty(self.since, found, self.resource)
            state = state.but(window=Window(number, found.start, found.end or "", found.is_last))
            if is_empty:
                landing.add([], state.but(is_read=True))
                return
        landing.state = state
        if self.parents and not self._family(landing):
            landing.add([], state.but(is_read=True))

    def _page(self, landing: Landing) -> None:
        """Asks for one page and takes it in."""
        state = _of(landing)
        parent = self._family(landing)[state.item] if self.parents else None
        got = self._ask(state, parent)
        if got is Meaning.REDUCE_PAGE:
            landing.state = state.but(position=self.pages.reduced(state.position))
        elif isinstance(got, Meaning):
            self._pass_over(landing, got)
        else:
            self._take(landing, got, parent)

    def _ask(self, state: State, parent: Parent | None) -> Page | Meaning:
        ask = self.pages.ask(state.position)
        url, params = ask.url or self.resource.url, {} if ask.url else self._params(state)
        if parent and self.resource.for_each:
            name = self.resource.for_each.as_
            url = url if ask.url else parents.fill(url, name, parent.value, is_path=True)
            params = {key: parents.fill(text, name, parent.value, is_path=False) for key, text in params.items()}
        return self.client.read(url, params | dict(ask.params), self.decoder.page)

    def _params(self, state: State) -> dict[str, str]:
        """The query: the contract's parameters on every page, then the range of the cursor."""
        params = dict(self.resource.params)
        if self.since and self.since.param:
            start = state.window.start if state.window else self._open(state)
            params |= {self.since.param: start} if start is not None else {}
            params |= {self.since.until: state.window.end} if self.since.until and state.window else {}
        return params

    def _open(self, state: State) -> str | None:
        """Where a range without an end begins."""
        return windows.window(self.since, state.cursor_from, datetime.now(UTC), self.resource).start

    def _take(self, landing: Landing, page: Page, parent: Parent | None) -> None:
        state = _of(landing)
        first = len(page.values[0]) - len(self.keys) if page.values else 0
        keys = [fingerprint(b"\0".join(values[first:])) for values in page.values] if self.keys else []
        step = self.pages.step(state.position, page, keys)
        if step.old is None:
            landing.state = state.but(position=step.position)
            return
        self._meet(landing, step.position)
        values = [one[0] for one in page.values[step.old :]] if self.cursor else []
        records, state = self._filtered(page.records[step.old :], values, state)
        records = [parents.with_parent(bytes(one), parent.carried) for one in records] if parent else records
        state = self._with_cursor(state, values).but(position=step.position, requests=self.client.requests)
        self.tally.records += len(records)
        if self._is_capped(landing, state, step.position):
            return
        if step.position.is_end:
            checks.series(self.resource, step.position)
            state = self._series_end(landing, state, len(records))
        landing.add(records, state)

    def _meet(self, landing: Landing, position: Position) -> None:
        is_followed = self.resource.pagination.kind in FOLLOWED and not position.is_end
        if is_followed and not landing.meet(fingerprint(str(position.at).encode())):
            raise IngestionError(
                "contract", f"the pages of run {landing.run_id} lead back to one that was read; ask the API's owner"
            )

    def _filtered(self, records: Sequence[Any], values: list[Raw], state: State) -> tuple[Sequence[Any], State]:
        """Without the records that are older than the cursor, where the API can't leave them out itself."""
        start = self._open(state) if self.is_filtered else None
        if self.cursor is None or start is None:
            return records, state
        bound, cursor = self.cursor.rank(start), self.cursor
        kept = [
            one for one, value in zip(records, values, strict=True) if not cursor.is_older(cursor.text(value), bound)
        ]
        left_out = len(records) - len(kept)
        self.tally.filtered += left_out
        return kept, state.but(filtered=state.filtered + left_out)

    def _with_cursor(self, state: State, values: list[Raw]) -> State:
        """A range with an end moves the cursor there, but only once it is read."""
        if self.cursor is None or state.window is not None:
            return state
        return state.but(cursor=self.cursor.highest(state.cursor, values, self.client.server_now()))

    def _is_capped(self, landing: Landing, state: State, position: Position) -> bool:
        """Whether the API shows no more rows of this window than it ever does; the run goes on with half of it."""
        if not (self.since and self.since.max_rows and state.window):
            return False
        if max(position.rows, position.total or 0) < self.since.max_rows:
            return False
        asked = windows.Window(state.window.start, state.window.end)
        half = windows.halved(self.since, asked, self.resource)
        if half is None:
            raise IngestionError(
                "contract",
                f"{self.resource.url_path} has {self.since.max_rows} rows or more within the shortest window, "
                "and shows no "
                f"more of them; ask the API's owner (max_rows of {self.resource.name})",
            )
        smaller = structs.replace(state.window, end=half.end or "", is_last=False)
        landing.start_over(state.but(window=smaller, position=Position(), filtered=0, total=None))
        return True

    def _pass_over(self, landing: Landing, meaning: Meaning) -> None:
        """The series ends without another page; of a parent that is to be ignored that is counted."""
        state = _of(landing)
        ignored = int(meaning is Meaning.IGNORE)
        self.tally.ignored += ignored
        state = state.but(ignored=state.ignored + ignored, requests=self.client.requests)
        landing.add([], self._series_end(landing, state, 0))

    def _series_end(self, landing: Landing, state: State, rows: int) -> State:
        """The state behind the last page of a series; the checks of the whole come before anything counts."""
        told = state.position.total
        total = state.total if told is None else (state.total or 0) + told
        state = state.but(item=state.item + 1, position=Position(), total=total)
        family = self._family(landing)
        if self.parents and state.item < len(family):
            return state
        checks.run(self.resource, landing.rows + rows, state, len(family))
        return state.but(is_read=True, cursor=state.window.end if state.window else state.cursor)

    def _family(self, landing: Landing) -> list[Parent]:
        """The run's parents; the log never changes, so a later call finds the same ones."""
        state = _of(landing)
        if self.parents is None or state.parents is None:
            return []
        if self._known is None or self._known[0] != state.parents:
            self._known = (state.parents, self.parents.between(state.parents))
        return self._known[1]

    _known: tuple[tuple[int, int], list[Parent]] | None = None


def _of(landing: Landing) -> State:
    assert landing.state is not None, "the run has not begun"
    return landing.state
