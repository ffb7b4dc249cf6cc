"""A contract of one Salesforce object, and what its tests land."""

from collections.abc import Callable
from typing import Any

FLOW = "lakehouse-task"
PIPELINE = {
    "salesforce": {"objects": {"Task": {"flow": FLOW, "format": "csv"}}},
    "silver": {"task": {"from": "salesforce.Task"}},
}
Land = Callable[..., dict[str, Any]]
