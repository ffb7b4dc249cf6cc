"""Connector profiles and flows as a caller asks for them, and the wait for a run's end."""

import time
from typing import Any

PROFILE: dict[str, Any] = {
    "connectorProfileName": "crm",
    "connectorType": "Salesforce",
    "connectionMode": "Public",
    "connectorProfileConfig": {
        "connectorProfileProperties": {"Salesforce": {"instanceUrl": "https://sample.my.salesforce.com"}},
        "connectorProfileCredentials": {"Salesforce": {"accessToken": "canary-1", "refreshToken": "canary-2"}},
    },
}


def flow(name: str, **changed: Any) -> dict[str, Any]:
    source = {
        "connectorType": "Salesforce",
        "connectorProfileName": "crm",
        "sourceConnectorProperties": {"Salesforce": {"object": "Account", "dataTransferApi": "BULKV2"}},
    }
    destination = {
        "connectorType": "S3",
        "destinationConnectorProperties": {"S3": {"bucketName": "raw", "bucketPrefix": "salesforce"}},
    }
    asked: dict[str, Any] = {
        "flowName": name,
        "triggerConfig": {"triggerType": "OnDemand"},
        "sourceFlowConfig": source,
        "destinationFlowConfigList": [destination],
        "tasks": [projection("Id", "Name")],
        "tags": {"stage": "raw"},
    }
    return asked | changed


def projection(*fields: str) -> dict[str, Any]:
    return {
        "taskType": "Filter",
        "sourceFields": list(fields),
        "connectorOperator": {"Salesforce": "PROJECTION"},
        "taskProperties": {},
    }


def two_connectors() -> dict[str, Any]:
    asked = flow("ff")
    asked["sourceFlowConfig"]["sourceConnectorProperties"]["Slack"] = {"object": "channels"}
    return asked


HOURLY = {
    "triggerType": "Scheduled",
    "triggerProperties": {"Scheduled": {"scheduleExpression": "rate(1hours)", "dataPullMode": "Incremental"}},
}


def ended(appflow: Any, name: str) -> dict[str, Any]:
    """The record of the flow's last run, when it has ended."""
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        record: dict[str, Any] = appflow.describe_flow_execution_records(flowName=name)["flowExecutions"][0]
        if record["executionStatus"] != "InProgress":
            return record
        time.sleep(0.01)
    raise TimeoutError(f"the run of {name} does not end")
