"""Looking into a contract that may still be wrong anywhere."""

from typing import Any


def mapping(raw: Any, *path: str) -> dict[str, Any]:
    """The mapping at the path, or an empty one where there is none."""
    for step in path:
        raw = raw.get(step) if isinstance(raw, dict) else None
    return raw if isinstance(raw, dict) else {}


def sources(raw: dict[str, Any]) -> list[str]:
    """The qualified names of everything that is brought in."""
    objects = [f"salesforce.{name}" for name in mapping(raw, "salesforce", "objects")]
    apis = mapping(raw, "rest")
    return objects + [f"rest.{api}.{name}" for api in apis for name in mapping(apis, api, "resources")]
