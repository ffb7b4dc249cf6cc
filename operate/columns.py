"""The columns of JSON records (paths and types, never a value), and how a contract's silver tables read them."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import msgspec

from lakehouse.contract.models import Pipeline

# The JSON types of a leaf; a dict is one only when it is empty.
KINDS: dict[type, str] = {
    str: "text",
    bool: "boolean",
    int: "integer",
    float: "number",
    list: "list",
    dict: "object",
    type(None): "null",
}
# Names as programs give them. Whatever else stands as a name, or many names at one place, are data.
NAME = re.compile(r"[A-Za-z_@$][A-Za-z0-9_@$-]{0,62}")
MANY = 100
DATA = "<data>"
# What rest_to_raw adds to a record of a child.
ADDED = "_parent."


class Column(NamedTuple):
    """One leaf of the records: its JSON types, and in which share of the records it is absent or null."""

    kinds: tuple[str, ...]
    null_share: float


def infer(records: Sequence[bytes]) -> dict[str, Column]:
    """Returns the columns of the records in the order of their paths; a name that is data is shown as `<data>`."""
    decoded = [msgspec.json.decode(record) for record in records]
    many = _crowded(decoded)
    kinds: dict[str, set[str]] = {}
    filled: Counter[str] = Counter()
    for record in decoded:
        leaves = list(_leaves(record, "", many))
        for path, kind in leaves:
            kinds.setdefault(path, set()).update({kind} - {"null"})
        filled.update({path for path, kind in leaves if kind != "null"})
    inner = {path for path in kinds if not kinds[path] - {"object"} and _has_leaves(path, kinds)}
    return {
        path: Column(tuple(sorted(kinds[path])) or ("null",), 1 - filled[path] / len(decoded))
        for path in sorted(kinds.keys() - inner)
    }


class Difference(NamedTuple):
    """The differences between the records and the silver tables that read them.

    `missing` and `empty` by silver table: the fields it reads that no record has, or that have no value. `new` are the
    columns that no table reads.
    """

    missing: dict[str, list[str]]
    empty: dict[str, list[str]]
    new: list[str]


def compare(columns: Mapping[str, Column], pipeline: Pipeline, source: str) -> Difference:
    """Compare the columns with what the silver tables of `source` (`rest.<api>.<resource>`) read."""
    reads = {
        name: {column.from_ for column in table.columns.values()} | ({table.version} if table.version else set())
        for name, table in pipeline.silver.items()
        if table.from_ == source
    }
    paths = {path for path in columns}
    wanted = {name: sorted(path for path in fields if not path.startswith(ADDED)) for name, fields in reads.items()}
    missing = {name: [path for path in fields if not _is_in(path, paths)] for name, fields in wanted.items()}
    filled = {path for path, column in columns.items() if column.kinds != ("null",)}
    empty = {
        name: [path for path in fields if path not in missing[name] and not _is_in(path, filled)]
        for name, fields in wanted.items()
    }
    known = {path for fields in reads.values() for path in fields}
    new = sorted(path for path in paths if not any(_covers(field, path) for field in known))
    return Difference(missing, empty, new)


def _is_in(path: str, paths: set[str]) -> bool:
    return any(_covers(path, other) for other in paths)


def _covers(path: str, other: str) -> bool:
    return other == path or other.startswith(f"{path}.")


def _has_leaves(path: str, kinds: Mapping[str, Any]) -> bool:
    return any(other.startswith(f"{path}.") for other in kinds)


def _leaves(value: Any, path: str, many: set[str]) -> Iterator[tuple[str, str]]:
    if isinstance(value, dict) and value:
        for name, inner in value.items():
            yield from _leaves(inner, _below(path, name, many), many)
    else:
        yield path, KINDS[type(value)]


def _below(path: str, name: str, many: set[str]) -> str:
    shown = name if NAME.fullmatch(name) and path not in many else DATA
    return f"{path}.{shown}" if path else shown


def _crowded(records: Sequence[Any]) -> set[str]:
    """Returns the paths with so many names that the names are data."""
    names: dict[str, set[str]] = {}
    for record in records:
        _count(record, "", names)
    return {path for path, at_path in names.items() if len(at_path) > MANY}


def _count(value: Any, path: str, names: dict[str, set[str]]) -> None:
    if isinstance(value, dict):
        names.setdefault(path, set()).update(value)
        for name, inner in value.items():
            _count(inner, _below(path, name, set()), names)
