"""A contract of one Salesforce object, and what its tests land."""

from collections.abc import Callable
from typing import Any

FLOW = "lakehouse-task"
PIPELINE = {
    "silver": {"task": {"from": "salesforce.Task"}},
    "derived": {"sources": {"salesforce.Task": {"flows": [FLOW], "format": "csv"}}},
}
Land = Callable[..., dict[str, Any]]
