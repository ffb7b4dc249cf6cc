"""What AppFlow is asked for: the fields of each Salesforce object with their types, and the names of its flows.

All of it runs on the plain mappings, like the checks of `references.py`.
"""

from collections.abc import Iterator
from typing import Any

from lakehouse.contract.column_types import column_type
from lakehouse.contract.salesforce import SalesforceObject
from lakehouse.contract.strict import did_you_mean
from lakehouse.contract.unchecked import mapping, sources

# Every record has it, whether a silver table reads it or not.
ID = "Id"
CURSOR = SalesforceObject.model_fields["cursor"].default


def fill_in(raw: dict[str, Any], prefix: str) -> None:
    """Writes into each object of a contract without problems its fields, their types and the names of its flows."""
    for name, spec in mapping(raw, "salesforce", "objects").items():
        read = _read(raw, name)
        asked = _asked(spec, read)
        spec["fields"] = "all" if asked is None else sorted(asked)
        spec["types"] = {
            field: mapping(spec, "types").get(field) or _type(spec, read, field) for field in sorted(asked or ())
        }
        spec["flow"] = spec.get("flow") or f"{prefix}-{name.lower().replace('_', '-')}"
        if spec.get("formula_refresh"):
            spec["formula_refresh"].setdefault("flow", f"{spec['flow']}-formulas")


def problems(raw: dict[str, Any]) -> Iterator[str]:
    """What AppFlow can't be asked for, one line each."""
    for name, spec in mapping(raw, "salesforce", "objects").items():
        if isinstance(spec, dict):
            read = _read(raw, name)
            lines = [*_trigger_problems(spec, read), *_task_problems(spec, read), *_missing(spec, read)]
            if not read and spec.get("fields") is None and not _has_lost_table(raw):
                lines.append(("", "no silver table reads it, so say its fields: [Id, Name], or all"))
            for place, line in lines:
                yield f"salesforce.objects.{name}{place}: {line}"


def _has_lost_table(raw: dict[str, Any]) -> bool:
    """Whether a silver table names a source that is not there: it may mean any object."""
    known = sources(raw)
    return any(mapping(table).get("from") not in known for table in mapping(raw, "silver").values())


def _read(raw: dict[str, Any], name: str) -> dict[str, set[str]]:
    """By raw field, the types as which the object's silver tables read it; a dropped column is not asked for."""
    read: dict[str, set[str]] = {}
    for table in mapping(raw, "silver").values():
        if mapping(table).get("from") != f"salesforce.{name}":
            continue
        if isinstance(table.get("version"), str):
            read.setdefault(table["version"], set()).add("timestamp")
        for column in mapping(table, "columns").values():
            if mapping(column).get("pii") != "drop" and isinstance(mapping(column).get("from"), str):
                read.setdefault(column["from"], set()).add(str(column.get("type", "string")))
    return read


def _fixed(spec: dict[str, Any]) -> set[str]:
    """What every record must bring; a change event has its own header instead."""
    return set() if mapping(spec, "trigger").get("event") else {ID, str(spec.get("cursor", CURSOR))}


def _asked(spec: dict[str, Any], read: dict[str, set[str]]) -> set[str] | None:
    """Salesforce's names of the fields, said or following from what silver reads; None for all."""
    fields = spec.get("fields")
    if isinstance(fields, (list, tuple)):
        return {str(field) for field in fields} | _fixed(spec)
    if fields is not None:
        return None
    in_org = {raw: field for field, raw in mapping(spec, "rename").items()}
    return {in_org.get(field, field) for field in read} | _fixed(spec)


def _type(spec: dict[str, Any], read: dict[str, set[str]], field: str) -> str:
    """The field's Salesforce type, as near as the silver columns tell it."""
    if field in _fixed(spec):
        return "id" if field == ID else "datetime"
    types = read.get(mapping(spec, "rename").get(field, field), set())
    appflow_types = {column_type(word).appflow_type for word in types}
    return appflow_types.pop() if len(appflow_types) == 1 else "string"


def _trigger_problems(spec: dict[str, Any], read: dict[str, set[str]]) -> Iterator[tuple[str, str]]:
    trigger = mapping(spec, "trigger")
    if trigger.get("event") and read:
        yield ".trigger", "raw_to_silver reads whole records, not change events; use a schedule, or no silver table"
    if spec.get("formula_refresh") and not trigger.get("schedule"):
        yield ".formula_refresh", "it stands beside a scheduled flow; others pull whole records or events anyway"


def _task_problems(spec: dict[str, Any], read: dict[str, set[str]]) -> Iterator[tuple[str, str]]:
    rename, asked = mapping(spec, "rename"), _asked(spec, read)
    for place in ("types", "rename", "mask", "truncate", "validate"):
        for field in mapping(spec, place):
            types = read.get(rename.get(field, field), {"string"})
            if field in _fixed(spec) and place in ("rename", "mask", "truncate"):
                yield f".{place}", f"'{field}' must reach raw as it is"
            elif asked is not None and field not in asked:
                yield f".{place}", f"'{field}' is not among the fields asked for; {did_you_mean(field, asked)}"
            elif place == "mask" and types != {"string"}:
                kinds = " and ".join(sorted(types))
                yield ".mask", f"silver reads '{field}' as {kinds}, which stars are not; mask it there, by pii"


def _missing(spec: dict[str, Any], read: dict[str, set[str]]) -> Iterator[tuple[str, str]]:
    asked = _asked(spec, read)
    if asked is None:
        return
    in_raw = {mapping(spec, "rename").get(field, field) for field in asked}
    for field in sorted(read.keys() - in_raw):
        yield ".fields", f"silver reads '{field}', which is not among them; {did_you_mean(field, in_raw)}"
