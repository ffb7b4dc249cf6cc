"""The records of another resource that a child asks for, from the parts that the parent's log names."""

import gzip
from collections.abc import Iterator
from typing import NamedTuple
from urllib.parse import quote

import msgspec

from lakehouse_common.commit_log import CommitLog, Entry
from lakehouse_common.object_store import ObjectStore
from rest_to_raw.outcome import IngestionError
from rest_to_raw.pagination.fields import Fields
from rest_to_raw.settings.resource import Resource
from rest_to_raw.settings.structs import ForEach


class Parent(NamedTuple):
    """One parent: `value` stands in the child's path and parameters, `carried` is the JSON object of its fields."""

    value: str
    carried: bytes


class Parents:
    """The parents between two versions of the parent's log, each once, in the order in which they first came."""

    def __init__(self, store: ObjectStore, resource: Resource, told: ForEach) -> None:
        self.store = store
        self.resource = resource
        self.told = told
        self.log = CommitLog(store, resource.api, told.resource)
        self.fields = Fields([told.field, *told.carry])
        self.names = [msgspec.json.encode(name) for name in (told.as_, *told.carry)]

    def versions(self, seen: int) -> tuple[int, int] | None:
        """Behind which version, and up to which, the parents of a run lie; None while the parent has never landed."""
        last = self.log.last()
        return None if last is None else (0 if self.told.parents == "all" else seen, last.version)

    def between(self, versions: tuple[int, int]) -> list[Parent]:
        """The parents; of one that came twice the later fields count.

        Raises:
            IngestionError: when one has no usable value.
        """
        found: dict[str, bytes] = {}
        for record in self._records(versions):
            values = self.fields.one(record)
            pairs = (b"%s:%s" % (name, bytes(value)) for name, value in zip(self.names, values, strict=True))
            found[self._text(bytes(values[0]))] = b"{%s}" % b",".join(pairs)
        return [Parent(value, carried) for value, carried in found.items()]

    def _records(self, versions: tuple[int, int]) -> Iterator[bytes]:
        behind, last = versions
        entries = (self.log.read(version) for version in range(behind + 1, last + 1))
        for part in (part for entry in entries for part in _entry(entry, self.told).parts):
            yield from gzip.decompress(self.store.get(part.key)).splitlines()

    def _text(self, value: bytes) -> str:
        try:
            found = msgspec.json.decode(value, type=str | int)
        except msgspec.ValidationError:
            found = ""
        if found == "":
            raise IngestionError(
                "contract",
                f"a record of '{self.told.resource}' has no text and no whole number at '{self.told.field}', which "
                f"for_each of {self.resource.name} needs; choose another field",
            )
        return str(found)


def fill(text: str, name: str, value: str, *, is_path: bool) -> str:
    """The text with the parent's value in its place; in a path it is quoted, so that it stays one step of it."""
    return text.replace(f"{{{name}}}", quote(value, safe="") if is_path else value)


def with_parent(record: bytes, carried: bytes) -> bytes:
    """The record with its parent's fields as its first member, `_parent`."""
    rest = record[1:]
    return b'{"_parent":%s%s%s' % (carried, b"" if rest.lstrip().startswith(b"}") else b",", rest)


def _entry(entry: Entry | None, told: ForEach) -> Entry:
    if entry is None:
        raise IngestionError(
            "contract", f"the log of '{told.resource}' has a gap; restore the entry that raw_ready names"
        )
    return entry
