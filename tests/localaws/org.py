"""The sample org behind the flows of an emulated account: a flow's n-th run brings what the demo's n-th one brings.

It runs in the account's process and writes into moto's S3 itself, as AppFlow writes with rights of its own. It is day 1
there until somebody puts a 2 into the object `day` of the bucket `sample-org`.
"""

from collections import Counter
from datetime import UTC, datetime
from functools import cache
from typing import Any

from moto.s3.models import s3_backends

from demo.appflow import file_name, files
from demo.arrive import executions
from demo.sample_org import BUILDERS, Org, sample_org
from lakehouse.contract.salesforce import Format
from tests.localaws.account import ACCOUNT
from tests.localaws.flow_tasks import transformed

FORMATS: dict[str, Format] = {"CSV": "csv", "JSON": "json", "PARQUET": "parquet"}
SCALE = 0.2
CALENDAR = "sample-org"
_runs = Counter[str]()


class FlowFailed(Exception):
    """What Salesforce answered when a run failed halfway."""


@cache
def _org() -> Org:
    return sample_org(SCALE)


def _day() -> int:
    calendar = s3_backends[ACCOUNT]["aws"].buckets.get(CALENDAR)
    return int(calendar.keys["day"].value) if calendar and "day" in calendar.keys else 1


def pull(flow: dict[str, Any], execution_id: str) -> dict[str, Any]:
    """The work of one run: the day's next records through the flow's tasks, into its bucket.

    Raises:
        FlowFailed: the sample org fails this run after half of its files.
    """
    source = flow["sourceFlowConfig"]["sourceConnectorProperties"]["Salesforce"]["object"]
    if source not in BUILDERS:
        raise FlowFailed(f"INVALID_TYPE: sObject type '{source}' is not supported")
    planned = list(executions(_org(), source, _day()))
    # Salesforce refuses a field that it has not, whether there are records or none.
    transformed(planned[-1].rows[:1] or planned[0].rows[:1], flow["tasks"])
    number = _runs[flow["flowName"]]
    if number < len(planned):
        _runs[flow["flowName"]] += 1
    if number >= len(planned) or not planned[number].rows:
        return {"recordsProcessed": 0, "bytesProcessed": 0, "bytesWritten": 0}
    rows = transformed(planned[number].rows, flow["tasks"])
    written = _write(flow, execution_id, rows, planned[number].outcome)
    if planned[number].outcome == "failed":
        raise FlowFailed("The request to Salesforce failed: REQUEST_LIMIT_EXCEEDED")
    return {"recordsProcessed": len(rows), "bytesProcessed": written, "bytesWritten": written}


def _write(flow: dict[str, Any], execution_id: str, rows: list[Any], outcome: Any) -> int:
    target = flow["destinationFlowConfigList"][0]["destinationConnectorProperties"]["S3"]
    started = datetime.now(UTC)
    folder = f"schemaVersion_{flow['schemaVersion']}/{started:%Y/%m/%d}/{execution_id}"
    bucket = s3_backends[ACCOUNT]["aws"]
    written = 0
    for number, (body, _) in enumerate(files(FORMATS[target["s3OutputFormatConfig"]["fileType"]], rows, outcome)):
        name = file_name(execution_id, number, started)
        bucket.put_object(target["bucketName"], f"{target['bucketPrefix']}/{flow['flowName']}/{folder}/{name}", body)
        written += len(body)
    return written
