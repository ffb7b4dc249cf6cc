"""The commit log of a REST resource: which parts of which runs count, and the cursor that the next run starts from.

    api-data/<api>/<resource>/<run_id>/...               what a run wrote; worth nothing until an entry names it
    api-data/<api>/<resource>/_log/<version>.json        one entry per committed run, versions 1, 2, 3, ... in 12 digits

An entry is written if absent, so of two runs that build on the same version only one can commit.
"""

from collections.abc import Iterator

import msgspec

from lakehouse_common.object_store import ObjectNotFoundError, ObjectStore


class Part(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One gzipped JSONL object; `bytes` and `sha256` are those of the object as it lies in the store."""

    key: str
    rows: int
    bytes: int
    sha256: str


class Window(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The range of the cursor that an entry covers: the run's `number`-th, from 1 on; only with the last it is done."""

    number: int
    start: str | None
    end: str
    is_last: bool


class Entry(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """One committed run, or window of a run; `rows` is the sum over its parts, `finished_at` an ISO 8601 instant in
    UTC.

    `parents` is the version of the parent's log up to which a child has asked; `ignored` how many of its parents the
    API gave nothing for; `total` what the API told last of how many there are; `filtered` the records that were left
    out as older than the cursor.
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
        """The prefix of everything that the run writes."""
        return f"{self.folder}{run_id}/"

    def key(self, version: int) -> str:
        """The key of one entry."""
        return f"{self.folder}_log/{position(version)}.json"

    def versions(self, after: int = 0) -> Iterator[int]:
        """The committed versions behind `after`, ascending."""
        for listed in self.store.list(f"{self.folder}_log/", after=self.key(after)):
            yield int(listed.key.rpartition("/")[2].removesuffix(".json"))

    def read(self, version: int) -> Entry | None:
        """The entry, or None where that version is not committed. Raises: msgspec.MsgspecError when it is no entry."""
        try:
            return msgspec.json.decode(self.store.get(self.key(version)), type=Entry)
        except ObjectNotFoundError:
            return None

    def last(self) -> Entry | None:
        """The newest entry, or None before the first commit."""
        version = max(self.versions(), default=0)
        return self.read(version) if version else None

    def commit(self, entry: Entry) -> bool:
        """Writes the entry; False when another entry has its version."""
        return claim(self.store, self.key(entry.version), msgspec.json.encode(entry))


def position(version: int) -> str:
    """The version as text that sorts."""
    return f"{version:012d}"


def claim(store: ObjectStore, key: str, body: bytes) -> bool:
    """Whether the key holds `body` now, having been free or having held just that."""
    # A client that repeats a write whose answer got lost finds its own object there: that is no lost race.
    return store.put_if_absent(key, body) or store.get(key) == body
