"""The whole chain by the state machine: flows, functions, the job, the report; gold is that of a laptop."""

import json
from typing import Any

import pytest

from demo.call_apis import TOKEN
from demo.rest_api import SampleApi
from tests.e2e.conftest import Deployment, Laptop
from tests.e2e.steps import (
    GOLD,
    KEY,
    NAME,
    begin,
    bodies,
    data_files,
    ended,
    execute,
    give_secret,
    kept,
    rows,
    start_scheduled_flows,
)
from tests.localaws.account import LocalAws

pytestmark = pytest.mark.terraform


@pytest.fixture(scope="module")
def without_key(deployment: Deployment, account: LocalAws) -> dict[str, Any]:
    """The first execution, before anybody has given the masking key its value."""
    deployment.edit()
    give_secret(account, "billing/token", TOKEN)
    start_scheduled_flows(account)
    return execute(account, "without-key", logical_date="2026-01-07T06:00:00Z")


@pytest.fixture(scope="module")
def executed(without_key: dict[str, Any], account: LocalAws) -> dict[str, Any]:
    """The same date started again, with a key."""
    give_secret(account, "masking/key", KEY)
    return execute(account, "with-key", logical_date="2026-01-07T06:00:00Z")


def test_a_job_that_fails_fails_the_run_and_the_report_says_what_to_do(
    without_key: dict[str, Any], account: LocalAws
) -> None:
    assert (without_key["status"], without_key["error"]) == ("FAILED", "States.TaskFailed"), without_key.get("cause")
    report = kept(account, "orchestration.json")[-1]
    assert (report["outcome"], report["problems"] != [], bool(report["next_step"])) == ("failed", True, True)
    assert account.client("glue").get_tables(DatabaseName="lakehouse_dev_gold")["TableList"] == []


def test_the_same_date_started_again_goes_on_and_publishes_what_there_is(
    executed: dict[str, Any], account: LocalAws
) -> None:
    assert executed["status"] == "SUCCEEDED", (executed.get("error"), executed.get("cause"))
    report = kept(account, "run.json")[-1]
    assert (report["outcome"], report["problems"]) == ("published", [])
    found = account.client("glue").get_tables(DatabaseName="lakehouse_dev_gold")["TableList"]
    assert {table["Name"] for table in found} == {*GOLD}


def test_its_time_is_accounted_for_state_by_state(executed: dict[str, Any], account: LocalAws) -> None:
    report = kept(account, "orchestration.json")[-1]
    assert (report["outcome"], report["problems"]) == ("published", [])
    for row in (report["milliseconds"], *(one["milliseconds"] for one in report["states"])):
        assert row["total"] == row["load"] + row["execution"] + row["waiting"]
    assert {"bring", "raw_ready", "raw_to_gold"} <= {one["state"] for one in report["states"]}


def test_its_gold_is_that_of_the_same_org_on_a_laptop(
    executed: dict[str, Any], account: LocalAws, laptop: Laptop
) -> None:
    for table, here in laptop.demo().items():
        assert rows(bodies(account, data_files(account, table))) == rows(here), table


def test_redshift_shows_the_table_that_it_serves(executed: dict[str, Any], account: LocalAws) -> None:
    data = account.client("redshift-data")
    sql = 'SELECT count(*) FROM "gold"."account_360"'
    asked = data.execute_statement(Sql=sql, WorkgroupName="analytics", Database="dev")["Id"]
    told = data.describe_statement(Id=asked)
    assert told["Status"] == "FINISHED", told.get("Error")
    (row,) = data.get_statement_result(Id=asked)["Records"]
    assert int(row[0]["stringValue"]) == len(rows(bodies(account, data_files(account, "account_360"))))


