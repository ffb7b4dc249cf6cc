"""What a changed contract means for the rows that a silver table holds: one change per fact that differs."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum

from lakehouse.contract.column_types import is_widened
from lakehouse.contract.fingerprint import ColumnMark, Fingerprint
from lakehouse.contract.masks import MASKS
from lakehouse_common.errors import LakehouseError


class Effort(IntEnum):
    """What a change takes, in the order of its cost."""

    METADATA = 1
    FROM_SILVER = 2
    FROM_RAW = 3

    @property
    def words(self) -> str:
        """Returns how the plan calls it."""
        return _WORDS[self]


_WORDS = {
    Effort.METADATA: "metadata only",
    Effort.FROM_SILVER: "recompute from what silver holds",
    Effort.FROM_RAW: "recompute from raw",
}


@dataclass(frozen=True)
class Change:
    """One difference; `column` is None where it is the whole table's.

    `is_additive`: a run makes it by itself. `is_stronger`: clear values stay in old files until they are purged.
    `was` is the column's name in the table where it is renamed.
    """

    column: str | None
    effort: Effort
    sentence: str
    is_additive: bool = False
    is_stronger: bool = False
    was: str | None = None


class KeyChangedError(LakehouseError):
    """The masking key is another one under the same version: one value would have two hashes."""


def check_key(table: str, before: Fingerprint, after: Fingerprint) -> None:
    """Check that one version of the masking key is one key.

    Raises:
        KeyChangedError: it is not; nothing may be written.
    """
    stored, new = before.masking, after.masking
    if stored and new and stored.version == new.version and stored.key != new.key:
        raise KeyChangedError(
            f"{table}: the masking key is another one than that of version {new.version}, which made its rows: put the "
            f"old key back, or say masking.version: {new.version + 1} in the contract and migrate"
        )


def compare(before: Fingerprint, after: Fingerprint, renamed: dict[str, str]) -> list[Change]:
    """Returns every change from the stored fingerprint to the contract's; `renamed` is new name -> old name.

    A `was` whose old column is not there any more (it was renamed by an earlier migration) says nothing.
    """
    renames = {new: old for new, old in renamed.items() if old in before.columns and new not in before.columns}
    key = tuple({old: new for new, old in renames.items()}.get(name, name) for name in before.key)
    changes = [*_table_changes(before.model_copy(update={"key": key}), after)]
    for name, mark in after.columns.items():
        stored = before.columns.get(renames.get(name, name))
        if name in renames:
            old = renames[name]
            changes.append(Change(name, Effort.METADATA, f"renamed, was {old}", was=old))
        changes += [_new_column(name)] if stored is None else _column_changes(name, stored, mark)
    gone = before.columns.keys() - after.columns.keys() - set(renames.values())
    dropped = [_dropped(name, before.columns[name]) for name in before.columns if name in gone]
    return [*changes, *dropped, *_key_changes(before, after)]


def _table_changes(before: Fingerprint, after: Fingerprint) -> Iterator[Change]:
    facts = (
        ("source", before.source, after.source),
        ("key", ", ".join(before.key), ", ".join(after.key)),
        ("version", before.version or "none", after.version or "none"),
        ("cleaning rules", f"version {before.cleaning}", f"version {after.cleaning}"),
    )
    for fact, old, new in facts:
        if old != new:
            yield Change(None, Effort.FROM_RAW, f"{fact}: {old} -> {new}")


def _key_changes(before: Fingerprint, after: Fingerprint) -> list[Change]:
    """Returns a change per column whose hashes are those of another version of the masking key."""
    if before.masking is None or after.masking is None or before.masking.version == after.masking.version:
        return []
    versions = f"masking key: version {before.masking.version} -> {after.masking.version}"
    hashed = [name for name, mark in after.columns.items() if MASKS[mark.mask].is_keyed and name in before.columns]
    return [Change(name, Effort.FROM_RAW, versions) for name in hashed] or [
        Change(None, Effort.METADATA, f"{versions}, and no column is hashed")
    ]


def _new_column(name: str) -> Change:
    return Change(name, Effort.FROM_RAW, "new column, filled from raw", is_additive=True)


def _dropped(name: str, stored: ColumnMark) -> Change:
    is_stronger = not MASKS[stored.mask].is_masked
    return Change(name, Effort.FROM_SILVER, "dropped, its values with it", is_stronger=is_stronger)


def _column_changes(name: str, before: ColumnMark, after: ColumnMark) -> Iterator[Change]:
    if before.from_ != after.from_:
        yield Change(name, Effort.FROM_RAW, f"field: {before.from_} -> {after.from_}")
    if before.type != after.type:
        effort = Effort.METADATA if _is_widened(before, after) else Effort.FROM_RAW
        yield Change(name, effort, f"type: {before.type} -> {after.type}")
    if before.mask != after.mask:
        yield _mask_change(name, before.mask, after.mask)
    yield from _rule_changes(name, before, after)


def _mask_change(name: str, before: str, after: str) -> Change:
    sentence = f"mask: {before} -> {after}"
    if not MASKS[before].is_masked:
        return Change(name, Effort.FROM_SILVER, sentence, is_stronger=True)
    return Change(name, Effort.FROM_RAW, sentence, is_stronger=MASKS[after].is_masked)


def _is_widened(before: ColumnMark, after: ColumnMark) -> bool:
    """Returns whether Iceberg widens the type in place: a clear decimal of as many places with more digits."""
    is_clear = before.mask == after.mask and MASKS[after.mask].spark_type is None
    return is_clear and is_widened(before.type, after.type)


def _rule_changes(name: str, before: ColumnMark, after: ColumnMark) -> Iterator[Change]:
    """Returns a change per rule; a tightened one sends rows to quarantine, a loosened one brings rows out of it."""
    rules = (
        ("required", str(before.required).lower(), str(after.required).lower()),
        ("one_of", ", ".join(before.one_of) or "none", ", ".join(after.one_of) or "none"),
        ("min", before.min or "none", after.min or "none"),
        ("max", before.max or "none", after.max or "none"),
    )
    for rule, old, new in rules:
        if old != new:
            yield Change(name, Effort.FROM_RAW, f"{rule}: {old} -> {new}")


def effort_of(changes: list[Change]) -> Effort | None:
    """Returns what all the changes of a table take together; None where there is none."""
    return max((change.effort for change in changes), default=None)
