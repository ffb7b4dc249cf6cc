"""AppFlow's execution records, brought from AWS to where `raw_ready` reads them: beside the flow's files in raw."""

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
    """The names of all flows of the compiled contract."""
    objects = pipeline["salesforce"]["objects"].values()
    refreshes = [spec["formula_refresh"] for spec in objects if spec["formula_refresh"]]
    return [*(spec["flow"] for spec in objects), *(refresh["flow"] for refresh in refreshes)]


def fetch_from_aws(store: ObjectStore, flows: Iterable[str]) -> None:
    """Brings the records of each flow up to date.

    Raises:
        botocore.exceptions.ClientError: AppFlow does not know a flow, or may not be asked.
    """
    import boto3

    client = boto3.client("appflow")
    for flow in flows:
        fetch(store, flow, client)


def fetch(store: ObjectStore, flow: str, client: Any) -> None:
    """Writes the flow's records, newest first: AppFlow's that are new or were unfinished, and those kept before."""
    key = f"salesforce/{flow}/executions.json"
    kept, was_cut = _kept(store, key)
    finished = {record["executionId"] for record in kept if record["executionStatus"] not in UNFINISHED}
    fresh = _until_known(client, flow, finished)
    new = {record["executionId"] for record in fresh}
    records = [*fresh, *(record for record in kept if record["executionId"] not in new)]
    answer: Record = {"flowExecutions": records[:KEPT]}
    if was_cut or len(records) > KEPT:
        answer["nextToken"] = CUT
    store.put(key, json.dumps(answer, default=str).encode())


def _kept(store: ObjectStore, key: str) -> tuple[list[Record], bool]:
    try:
        kept = json.loads(store.get(key))
    except ObjectNotFoundError:
        return [], False
    return list(kept["flowExecutions"]), kept.get("nextToken") == CUT


def _until_known(client: Any, flow: str, finished: set[str]) -> list[Record]:
    """The newest records, page by page, to the first page that holds one which had ended when it was last seen."""
    found: list[Record] = []
    token: dict[str, str] = {}
    while True:
        page = client.describe_flow_execution_records(flowName=flow, maxResults=PAGE, **token)
        found += page.get("flowExecutions", [])
        is_known = any(record["executionId"] in finished for record in page.get("flowExecutions", []))
        if is_known or not page.get("nextToken"):
            return found
        token = {"nextToken": page["nextToken"]}
