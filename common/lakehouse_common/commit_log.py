"""The commit log of a REST resource: the parts of runs that count, and the cursor from which the next run starts.

    api-data/<api>/<resource>/<run_id>/...               what a run wrote; worth nothing until an entry names it
    api-data/<api>/<resource>/_log/<version>.json        one entry per committed run, versions 1, 2, 3, ... in 12 digits

An entry is written if absent, so of two runs that build on the same version only one can commit.
"""

from collections.abc import Iterator

import msgspec

from lakehouse_common.object_store import ObjectNotFoundError, ObjectStore


class Part(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One gzipped JSONL object; `bytes` and `sha256` are those of the object as it is stored."""

    key: str
    rows: int
    bytes: int
    sha256: str


class Window(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The range of the cursor that an entry covers: the run's `number`-th, from 1 on; its last one ends the run."""

    number: int
    start: str | None
    end: str
    is_last: bool


class Entry(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """One committed run, or window of a run.

    `rows` is the sum over its parts, `finished_at` an ISO 8601 instant in UTC. `parents` is the version of the parent's
    log up to which a child has asked; `ignored` how many of its parents the API gave nothing for; `total` how many
    records there are, as the API said last; `filtered` how many records were left out as older than the cursor.
    """

    version: int
    run_id: str
    parts: tuple[Part, ...]
    rows: int
    cursor_from: str | None
    cursor: str | None
    finished_at: str
    window: Window | None = None
    parents: int | None = None
    ignored: int = 0
    total: int | None = None
    filtered: int = 0


class CommitLog:
    """The log of one resource in the raw zone."""

    def __init__(self, store: ObjectStore, api: str, resource: str) -> None:
        self.store = store
        self.folder = f"api-data/{api}/{resource}/"

    def run_folder(self, run_id: str) -> str:
        """Returns the prefix of everything that the run writes."""
        return f"{self.folder}{run_id}/"

    def key(self, version: int) -> str:
        """Returns the key of one entry."""
        return f"{self.folder}_log/{position(version)}.json"

    def versions(self, after: int = 0) -> Iterator[int]:
        """Yields the committed versions after `after`, ascending."""
        for listed in self.store.list(f"{self.folder}_log/", after=self.key(after)):
            yield int(listed.key.rpartition("/")[2].removesuffix(".json"))

    def read(self, version: int) -> Entry | None:
        """Returns the entry, None where that version is not committed. Raises: msgspec.MsgspecError: it is no entry."""
        try:
            return msgspec.json.decode(self.store.get(self.key(version)), type=Entry)
        except ObjectNotFoundError:
            return None

    def last(self) -> Entry | None:
        """Returns the newest entry, or None before the first commit."""
        version = max(self.versions(), default=0)
        return self.read(version) if version else None

    def commit(self, entry: Entry) -> bool:
        """Write the entry; returns False when another entry has its version."""
        return claim(self.store, self.key(entry.version), msgspec.json.encode(entry))


def position(version: int) -> str:
    """Returns the version as text that sorts in the order of versions."""
    return f"{version:012d}"


def claim(store: ObjectStore, key: str, body: bytes) -> bool:
    """Write `body` if the key is free; returns whether the key holds it now."""
    # A client that repeats a write whose answer got lost finds its own object there: that is no lost race.
    return store.put_if_absent(key, body) or store.get(key) == body
