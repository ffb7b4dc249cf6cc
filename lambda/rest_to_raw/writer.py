"""The files of a run: parts, a checkpoint after each, and last the entry in the commit log that makes them count.

    <run folder>/part-<seq>-<unique>.jsonl.gz     worth nothing until a checkpoint names it
    <run folder>/checkpoint-<seq>.json            written if absent: who creates it owns that step of the run

A call that is killed anywhere is followed by one that goes on after the last checkpoint. Of two calls of one run at
once the slower one loses a checkpoint and stops; of two runs at once only one commits.
"""

import hashlib
import uuid
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import msgspec

from lakehouse_common.commit_log import CommitLog, Entry, Part, Window, claim
from lakehouse_common.instants import utc_text
from lakehouse_common.object_store import ObjectStore
from rest_to_raw.buffer import Buffer
from rest_to_raw.outcome import IngestionError
from rest_to_raw.pagination.position import Position

# Raw bytes of a part; Spark reads a gzipped part in one task.
PART_BYTES = 64 * 2**20


class State(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The progress of a run. Fixed at its start: the log's version that it builds on, `cursor_from`, window, `parents`.

    `item` counts the parents that are read whole, `position` is where the pages of the one under way are; `is_read`
    says that there is nothing more. `requests` were made, `filtered` records and `ignored` parents left out, so far;
    `total` is the sum of what the API reported for each series.
    """

    base_version: int
    cursor_from: str | None
    cursor: str | None
    window: Window | None = None
    parents: tuple[int, int] | None = None
    item: int = 0
    position: Position = Position()
    is_read: bool = False
    requests: int = 0
    filtered: int = 0
    ignored: int = 0
    total: int | None = None

    def but(self, **changes: Any) -> "State":
        """Returns this state with these changes."""
        return msgspec.structs.replace(self, **changes)


class Checkpoint(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One step of a run; `part` has the records since the step before, if any, `seen` the places of pages since then.

    `starts_over` drops all that the run has read before it.
    """

    run_id: str
    seq: int
    part: Part | None
    seen: tuple[str, ...]
    state: State
    starts_over: bool = False


class RunWriter:
    """The writer of one run, or window of a run, which goes on after its last checkpoint."""

    def __init__(self, store: ObjectStore, log: CommitLog, run_id: str) -> None:
        """Read the run's checkpoints. Raises: IngestionError when another run has committed what this one builds on."""
        self.store = store
        self.log = log
        self.run_id = run_id
        self.folder = log.run_folder(run_id)
        self.buffer = Buffer()
        self.parts: list[Part] = []
        self.seen: set[str] = set()
        self.seq = 0
        self.state: State | None = None
        for found in store.list(f"{self.folder}checkpoint-"):
            self._replay(msgspec.json.decode(store.get(found.key), type=Checkpoint))
        self.committed = self._own_entry(self.state.base_version + 1) if self.state else None

    @property
    def is_read(self) -> bool:
        """Returns whether all is read and only the commit is left."""
        return self.state is not None and self.state.is_read

    @property
    def rows(self) -> int:
        """Returns the number of rows written and buffered so far."""
        return sum(part.rows for part in self.parts) + self.buffer.rows

    def note_place(self, place: str) -> bool:
        """Note the place of a page; returns False when this series has been there before."""
        is_new = place not in self.seen
        self.seen.add(place)
        self.buffer.seen.append(place)
        return is_new

    def add(self, records: Sequence[Any], state: State) -> None:
        """Add one page's records, after which the run's state is `state`. Raises: IngestionError as `save`."""
        if self.state and self.state.item != state.item:
            self.seen.clear()
            self.buffer.seen.clear()
        self.buffer.add(records)
        self.state = state
        if state.is_read or self.buffer.raw_bytes >= PART_BYTES:
            self.save()

    def start_over(self, state: State) -> None:
        """Drop all that was read, and go on from another state. Raises: IngestionError as `save`."""
        self.buffer = Buffer()
        self.state = state
        self._write_checkpoint(None, starts_over=True)
        self.parts, self.seen = [], set()

    def save(self) -> None:
        """Write the pages added since the last checkpoint, if any, and claim that step of the run.

        Raises:
            IngestionError: another call of the same run has taken the step.
        """
        if self.buffer.pages:
            part = self._write_part() if self.buffer.rows else None
            self._write_checkpoint(part)
            self.parts += [part] if part else []
            self.buffer = Buffer()

    def commit(self) -> Entry:
        """Commit the run; returns its entry. Raises: IngestionError when another run was first."""
        state = self.state
        assert state is not None, "nothing was read"
        entry = Entry(
            version=state.base_version + 1,
            run_id=self.run_id,
            parts=tuple(self.parts),
            rows=sum(part.rows for part in self.parts),
            cursor_from=state.cursor_from,
            cursor=state.cursor,
            finished_at=utc_text(datetime.now(UTC)),
            window=state.window,
            parents=state.parents[1] if state.parents else None,
            ignored=state.ignored,
            total=state.total,
            filtered=state.filtered,
        )
        return entry if self.log.commit(entry) else (self._own_entry(entry.version) or entry)

    def _replay(self, checkpoint: Checkpoint) -> None:
        if checkpoint.starts_over or (self.state and self.state.item != checkpoint.state.item):
            self.seen.clear()
        if checkpoint.starts_over:
            self.parts.clear()
        self.parts += [checkpoint.part] if checkpoint.part else []
        self.seen.update(checkpoint.seen)
        self.state, self.seq = checkpoint.state, checkpoint.seq + 1

    def _write_checkpoint(self, part: Part | None, *, starts_over: bool = False) -> None:
        assert self.state is not None
        seen = tuple(self.buffer.seen)
        checkpoint = Checkpoint(self.run_id, self.seq, part, seen, self.state, starts_over)
        key = f"{self.folder}checkpoint-{self.seq:06d}.json"
        if not claim(self.store, key, msgspec.json.encode(checkpoint)):
            raise IngestionError(
                "fenced", f"another call of run {self.run_id} is ahead of this one; leave the run to it"
            )
        self.seq += 1

    def _own_entry(self, version: int) -> Entry | None:
        """Returns this run's entry, if it exists. Raises: IngestionError when the version is another run's."""
        entry = self.log.read(version)
        if entry and entry.run_id != self.run_id:
            raise IngestionError(
                "fenced", f"run {entry.run_id} committed before run {self.run_id}; start a run with a new id"
            )
        return entry

    def _write_part(self) -> Part:
        body = self.buffer.close()
        key = f"{self.folder}part-{self.seq:06d}-{uuid.uuid4().hex}.jsonl.gz"
        self.store.put(key, body)
        return Part(key, self.buffer.rows, len(body), hashlib.sha256(body).hexdigest())
