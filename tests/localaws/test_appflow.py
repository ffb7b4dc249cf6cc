"""The AppFlow stand-in: what the service accepts and refuses, its runs, its pages, and that it tells no credentials."""

import threading
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
import requests
from botocore.config import Config
from botocore.exceptions import ClientError
from werkzeug.serving import make_server

from tests.localaws.appflow import AppFlow
from tests.localaws.flows import HOURLY, PROFILE, ended, flow, projection, two_connectors


def runs(appflow: Any, name: str, size: int) -> Iterator[str]:
    """The ids of the flow's runs, page by page."""
    asked = {"flowName": name, "maxResults": size}
    while True:
        page = appflow.describe_flow_execution_records(**asked)
        yield from (run["executionId"] for run in page["flowExecutions"])
        if "nextToken" not in page:
            return
        asked["nextToken"] = page["nextToken"]


class Service:
    """The stand-in on a port of its own, with a gate that holds its runs back."""

    def __init__(self) -> None:
        self.gate = threading.Event()
        self.server = make_server("127.0.0.1", 0, AppFlow("eu-west-1", "123456789012", self.run), threaded=True)
        self.url = f"http://127.0.0.1:{self.server.server_port}"

    def run(self, asked: dict[str, Any], execution_id: str) -> dict[str, Any]:
        assert self.gate.wait(10)
        if asked["flowName"] == "broken":
            raise ConnectionError("INVALID_SESSION_ID")
        return {"recordsProcessed": 3, "bytesProcessed": 30, "bytesWritten": 20}

    def client(self, is_validated: bool = True) -> Any:
        config = Config(parameter_validation=is_validated, retries={"total_max_attempts": 1})
        keys = {"aws_access_key_id": "testing", "aws_secret_access_key": "testing"}
        return boto3.client("appflow", region_name="eu-west-1", endpoint_url=self.url, config=config, **keys)


@pytest.fixture
def service() -> Iterator[Service]:
    started = Service()
    threading.Thread(target=started.server.serve_forever, args=(0.01,), daemon=True).start()
    yield started
    started.gate.set()
    started.server.shutdown()


@pytest.fixture
def appflow(service: Service) -> Any:
    client = service.client()
    client.create_connector_profile(**PROFILE)
    return client


def refusal(call: Any, **asked: Any) -> str:
    with pytest.raises(ClientError) as refused:
        call(**asked)
    return str(refused.value.response["Error"]["Code"])


def test_a_flow_comes_back_as_it_was_made(appflow: Any) -> None:
    appflow.create_flow(**flow("account"))
    told = appflow.describe_flow(flowName="account")
    assert told | flow("account") == told
    assert (told["flowStatus"], told["schemaVersion"]) == ("Active", 1)
    assert told["flowArn"] == "arn:aws:appflow:eu-west-1:123456789012:flow/account"


def test_a_profile_never_gives_its_credentials_back(service: Service, appflow: Any) -> None:
    told = requests.post(f"{service.url}/describe-connector-profiles", json={}, timeout=5).text
    assert ("sample.my.salesforce.com" in told, "canary" in told) == (True, False)


REFUSED = {
    "a name with a blank": (flow("two words"), "flowName: 'two words' does not match"),
    "a task type that is none": (flow("ff", tasks=[projection("Id") | {"taskType": "Project"}]), "is not one of"),
    "an unknown key": (
        flow("ff", tasks=[projection("Id") | {"kind": "Filter"}]),
        'Unknown parameter in tasks[0]: "kind"',
    ),
    "a description with a slash": (flow("ff", description="a/b"), "description: 'a/b' does not match"),
    "a long description": (flow("ff", description="a" * 2049), "description: longer than 2048"),
    "a schedule without times": (flow("ff", triggerConfig={"triggerType": "Scheduled"}), "A schedule goes with"),
    "a schedule on demand": (flow("ff", triggerConfig=HOURLY | {"triggerType": "OnDemand"}), "A schedule goes with"),
    "two connectors at one end": (two_connectors(), "exactly one connector"),
    "no tasks": ({name: value for name, value in flow("ff").items() if name != "tasks"}, '"tasks"'),
}


@pytest.mark.parametrize("what", REFUSED)
def test_the_service_itself_refuses_what_the_model_forbids(service: Service, appflow: Any, what: str) -> None:
    asked, reason = REFUSED[what]
    answer = requests.post(f"{service.url}/create-flow", json=asked, timeout=5)
    assert (answer.status_code, answer.headers["x-amzn-ErrorType"]) == (400, "ValidationException")
    assert reason in answer.json()["message"]
    assert appflow.list_flows()["flows"] == []


