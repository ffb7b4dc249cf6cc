"""Access to the mappings of a contract that is not checked yet and may be wrong anywhere."""

from typing import Any


def mapping_at(raw: Any, *path: str) -> dict[str, Any]:
    """Returns the mapping at the path, or an empty one where there is none."""
    for step in path:
        raw = raw.get(step) if isinstance(raw, dict) else None
    return raw if isinstance(raw, dict) else {}


def source_names(raw: dict[str, Any]) -> list[str]:
    """Returns the qualified names of all sources: Salesforce objects and REST resources."""
    objects = [f"salesforce.{name}" for name in mapping_at(raw, "salesforce", "objects")]
    apis = mapping_at(raw, "rest")
    return objects + [f"rest.{api}.{name}" for api in apis for name in mapping_at(apis, api, "resources")]
