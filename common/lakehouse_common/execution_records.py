"""AppFlow's execution records, copied from AWS into the raw zone, next to the flow's files, for `raw_ready`."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from lakehouse_common.object_store import ObjectNotFoundError, ObjectStore

PAGE = 100
# Older ones are cut off, which the file says: raw_ready then refuses to go on from a watermark that lies before them.
KEPT = 2_000
CUT = "older records are not kept"
UNFINISHED = frozenset({"InProgress", "CancelStarted"})
Record = dict[str, Any]


def flows_of(pipeline: Mapping[str, Any]) -> list[str]:
    """Returns the names of all flows of the compiled contract."""
    return [flow["name"] for flow in pipeline["derived"]["flows"]]


def fetch_from_aws(store: ObjectStore, flows: Iterable[str]) -> None:
    """Update the stored records of each flow.

    Raises:
        botocore.exceptions.ClientError: AppFlow does not know a flow, or denies the call.
    """
    import boto3

    client = boto3.client("appflow")
    for flow in flows:
        fetch(store, flow, client)


def fetch(store: ObjectStore, flow: str, client: Any) -> None:
    """Store the flow's records, newest first: AppFlow's that are new or were unfinished, and those stored before."""
    key = f"salesforce/{flow}/executions.json"
    stored, was_cut = _stored_records(store, key)
    finished = {record["executionId"] for record in stored if record["executionStatus"] not in UNFINISHED}
    fresh = _new_records(client, flow, finished)
    fresh_ids = {record["executionId"] for record in fresh}
    records = [*fresh, *(record for record in stored if record["executionId"] not in fresh_ids)]
    response: Record = {"flowExecutions": records[:KEPT]}
    if was_cut or len(records) > KEPT:
        response["nextToken"] = CUT
    store.put(key, json.dumps(response, default=str).encode())


def _stored_records(store: ObjectStore, key: str) -> tuple[list[Record], bool]:
    try:
        response = json.loads(store.get(key))
    except ObjectNotFoundError:
        return [], False
    return list(response["flowExecutions"]), response.get("nextToken") == CUT


def _new_records(client: Any, flow: str, finished: set[str]) -> list[Record]:
    """Returns the newest records, by pages, up to the first page with one that had ended when it was stored."""
    records: list[Record] = []
    token: dict[str, str] = {}
    while True:
        page = client.describe_flow_execution_records(flowName=flow, maxResults=PAGE, **token)
        records += page.get("flowExecutions", [])
        is_known = any(record["executionId"] in finished for record in page.get("flowExecutions", []))
        if is_known or not page.get("nextToken"):
            return records
        token = {"nextToken": page["nextToken"]}
