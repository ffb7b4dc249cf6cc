"""Flows that pull from the sample org: what they were asked for lands in their bucket, run after run."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from tests.localaws.account import LocalAws
from tests.localaws.flows import HOURLY, PROFILE, ended, flow
from tests.localaws.org import CALENDAR
from tests.localaws.test_flow_tasks import task

FIELDS = ("Id", "Email", "SystemModstamp")


@pytest.fixture(scope="module")
def account() -> Iterator[LocalAws]:
    with LocalAws(run_flow="tests.localaws.org:pull") as made:
        made.client("s3").create_bucket(Bucket="raw", CreateBucketConfiguration={"LocationConstraint": made.region})
        made.client("appflow").create_connector_profile(**PROFILE)
        yield made


def pulling(source: str, fields: tuple[str, ...], **changed: Any) -> dict[str, Any]:
    maps = [task("Map", "NO_OP", field, to=field) for field in fields]
    asked = flow(f"pull-{source.lower()}", tasks=[task("Filter", "PROJECTION", *fields), *maps], **changed)
    asked["sourceFlowConfig"]["sourceConnectorProperties"]["Salesforce"]["object"] = source
    target = asked["destinationFlowConfigList"][0]["destinationConnectorProperties"]["S3"]
    target["s3OutputFormatConfig"] = {"fileType": "JSON"}
    return asked


def landed(account: LocalAws, name: str) -> dict[str, list[dict[str, Any]]]:
    """By execution id, the records in its files."""
    s3, found = account.client("s3"), dict[str, list[dict[str, Any]]]()
    for listed in s3.list_objects_v2(Bucket="raw", Prefix=f"salesforce/{name}/").get("Contents", []):
        body = s3.get_object(Bucket="raw", Key=listed["Key"])["Body"].read()
        execution = listed["Key"].split("/")[-2]
        found.setdefault(execution, []).extend(map(json.loads, body.splitlines()))
    return found


def test_each_scheduled_run_brings_the_next_records_and_none_brings_what_was_not_asked_for(account: LocalAws) -> None:
    appflow = account.client("appflow")
    appflow.create_flow(**pulling("Contact", FIELDS, triggerConfig=HOURLY))
    assert account.run_schedules() == []
    appflow.start_flow(flowName="pull-contact")
    for _ in range(3):
        assert account.run_schedules() == ["pull-contact"]
    records = appflow.describe_flow_execution_records(flowName="pull-contact")["flowExecutions"]
    told = {one["executionId"]: one["executionResult"]["recordsProcessed"] for one in records}
    brought = landed(account, "pull-contact")
    assert [count > 0 for count in told.values()] == [False, True, True]
    assert {name: len(rows) for name, rows in brought.items()} == {name: many for name, many in told.items() if many}
    assert {field for rows in brought.values() for row in rows for field in row} <= set(FIELDS)


def test_a_run_that_fails_halfway_leaves_files_and_says_so(account: LocalAws) -> None:
    appflow = account.client("appflow")
    appflow.create_flow(**pulling("Opportunity", ("Id", "Amount")))
    appflow.start_flow(flowName="pull-opportunity")
    record = ended(appflow, "pull-opportunity")
    assert record["executionStatus"] == "Error"
    assert list(landed(account, "pull-opportunity")) == [record["executionId"]]


def test_the_next_day_brings_the_changes_of_the_day_once(account: LocalAws) -> None:
    appflow, s3 = account.client("appflow"), account.client("s3")
    appflow.create_flow(**pulling("Account", ("Id", "SystemModstamp"), triggerConfig=HOURLY))
    appflow.start_flow(flowName="pull-account")

    def brought() -> int:
        account.run_schedules()
        return sum(map(len, landed(account, "pull-account").values()))

    first, again = brought(), brought()
    s3.create_bucket(Bucket=CALENDAR, CreateBucketConfiguration={"LocationConstraint": account.region})
    s3.put_object(Bucket=CALENDAR, Key="day", Body=b"2")
    second, nothing_more = brought(), brought()
    s3.delete_object(Bucket=CALENDAR, Key="day")
    assert 0 < first == again < second == nothing_more
