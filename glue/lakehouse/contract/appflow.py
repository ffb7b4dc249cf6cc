"""What AppFlow has to bring: the fields of each Salesforce object with their types, and the names of its flows.

All of it runs on mappings that are not checked yet, like the checks of `references.py`. The Salesforce type of a field
follows from the types of the silver columns that read it: `ColumnType.appflow_type`.
"""

from collections.abc import Iterator
from typing import Any

from lakehouse.contract.column_types import column_type
from lakehouse.contract.masks import MASKS
from lakehouse.contract.salesforce import SalesforceObject
from lakehouse.contract.strict import did_you_mean
from lakehouse.contract.unchecked import mapping_at, source_names

# Every record has it, whether a silver table reads it or not.
ID = "Id"
# Words of masks under which silver has no column.
_DROPPED = [mask.name for mask in MASKS.values() if not mask.is_kept]
CURSOR = SalesforceObject.model_fields["cursor"].default


def fill_in(raw: dict[str, Any], prefix: str) -> None:
    """Write into each object its fields, their types and the names of its flows; the contract has no problems."""
    for name, settings in mapping_at(raw, "salesforce", "objects").items():
        types_by_field = _types_by_field(raw, name)
        requested = _requested_fields(settings, types_by_field)
        settings["fields"] = "all" if requested is None else sorted(requested)
        settings["types"] = {
            field: mapping_at(settings, "types").get(field) or _appflow_type(settings, types_by_field, field)
            for field in sorted(requested or ())
        }
        settings["flow"] = settings.get("flow") or f"{prefix}-{name.lower().replace('_', '-')}"
        if settings.get("formula_refresh"):
            settings["formula_refresh"].setdefault("flow", f"{settings['flow']}-formulas")


def problems(raw: dict[str, Any]) -> Iterator[str]:
    """Yields a line for each thing that AppFlow can't bring."""
    for name, settings in mapping_at(raw, "salesforce", "objects").items():
        if isinstance(settings, dict):
            types_by_field = _types_by_field(raw, name)
            lines = [
                *_trigger_problems(settings, types_by_field),
                *_task_problems(settings, types_by_field),
                *_missing_fields(settings, types_by_field),
            ]
            if not types_by_field and settings.get("fields") is None and not _has_unknown_source(raw):
                lines.append(("", "no silver table reads it, so say its fields: [Id, Name], or all"))
            for place, line in lines:
                yield f"salesforce.objects.{name}{place}: {line}"


def _has_unknown_source(raw: dict[str, Any]) -> bool:
    """Returns whether a silver table names an unknown source: it may mean any object."""
    sources = source_names(raw)
    return any(mapping_at(table).get("from") not in sources for table in mapping_at(raw, "silver").values())


def _types_by_field(raw: dict[str, Any], name: str) -> dict[str, set[str]]:
    """Returns by raw field the types as which the object's silver tables read it, without dropped columns."""
    types_by_field: dict[str, set[str]] = {}
    for table in mapping_at(raw, "silver").values():
        if mapping_at(table).get("from") != f"salesforce.{name}":
            continue
        if isinstance(table.get("version"), str):
            types_by_field.setdefault(table["version"], set()).add("timestamp")
        for column in mapping_at(table, "columns").values():
            if mapping_at(column).get("pii") not in _DROPPED and isinstance(mapping_at(column).get("from"), str):
                types_by_field.setdefault(column["from"], set()).add(str(column.get("type", "string")))
    return types_by_field


def _required_fields(settings: dict[str, Any]) -> set[str]:
    """Returns the fields that every record must have; a change event has its own header instead."""
    return set() if mapping_at(settings, "trigger").get("event") else {ID, str(settings.get("cursor", CURSOR))}


def _requested_fields(settings: dict[str, Any], types_by_field: dict[str, set[str]]) -> set[str] | None:
    """Returns Salesforce's names of the fields, from the contract or from what silver reads; None for all."""
    fields = settings.get("fields")
    if isinstance(fields, (list, tuple)):
        return {str(field) for field in fields} | _required_fields(settings)
    if fields is not None:
        return None
    in_org = {raw: field for field, raw in mapping_at(settings, "rename").items()}
    return {in_org.get(field, field) for field in types_by_field} | _required_fields(settings)


def _appflow_type(settings: dict[str, Any], types_by_field: dict[str, set[str]], field: str) -> str:
    """Returns the field's Salesforce type if all silver columns that read it agree, else `string`."""
    if field in _required_fields(settings):
        return "id" if field == ID else "datetime"
    types = types_by_field.get(mapping_at(settings, "rename").get(field, field), set())
    appflow_types = {column_type(word).appflow_type for word in types}
    return appflow_types.pop() if len(appflow_types) == 1 else "string"


def _trigger_problems(settings: dict[str, Any], types_by_field: dict[str, set[str]]) -> Iterator[tuple[str, str]]:
    trigger = mapping_at(settings, "trigger")
    if trigger.get("event") and types_by_field:
        yield ".trigger", "raw_to_silver reads whole records, not change events; use a schedule, or no silver table"
    if settings.get("formula_refresh") and not trigger.get("schedule"):
        yield ".formula_refresh", "it stands beside a scheduled flow; others pull whole records or events anyway"


def _task_problems(settings: dict[str, Any], types_by_field: dict[str, set[str]]) -> Iterator[tuple[str, str]]:
    rename, requested = mapping_at(settings, "rename"), _requested_fields(settings, types_by_field)
    for place in ("types", "rename", "mask", "truncate", "validate"):
        for field in mapping_at(settings, place):
            types = types_by_field.get(rename.get(field, field), {"string"})
            if field in _required_fields(settings) and place in ("rename", "mask", "truncate"):
                yield f".{place}", f"'{field}' must reach raw as it is"
            elif requested is not None and field not in requested:
                yield f".{place}", f"'{field}' is not among the fields asked for; {did_you_mean(field, requested)}"
            elif place == "mask" and types != {"string"}:
                kinds = " and ".join(sorted(types))
                yield ".mask", f"silver reads '{field}' as {kinds}, which stars are not; mask it there, by pii"


def _missing_fields(settings: dict[str, Any], types_by_field: dict[str, set[str]]) -> Iterator[tuple[str, str]]:
    requested = _requested_fields(settings, types_by_field)
    if requested is None:
        return
    in_raw = {mapping_at(settings, "rename").get(field, field) for field in requested}
    for field in sorted(types_by_field.keys() - in_raw):
        yield ".fields", f"silver reads '{field}', which is not among them; {did_you_mean(field, in_raw)}"
