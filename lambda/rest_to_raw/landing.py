"""What a run writes: parts, a checkpoint behind each, and at last the entry in the commit log that makes them count.

    <run folder>/part-<seq>-<unique>.jsonl.gz     worth nothing until a checkpoint names it
    <run folder>/checkpoint-<seq>.json            written if absent: who creates it owns that step of the run

A call that is killed anywhere is followed by one that goes on behind the last checkpoint. Of two calls of one run at
once the slower one loses a checkpoint and stops; of two runs at once only one commits.
"""

import gzip
import hashlib
import io
import uuid
from collections.abc import Sequence
from datetime import UTC, datetime

import msgspec

from commit_log import CommitLog, Entry, Part, claim
from object_store import ObjectStore
from rest_to_raw.cursor import CursorField
from rest_to_raw.page import Page
from rest_to_raw.resource import Resource
from rest_to_raw.result import Failure

# Raw bytes of a part; Spark reads a gzipped part in one task.
PART_BYTES = 64 * 2**20


class Checkpoint(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How far a run is: `next` asks for the page behind it, `is_last` says that there is none.

    `part` holds the records since the checkpoint before, None where there were none; `seen` the fingerprints of the
    page cursors met since then; `base_version` the log's version that the run builds on.
    """

    run_id: str
    seq: int
    base_version: int
    part: Part | None
    next: str | None
    is_last: bool
    cursor_from: str | None
    cursor: str | None
    seen: tuple[str, ...]


class Buffer:
    """The records since the last checkpoint, compressed as they come; equal records make equal bytes."""

    def __init__(self) -> None:
        self.pages = 0
        self.rows = 0
        self.raw_bytes = 0
        self.seen: list[str] = []
        self.target = io.BytesIO()
        self.zipped = gzip.GzipFile(filename="", mode="wb", compresslevel=1, fileobj=self.target, mtime=0)

    def add(self, records: Sequence[bytes]) -> None:
        """Appends one page's records, a line each."""
        for record in records:
            self.zipped.write(record)
            self.zipped.write(b"\n")
        self.pages += 1
        self.rows += len(records)
        self.raw_bytes += sum(map(len, records)) + len(records)

    def close(self) -> bytes:
        """The finished gzip file."""
        self.zipped.close()
        return self.target.getvalue()


class Landing:
    """One run of one resource, picked up where its last checkpoint left it."""

    def __init__(self, store: ObjectStore, resource: Resource, run_id: str) -> None:
        """Raises: Failure when another run has committed what this one builds on."""
        self.store = store
        self.run_id = run_id
        self.log = CommitLog(store, resource.api, resource.resource)
        self.folder = self.log.run_folder(run_id)
        self.field = CursorField(resource, resource.since.field) if resource.since else None
        self.buffer = Buffer()
        found = [store.get(listed.key) for listed in store.list(f"{self.folder}checkpoint-")]
        checkpoints = [msgspec.json.decode(body, type=Checkpoint) for body in found]
        last = checkpoints[-1] if checkpoints else self._before_the_first()
        self.base_version, self.cursor_from, self.cursor = last.base_version, last.cursor_from, last.cursor
        self.next, self.is_last, self.seq = last.next, last.is_last, last.seq + 1
        self.parts = [checkpoint.part for checkpoint in checkpoints if checkpoint.part]
        self.seen = {fingerprint for checkpoint in checkpoints for fingerprint in checkpoint.seen}
        self.committed = self._own(last.base_version + 1) if checkpoints else None

    def add(self, page: Page) -> None:
        """Takes one page in. Raises: Failure when it leads back to a page that was read, or its cursor is no cursor."""
        if page.next is not None:
            fingerprint = hashlib.sha256(page.next.encode()).hexdigest()[:16]
            if fingerprint in self.seen:
                raise Failure(
                    "contract", f"the pages of run {self.run_id} lead back to one that was read; ask the API's owner"
                )
            self.seen.add(fingerprint)
            self.buffer.seen.append(fingerprint)
        if self.field:
            self.cursor = self.field.highest(self.cursor, page.records)
        self.buffer.add(page.records)
        self.next = page.next
        self.is_last = page.next is None
        if self.is_last or self.buffer.raw_bytes >= PART_BYTES:
            self.save()

    def save(self) -> None:
        """Lands the pages taken in since the last checkpoint, if any, and owns that step.

        Raises:
            Failure: another call of the same run has taken the step.
        """
        if not self.buffer.pages:
            return
        part = self._land_part() if self.buffer.rows else None
        checkpoint = self._checkpoint(part)
        key = f"{self.folder}checkpoint-{self.seq:06d}.json"
        if not claim(self.store, key, msgspec.json.encode(checkpoint)):
            raise Failure("fenced", f"another call of run {self.run_id} is ahead of this one; leave the run to it")
        self.parts += [part] if part else []
        self.seq += 1
        self.buffer = Buffer()

    def commit(self) -> Entry:
        """Makes the run count. Raises: Failure when another run was first."""
        rows = sum(part.rows for part in self.parts)
        finished_at = f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%S.%fZ}"
        version = self.base_version + 1
        entry = Entry(version, self.run_id, tuple(self.parts), rows, self.cursor_from, self.cursor, finished_at)
        if self.log.commit(entry):
            return entry
        return self._own(version) or entry

    def _before_the_first(self) -> Checkpoint:
        """Where a run starts: at the first page of the window that the log's last cursor opens."""
        last = self.log.last()
        cursor = last.cursor if last and self.field else None
        return Checkpoint(self.run_id, -1, last.version if last else 0, None, None, False, cursor, cursor, ())

    def _own(self, version: int) -> Entry | None:
        """This run's entry, if it is there. Raises: Failure when the version is another run's."""
        entry = self.log.read(version)
        if entry and entry.run_id != self.run_id:
            raise Failure("fenced", f"run {entry.run_id} committed before run {self.run_id}; start a run with a new id")
        return entry

    def _land_part(self) -> Part:
        body = self.buffer.close()
        key = f"{self.folder}part-{self.seq:06d}-{uuid.uuid4().hex}.jsonl.gz"
        self.store.put(key, body)
        return Part(key, self.buffer.rows, len(body), hashlib.sha256(body).hexdigest())

    def _checkpoint(self, part: Part | None) -> Checkpoint:
        return Checkpoint(
            run_id=self.run_id,
            seq=self.seq,
            base_version=self.base_version,
            part=part,
            next=self.next,
            is_last=self.is_last,
            cursor_from=self.cursor_from,
            cursor=self.cursor,
            seen=tuple(self.buffer.seen),
        )