def test_what_is_not_there_or_there_already_is_refused_by_the_services_names(appflow: Any) -> None:
    appflow.create_flow(**flow("account"))
    stray = flow("stray")
    stray["sourceFlowConfig"]["connectorProfileName"] = "none"
    assert [
        refusal(appflow.create_flow, **flow("account")),
        refusal(appflow.create_flow, **stray),
        refusal(appflow.describe_flow, flowName="none"),
        refusal(appflow.start_flow, flowName="none"),
        refusal(appflow.create_connector_profile, **PROFILE),
        refusal(appflow.delete_connector_profile, connectorProfileName="crm"),
    ] == [
        "ConflictException",
        "ResourceNotFoundException",
        "ResourceNotFoundException",
        "ResourceNotFoundException",
        "ConflictException",
        "ConflictException",
    ]


def test_a_run_is_in_progress_until_its_work_is_done_and_one_at_a_time(service: Service, appflow: Any) -> None:
    appflow.create_flow(**flow("account"))
    started = appflow.start_flow(flowName="account")
    during = appflow.describe_flow_execution_records(flowName="account")["flowExecutions"]
    second = refusal(appflow.start_flow, flowName="account")
    service.gate.set()
    record = ended(appflow, "account")
    assert [run["executionStatus"] for run in during] == ["InProgress"]
    assert (second, record["executionId"]) == ("ConflictException", started["executionId"])
    assert record["executionResult"] == {"recordsProcessed": 3, "bytesProcessed": 30, "bytesWritten": 20}
    assert record["startedAt"] <= record["lastUpdatedAt"]


def test_a_run_that_fails_says_why_in_its_record(service: Service, appflow: Any) -> None:
    service.gate.set()
    appflow.create_flow(**flow("broken"))
    appflow.start_flow(flowName="broken")
    record = ended(appflow, "broken")
    said = {"errorInfo": {"executionMessage": "ConnectionError: INVALID_SESSION_ID"}}
    assert (record["executionStatus"], record["executionResult"]) == ("Error", said)


def test_a_scheduled_flow_is_a_draft_until_it_is_started_and_starting_it_runs_nothing(appflow: Any) -> None:
    appflow.create_flow(**flow("lead", triggerConfig=HOURLY))
    before = appflow.describe_flow(flowName="lead")["flowStatus"]
    started = appflow.start_flow(flowName="lead")
    active = refusal(appflow.delete_flow, flowName="lead")
    stopped = appflow.stop_flow(flowName="lead")
    runs = appflow.describe_flow_execution_records(flowName="lead")["flowExecutions"]
    assert (before, started["flowStatus"], "executionId" in started) == ("Draft", "Active", False)
    assert (active, stopped["flowStatus"], runs) == ("ConflictException", "Suspended", [])


def test_another_selection_of_fields_is_another_schema_version(appflow: Any) -> None:
    appflow.create_flow(**flow("account"))
    update = {name: value for name, value in flow("account", description="changed").items() if name != "tags"}
    appflow.update_flow(**update)
    first = appflow.describe_flow(flowName="account")["schemaVersion"]
    appflow.update_flow(**update | {"tasks": [projection("Id")]})
    told = appflow.describe_flow(flowName="account")
    assert (first, told["schemaVersion"], told["description"], told["tags"]) == (1, 2, "changed", {"stage": "raw"})


@pytest.mark.parametrize("count", [0, 1, 4, 5])
def test_pages_lose_no_run(service: Service, appflow: Any, count: int) -> None:
    service.gate.set()
    appflow.create_flow(**flow("account"))
    ids = []
    for _ in range(count):
        ids.append(appflow.start_flow(flowName="account")["executionId"])
        ended(appflow, "account")
    assert list(runs(appflow, "account", 2)) == ids[::-1]


def test_tags_of_a_flow_come_and_go_with_it(appflow: Any) -> None:
    arn = appflow.create_flow(**flow("account"))["flowArn"]
    appflow.tag_resource(resourceArn=arn, tags={"team": "data"})
    appflow.untag_resource(resourceArn=arn, tagKeys=["stage"])
    tags = appflow.list_tags_for_resource(resourceArn=arn)["tags"]
    appflow.delete_flow(flowName="account")
    appflow.delete_connector_profile(connectorProfileName="crm")
    assert (tags, appflow.list_tags_for_resource(resourceArn=arn)["tags"]) == ({"team": "data"}, {})
