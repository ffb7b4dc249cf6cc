"""The reader of one run, or window of a run: page after page, parent after parent, until the end or the deadline."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from msgspec import Raw, structs

from lakehouse_common.commit_log import Window
from lakehouse_common.object_store import ObjectStore
from rest_to_raw import checks
from rest_to_raw.client import Client, ResponseMeaning
from rest_to_raw.counters import Counters
from rest_to_raw.deadline import Deadline
from rest_to_raw.incremental import parents, windows
from rest_to_raw.incremental.parents import Parent, Parents
from rest_to_raw.incremental.watermark import Cursor
from rest_to_raw.outcome import IngestionError, WaitTooLongError
from rest_to_raw.pagination.page import Decoder, Page
from rest_to_raw.pagination.pager_table import open_pager
from rest_to_raw.pagination.position import Position, fingerprint
from rest_to_raw.settings.resource import Resource
from rest_to_raw.writer import RunWriter, State

# How long a child waits for the first run of its parent.
PARENT_SECONDS = 60


class ResourceReader:
    """Reads the pages of one resource into a writer."""

    def __init__(
        self, resource: Resource, store: ObjectStore, client: Client, deadline: Deadline, counters: Counters
    ) -> None:
        self.resource = resource
        self.client = client
        self.deadline = deadline
        self.counters = counters
        self.since = resource.since
        self.cursor = Cursor(resource, resource.since) if resource.since else None
        self.is_filtered = resource.since is not None and resource.since.param is None
        self.pager = open_pager(resource)
        self.key = resource.key if self.pager.needs_record_key else ()
        self.decoder = Decoder(resource, [*([resource.since.field] if resource.since else []), *self.key])
        self.parents = Parents(store, resource, resource.for_each) if resource.for_each else None
        self._parents_read: tuple[tuple[int, int], list[Parent]] | None = None

    def read(self, writer: RunWriter, number: int) -> int | None:
        """Read page after page, at least one; returns None at the end, else the seconds to wait before the next call.

        Raises:
            IngestionError: the source, the contract or another call stands in the way; nothing of it counts.
        """
        try:
            if writer.state is None:
                self._begin(writer, number)
            self.client.spent += writer.state.requests if writer.state else 0
            while not writer.is_read:
                self._read_page(writer)
                if not writer.is_read and self.deadline.usable < 0:
                    writer.save()
                    return 0
        except WaitTooLongError as wait:
            writer.save()
            return wait.seconds
        return None

    def _begin(self, writer: RunWriter, number: int) -> None:
        """Set where a run starts: after the log's last entry, with its range and its parents fixed."""
        last = writer.log.last()
        cursor = last.cursor if last and self.since else None
        state = State(last.version if last else 0, cursor, cursor)
        if self.parents:
            versions = self.parents.versions(last.parents or 0 if last else 0)
            if versions is None:
                raise WaitTooLongError(PARENT_SECONDS)
            state = state.but(parents=versions)
        if self.since and self.since.until:
            window = windows.window(self.since, cursor, self.client.now(), self.resource)
            is_empty = windows.is_empty(self.since, window, self.resource)
            state = state.but(window=Window(number, window.start, window.end or "", window.is_last))
            if is_empty:
                writer.add([], state.but(is_read=True))
                return
        writer.state = state
        if self.parents and not self._all_parents(writer):
            writer.add([], state.but(is_read=True))

    def _read_page(self, writer: RunWriter) -> None:
        """Ask for one page and add it to the writer."""
        state = _state(writer)
        parent = self._all_parents(writer)[state.item] if self.parents else None
        result = self._request_page(state, parent)
        if result is ResponseMeaning.REDUCE_PAGE:
            writer.state = state.but(position=self.pager.reduce(state.position))
        elif isinstance(result, ResponseMeaning):
            self._end_without_page(writer, result)
        else:
            self._take_page(writer, result, parent)

    def _request_page(self, state: State, parent: Parent | None) -> Page | ResponseMeaning:
        request = self.pager.request(state.position)
        url, params = request.url or self.resource.url, {} if request.url else self._params(state)
        if parent and self.resource.for_each:
            name = self.resource.for_each.as_
            url = url if request.url else parents.fill(url, name, parent.value, is_path=True)
            params = {key: parents.fill(text, name, parent.value, is_path=False) for key, text in params.items()}
        return self.client.read(url, params | dict(request.params), self.decoder.page)

    def _params(self, state: State) -> dict[str, str]:
        """Returns the query parameters: the contract's own, then the range of the cursor."""
        params = dict(self.resource.params)
        if self.since and self.since.param:
            start = state.window.start if state.window else self._open_start(state)
            params |= {self.since.param: start} if start is not None else {}
            params |= {self.since.until: state.window.end} if self.since.until and state.window else {}
        return params

    def _open_start(self, state: State) -> str | None:
        """Returns where a range without an end begins."""
        return windows.window(self.since, state.cursor_from, datetime.now(UTC), self.resource).start

    def _take_page(self, writer: RunWriter, page: Page, parent: Parent | None) -> None:
        state = _state(writer)
        step = self.pager.advance(state.position, page, self._key_fingerprints(page))
        if step.known_rows is None:
            writer.state = state.but(position=step.position)
            return
        self._check_no_circle(writer, step.position)
        values = [fields[0] for fields in page.values[step.known_rows :]] if self.cursor else []
        records, state = self._drop_older(page.records[step.known_rows :], values, state)
        records = [parents.with_parent(bytes(record), parent.carried) for record in records] if parent else records
        state = self._with_cursor(state, values).but(position=step.position, requests=self.client.requests)
        self.counters.records += len(records)
        if self._is_capped(writer, state, step.position):
            return
        if step.position.is_end:
            checks.check_series(self.resource, step.position)
            state = self._end_series(writer, state, len(records))
        writer.add(records, state)

    def _key_fingerprints(self, page: Page) -> list[str]:
        """Returns the fingerprints of the records' keys, where the pager needs them."""
        first = len(page.values[0]) - len(self.key) if page.values else 0
        return [fingerprint(b"\0".join(values[first:])) for values in page.values] if self.key else []

    def _check_no_circle(self, writer: RunWriter, position: Position) -> None:
        is_followed = self.pager.is_followed and not position.is_end
        if is_followed and not writer.note_place(fingerprint(str(position.at).encode())):
            raise IngestionError(
                "contract", f"the pages of run {writer.run_id} lead back to one that was read; ask the API's owner"
            )

    def _drop_older(self, records: Sequence[Any], values: list[Raw], state: State) -> tuple[Sequence[Any], State]:
        """Returns the records that are not older than the cursor, where the API can't filter them itself."""
        start = self._open_start(state) if self.is_filtered else None
        if self.cursor is None or start is None:
            return records, state
        bound, cursor = self.cursor.rank(start), self.cursor
        kept = [
            record
            for record, value in zip(records, values, strict=True)
            if not cursor.is_older(cursor.text(value), bound)
        ]
        dropped = len(records) - len(kept)
        self.counters.filtered += dropped
        return kept, state.but(filtered=state.filtered + dropped)

    def _with_cursor(self, state: State, values: list[Raw]) -> State:
        """Returns the state with its cursor moved; a range with an end moves it there, but only once it is read."""
        if self.cursor is None or state.window is not None:
            return state
        return state.but(cursor=self.cursor.highest(state.cursor, values, self.client.server_now()))

    def _is_capped(self, writer: RunWriter, state: State, position: Position) -> bool:
        """Start over with half the window where it reaches the API's limit of rows; returns whether it does."""
        if not (self.since and self.since.max_rows and state.window):
            return False
        if max(position.rows, position.total or 0) < self.since.max_rows:
            return False
        window = windows.Window(state.window.start, state.window.end)
        half = windows.halved(self.since, window, self.resource)
        if half is None:
            raise IngestionError(
                "contract",
                f"{self.resource.url_path} has {self.since.max_rows} rows or more within the shortest window, "
                "and shows no "
                f"more of them; ask the API's owner (max_rows of {self.resource.name})",
            )
        smaller = structs.replace(state.window, end=half.end or "", is_last=False)
        writer.start_over(state.but(window=smaller, position=Position(), filtered=0, total=None))
        return True

    def _end_without_page(self, writer: RunWriter, meaning: ResponseMeaning) -> None:
        """End the series without another page, and count the parent if it is to be ignored."""
        state = _state(writer)
        ignored = int(meaning is ResponseMeaning.IGNORE)
        self.counters.ignored += ignored
        state = state.but(ignored=state.ignored + ignored, requests=self.client.requests)
        writer.add([], self._end_series(writer, state, 0))

    def _end_series(self, writer: RunWriter, state: State, rows: int) -> State:
        """Returns the state after the last page of a series; the checks of the run come before anything counts."""
        last = state.position.total
        total = state.total if last is None else (state.total or 0) + last
        state = state.but(item=state.item + 1, position=Position(), total=total)
        run_parents = self._all_parents(writer)
        if self.parents and state.item < len(run_parents):
            return state
        checks.check_run(self.resource, writer.rows + rows, state, len(run_parents))
        return state.but(is_read=True, cursor=state.window.end if state.window else state.cursor)

    def _all_parents(self, writer: RunWriter) -> list[Parent]:
        """Returns the run's parents; the log never changes, so a later call finds the same ones."""
        state = _state(writer)
        if self.parents is None or state.parents is None:
            return []
        if self._parents_read is None or self._parents_read[0] != state.parents:
            self._parents_read = (state.parents, self.parents.between(state.parents))
        return self._parents_read[1]


def _state(writer: RunWriter) -> State:
    assert writer.state is not None, "the run has not begun"
    return writer.state
