"""The parent records of a child resource, from the parts that the parent's log names."""

import gzip
from collections.abc import Iterator
from typing import NamedTuple
from urllib.parse import quote

import msgspec

from lakehouse_common.commit_log import CommitLog, Entry
from lakehouse_common.object_store import ObjectStore
from rest_to_raw.json_fields import Fields
from rest_to_raw.outcome import IngestionError
from rest_to_raw.settings.resource import Resource
from rest_to_raw.settings.structs import ForEach


class Parent(NamedTuple):
    """One parent: `value` is put into the child's path and parameters, `carried` is the JSON object of its fields."""

    value: str
    carried: bytes


class Parents:
    """The parents between two versions of the parent's log, each once, in the order in which they first came."""

    def __init__(self, store: ObjectStore, resource: Resource, for_each: ForEach) -> None:
        self.store = store
        self.resource = resource
        self.for_each = for_each
        self.log = CommitLog(store, resource.api, for_each.resource)
        self.fields = Fields([for_each.field, *for_each.carry])
        self.names = [msgspec.json.encode(name) for name in (for_each.as_, *for_each.carry)]

    def versions(self, seen: int) -> tuple[int, int] | None:
        """Returns after which version and up to which a run's parents are; None before the parent's first commit."""
        last = self.log.last()
        return None if last is None else (0 if self.for_each.parents == "all" else seen, last.version)

    def between(self, versions: tuple[int, int]) -> list[Parent]:
        """Returns the parents; of one that came twice the later fields are used.

        Raises:
            IngestionError: when one has no usable value.
        """
        carried: dict[str, bytes] = {}
        for record in self._records(versions):
            values = self.fields.one(record)
            pairs = (b"%s:%s" % (name, bytes(value)) for name, value in zip(self.names, values, strict=True))
            carried[self._text(bytes(values[0]))] = b"{%s}" % b",".join(pairs)
        return [Parent(value, fields) for value, fields in carried.items()]

    def _records(self, versions: tuple[int, int]) -> Iterator[bytes]:
        after, last = versions
        entries = (self.log.read(version) for version in range(after + 1, last + 1))
        for part in (part for entry in entries for part in _entry(entry, self.for_each).parts):
            yield from gzip.decompress(self.store.get(part.key)).splitlines()

    def _text(self, value: bytes) -> str:
        try:
            text = str(msgspec.json.decode(value, type=str | int))
        except msgspec.ValidationError:
            text = ""
        if not text:
            raise IngestionError(
                "contract",
                f"a record of '{self.for_each.resource}' has no text and no whole number at '{self.for_each.field}', "
                f"which for_each of {self.resource.name} needs; choose another field",
            )
        return text


def fill(text: str, name: str, value: str, *, is_path: bool) -> str:
    """Returns the text with the parent's value filled in; in a path it is quoted, so that it stays one segment."""
    return text.replace(f"{{{name}}}", quote(value, safe="") if is_path else value)


def with_parent(record: bytes, carried: bytes) -> bytes:
    """Returns the record with its parent's fields as its first member, `_parent`."""
    rest = record[1:]
    return b'{"_parent":%s%s%s' % (carried, b"" if rest.lstrip().startswith(b"}") else b",", rest)


def _entry(entry: Entry | None, for_each: ForEach) -> Entry:
    if entry is None:
        raise IngestionError(
            "contract", f"the log of '{for_each.resource}' has a gap; restore the entry that raw_ready names"
        )
    return entry
