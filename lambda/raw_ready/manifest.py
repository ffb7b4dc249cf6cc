"""The batch manifest: the exact list of files that one run reads, for every silver table."""

from typing import Literal

import msgspec


class File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One object of the raw zone and its size in bytes."""

    key: str
    bytes: int


class Batch(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The files that arrived together: of one AppFlow execution or one REST run.

    `position` sorts in the order of arrival and becomes the table's watermark; `arrived_at` is an ISO 8601 instant in
    UTC; `rows` is the count that the source reported.
    """

    position: str
    arrived_at: str
    rows: int
    files: tuple[File, ...]


class TableBatches(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The unread batches of one silver table in order; all come after `cursor_after`, '' before the first is read."""

    source: str
    format: Literal["parquet", "json", "csv"]
    cursor_after: str
    batches: tuple[Batch, ...]


class Manifest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Silver table name -> the batches to read for it; a table without new files has an empty list."""

    tables: dict[str, TableBatches]

    @property
    def rows(self) -> int:
        """Returns how many rows all sources reported."""
        return sum(batch.rows for table in self.tables.values() for batch in table.batches)


class SourceBatches(msgspec.Struct, frozen=True):
    """A source's unread batches, and the problems that stop them from being read, one line each."""

    batches: tuple[Batch, ...] = ()
    problems: tuple[str, ...] = ()


def encode(manifest: Manifest) -> bytes:
    """Returns the manifest as indented JSON."""
    return msgspec.json.format(msgspec.json.encode(manifest), indent=2) + b"\n"


def decode(body: bytes) -> Manifest:
    """Returns the manifest from its JSON. Raises: msgspec.MsgspecError when it is none."""
    return msgspec.json.decode(body, type=Manifest)
