"""What runs of flows do in the emulated account, in its process: nothing, or fail where their description says so."""

from typing import Any


def work(flow: dict[str, Any], execution_id: str) -> dict[str, Any]:
    if flow.get("description") == "fails":
        raise ValueError("Jane Doe has no such field")
    return {"recordsProcessed": 0, "bytesProcessed": 0, "bytesWritten": 0}
