"""Values as the services of AWS put them into JSON."""

from datetime import UTC, datetime
from typing import Any


def plain(value: Any) -> Any:
    """The value with instants as ISO 8601 text, which is how Step Functions passes them on."""
    if isinstance(value, dict):
        return {name: plain(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [plain(inner) for inner in value]
    return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ") if isinstance(value, datetime) else value
