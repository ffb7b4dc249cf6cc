"""Checks of what one part of the contract says of another: sources, keys, sinks, gold functions' parameters.

The checks run on the plain mappings, so that a wrong reference is reported even while other lines are still wrong.
"""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter
from pathlib import Path
from typing import Any

from lakehouse.contract.masks import MASKS
from lakehouse.contract.models import GoldTable, Pipeline
from lakehouse.contract.sinks import SINK_KINDS
from lakehouse.contract.strict import did_you_mean
from lakehouse.contract.unchecked import mapping_at, source_names

_KEY_MASKS = [mask.name for mask in MASKS.values() if mask.fits_keys]


@dataclass(frozen=True)
class Signature:
    """What a gold function reads (parameter -> qualified table) and which settings it takes (keyword-only)."""

    reads: dict[str, str]
    settings: tuple[str, ...]
    unknown: tuple[str, ...] = ()


def gold_signatures(raw: dict[str, Any], folder: Path) -> dict[str, Signature]:
    """Returns the signature of each gold table's function, read without an import; a missing one is left out."""
    tables = {name: _parse_function(folder / f"{name}.py", name) for name in mapping_at(raw, "gold")}
    return {name: _read_signature(raw, name, function) for name, function in tables.items() if function}


def problems(raw: dict[str, Any], functions: dict[str, Signature]) -> list[str]:
    """Returns one line for each name in the contract that names nothing."""
    return [*_rest_problems(raw), *_silver_problems(raw), *_gold_problems(raw, functions), *_cycle_problems(functions)]


def version_of(pipeline: Pipeline, source: str) -> str | None:
    """Returns the source field that orders versions of one row, or None where arrival decides."""
    kind, *names = source.split(".")
    if kind == "salesforce":
        return pipeline.salesforce.objects[names[0]].cursor
    since = pipeline.rest[names[0]].resources[names[1]].since
    return since.field if since else None


def build_order(gold: dict[str, GoldTable]) -> list[str]:
    """Returns the gold tables in an order in which each comes after the gold tables that it reads."""
    graph = {name: _gold_reads(table.reads) for name, table in gold.items()}
    return list(TopologicalSorter(graph).static_order())


def _gold_reads(reads: dict[str, str]) -> list[str]:
    return [table.removeprefix("gold.") for table in reads.values() if table.startswith("gold.")]


def _rest_problems(raw: dict[str, Any]) -> Iterator[str]:
    apis = mapping_at(raw, "rest")
    for api in apis:
        for name, resource in mapping_at(apis, api, "resources").items():
            if isinstance(resource, dict) and not resource.get("base_url"):
                yield f"rest.{api}.resources.{name}: there is no base_url; say it once, for the API"
        yield from _parent_problems(f"rest.{api}.resources", mapping_at(apis, api, "resources"))


def _parent_problems(place: str, resources: dict[str, Any]) -> Iterator[str]:
    """Yields a line for each `for_each` that names no resource of the API, and one for a circle of them."""
    parents = {name: mapping_at(resources, name, "for_each").get("resource") for name in resources}
    for name, parent in parents.items():
        if isinstance(parent, str) and parent not in parents:
            yield f"{place}.{name}.for_each.resource: there is no '{parent}'; {did_you_mean(parent, parents)}"
    graph = {name: [parent] for name, parent in parents.items() if isinstance(parent, str)}
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        yield f"{place}: for_each goes in a circle: {' <- '.join(error.args[1])}"


def _silver_problems(raw: dict[str, Any]) -> Iterator[str]:
    sources = source_names(raw)
    for name, table in mapping_at(raw, "silver").items():
        source = mapping_at(raw, "silver", name).get("from")
        if isinstance(source, str) and source not in sources:
            yield f"silver.{name}.from: there is no source '{source}'; {did_you_mean(source, sources)}"
        columns = mapping_at(table, "columns")
        yield from _was_problems(name, columns)
        for column in _words_of(table, "key"):
            if columns and column not in columns:
                yield f"silver.{name}.key: '{column}' is not a column; {did_you_mean(column, columns)}"
            elif mapping_at(columns, column).get("pii") not in (None, *_KEY_MASKS):
                takes = f"a key takes pii: {' or '.join(_KEY_MASKS)}"
                yield f"silver.{name}.key: '{column}' is masked beyond recognition; {takes}"


def _was_problems(table: str, columns: dict[str, Any]) -> Iterator[str]:
    """Returns a line for each old name that is a column still, or that two columns have had."""
    old_names = [mapping_at(columns, column).get("was") for column in columns]
    for column, old in zip(columns, old_names, strict=True):
        if old is not None and (old in columns or old_names.count(old) > 1):
            yield f"silver.{table}.columns.{column}.was: '{old}' is another column's name: leave was out"


def _words_of(table: Any, key: str) -> list[str]:
    value = table.get(key, []) if isinstance(table, dict) else []
    return [value] if isinstance(value, str) else [word for word in value if isinstance(word, str)]


def _gold_problems(raw: dict[str, Any], functions: dict[str, Signature]) -> Iterator[str]:
    sinks = {*SINK_KINDS, *mapping_at(raw, "sinks")}
    settings = mapping_at(raw, "settings")
    for name, table in mapping_at(raw, "gold").items():
        for sink in _words_of(table, "sinks"):
            if sink not in sinks:
                yield f"gold.{name}.sinks: there is no sink '{sink}'; {did_you_mean(sink, sinks)}"
        if name not in functions:
            yield f"gold.{name}: silver_to_gold/{name}.py has no function '{name}'"
            continue
        tables = {*mapping_at(raw, "silver"), *mapping_at(raw, "gold")}
        for word in functions[name].unknown:
            yield f"gold.{name}: its function's parameter '{word}' is no table; {did_you_mean(word, tables)}"
        for word in functions[name].settings:
            if word not in settings:
                yield f"gold.{name}: its function's setting '{word}' is not set; {did_you_mean(word, settings)}"


def _cycle_problems(functions: dict[str, Signature]) -> Iterator[str]:
    try:
        TopologicalSorter({name: _gold_reads(signature.reads) for name, signature in functions.items()}).prepare()
    except CycleError as error:
        yield f"gold: these tables read each other in a circle: {' <- '.join(error.args[1])}"


def _parse_function(path: Path, name: str) -> ast.FunctionDef | None:
    if not path.is_file():
        return None
    nodes = ast.parse(path.read_text(encoding="utf-8")).body
    return next((node for node in nodes if isinstance(node, ast.FunctionDef) and node.name == name), None)


def _read_signature(raw: dict[str, Any], name: str, function: ast.FunctionDef) -> Signature:
    """Returns the signature; a parameter is the gold table of its name (but not itself), else the silver table."""
    gold = {table for table in mapping_at(raw, "gold") if table != name}
    reads, unknown = {}, []
    for word in [parameter.arg for parameter in function.args.args]:
        if word in gold:
            reads[word] = f"gold.{word}"
        elif word in mapping_at(raw, "silver"):
            reads[word] = f"silver.{word}"
        else:
            unknown.append(word)
    return Signature(reads, tuple(parameter.arg for parameter in function.args.kwonlyargs), tuple(unknown))