@pytest.fixture(scope="module")
def two(executed: dict[str, Any], account: LocalAws) -> tuple[dict[str, Any], dict[str, Any]]:
    """Two executions at once, while no call of rest_to_raw is let in, after flows whose end nobody was told of."""
    account.run_schedules()
    functions, states = account.client("lambda"), account.client("stepfunctions")
    functions.put_function_concurrency(FunctionName=f"{NAME}-rest-to-raw", ReservedConcurrentExecutions=0)
    first, second = (begin(account, name, logical_date="2026-01-07T09:00:00Z") for name in ("one", "two"))
    refused = ended(account, second)
    tried = {"events": [{"type": "no attempt yet"}]}
    while "Lambda.TooManyRequestsException" not in str(tried):
        tried = states.get_execution_history(executionArn=first, maxResults=1000)
    functions.put_function_concurrency(FunctionName=f"{NAME}-rest-to-raw", ReservedConcurrentExecutions=5)
    return ended(account, first), refused


def test_of_two_at_once_the_second_ends_and_says_why(two: tuple[dict[str, Any], dict[str, Any]]) -> None:
    first, refused = two
    assert (refused["status"], refused["error"]) == ("FAILED", "AnotherRun")
    assert "execution one started earlier" in refused["cause"]
    assert first["status"] == "SUCCEEDED", (first.get("error"), first.get("cause"))


def test_a_throttled_function_is_tried_again_and_the_report_counts_it(
    two: tuple[dict[str, Any], dict[str, Any]], account: LocalAws
) -> None:
    bring = next(one for one in kept(account, "orchestration.json")[-1]["states"] if one["state"] == "bring")
    assert {part["state"]: part["retries"] > 0 for part in bring["parts"]} == {
        "salesforce_to_raw": False,
        "rest_to_raw": True,
    }


def test_what_flows_landed_without_a_word_the_next_start_reads(
    two: tuple[dict[str, Any], dict[str, Any]], account: LocalAws
) -> None:
    appflow = account.client("appflow")
    last = appflow.describe_flow_execution_records(flowName=f"{NAME}-account")["flowExecutions"][0]["executionId"]
    watermarks = json.loads(
        account.client("s3").get_object(Bucket=f"{NAME}-logs", Key="runs/watermarks.json")["Body"].read()
    )
    assert last in watermarks["account"]


def test_a_source_that_revokes_its_token_fails_the_run_and_publishes_nothing(
    executed: dict[str, Any], account: LocalAws, api: SampleApi
) -> None:
    api.token = TOKEN[::-1]
    published = len(kept(account, "run.json"))
    failed = execute(account, "revoked", logical_date="2026-01-07T10:00:00Z")
    api.token = TOKEN
    assert (failed["status"], failed["error"]) == ("FAILED", "RestFailed")
    assert "billing.invoices" in failed["cause"]
    assert len(kept(account, "run.json")) == published
    report = kept(account, "orchestration.json")[-1]
    assert (report["outcome"], bool(report["next_step"])) == ("failed", True)
    assert TOKEN not in json.dumps([report, failed["cause"]])


def test_a_failing_flow_fails_the_run_and_names_the_execution_and_a_redrive_fails_as_documented(
    executed: dict[str, Any], account: LocalAws
) -> None:
    appflow, published = account.client("appflow"), len(kept(account, "run.json"))
    whole = appflow.describe_flow(flowName=f"{NAME}-lead")
    parts = ("flowName", "triggerConfig", "sourceFlowConfig", "destinationFlowConfigList", "tasks")
    flow = {name: whole[name] for name in parts}
    unknown = [task | {"sourceFields": ["Gone__c"]} for task in flow["tasks"]]
    appflow.update_flow(**flow | {"tasks": unknown})
    failed = execute(account, "gone", logical_date="2026-01-07T11:00:00Z")
    appflow.update_flow(**flow)
    last = appflow.describe_flow_execution_records(flowName=f"{NAME}-lead")["flowExecutions"][0]
    assert (failed["status"], failed.get("error")) == ("FAILED", "SalesforceFlowFailed")
    assert f"{NAME}-lead" in failed["cause"] and last["executionId"] in failed["cause"]
    assert "Gone__c" not in failed["cause"]
    # What was caught and told of stands at its last state: docs/operate.md says to start it again instead.
    account.client("stepfunctions").redrive_execution(executionArn=failed["executionArn"])
    redriven = ended(account, failed["executionArn"])
    assert (redriven["status"], redriven["error"], redriven["cause"]) == ("FAILED", failed["error"], failed["cause"])
    assert len(kept(account, "run.json")) == published
