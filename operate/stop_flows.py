"""The first step of `make destroy`: stops the deployment's flows, since AppFlow deletes no active flow."""

import json
import sys
from pathlib import Path
from typing import Any

import boto3

from lakehouse_common.execution_records import flows_of

BUILT = Path("build/pipeline.json")


def stop_flows(contract: dict[str, Any], client: Any) -> list[str]:
    """Stop the active flows, return their names; one that does not exist, or runs on demand, is skipped."""
    stopped = []
    for name in flows_of(contract):
        try:
            flow = client.describe_flow(flowName=name)
        except client.exceptions.ResourceNotFoundException:
            continue
        if flow["flowStatus"] == "Active" and flow["triggerConfig"]["triggerType"] != "OnDemand":
            client.stop_flow(flowName=name)
            stopped.append(name)
    return stopped


def main() -> int:
    """Stop the flows of the contract that was built last, in the region of the caller's AWS settings."""
    for name in stop_flows(json.loads(BUILT.read_text(encoding="utf-8")), boto3.client("appflow")):
        print(f"flow {name} stopped")
    return 0


if __name__ == "__main__":
    sys.exit(main())
