"""The whole chain by the state machine: flows, functions, the job, the report; gold is that of a laptop."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from demo.call_apis import TOKEN
from tests.e2e.conftest import ROOT, Deployment
from tests.e2e.steps import KEY, NAME, begin, ended, execute, files, give_secret, kept, rows, start_scheduled_flows
from tests.localaws.account import LocalAws
from tests.localaws.org import SCALE

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
    """The execution after it, with a key."""
    give_secret(account, "masking/key", KEY)
    return execute(account, "with-key", logical_date="2026-01-07T07:00:00Z")


def test_a_job_that_fails_fails_the_run_and_the_report_says_what_to_do(
    without_key: dict[str, Any], account: LocalAws
) -> None:
    assert (without_key["status"], without_key["error"]) == ("FAILED", "States.TaskFailed"), without_key.get("cause")
    report = kept(account, "orchestration.json")[-1]
    assert (report["outcome"], report["problems"] != [], bool(report["next_step"])) == ("failed", True, True)
    assert account.client("glue").get_tables(DatabaseName="lakehouse_dev_gold")["TableList"] == []


def test_the_next_execution_brings_what_there_is_and_publishes_it(executed: dict[str, Any], account: LocalAws) -> None:
    assert executed["status"] == "SUCCEEDED", (executed.get("error"), executed.get("cause"))
    report = kept(account, "run.json")[-1]
    assert (report["outcome"], report["problems"]) == ("published", [])
    found = account.client("glue").get_tables(DatabaseName="lakehouse_dev_gold")["TableList"]
    assert {table["Name"] for table in found} == {"account_360", "opportunity", "rep_performance"}


def test_its_time_is_accounted_for_state_by_state(executed: dict[str, Any], account: LocalAws) -> None:
    report = kept(account, "orchestration.json")[-1]
    assert (report["outcome"], report["problems"]) == ("published", [])
    for row in (report["milliseconds"], *(one["milliseconds"] for one in report["states"])):
        assert row["total"] == row["load"] + row["execution"] + row["waiting"]
    assert {"bring", "raw_ready", "raw_to_gold"} <= {one["state"] for one in report["states"]}


def test_its_gold_is_that_of_the_same_org_on_a_laptop(
    executed: dict[str, Any], account: LocalAws, tmp_path: Path
) -> None:
    path = os.pathsep.join(str(ROOT / folder) for folder in ("glue", "lambda", "."))
    arguments = ("--lake", str(tmp_path), "--scale", str(SCALE), "--contract", str(ROOT / "pipeline.yaml"))
    environment = {**os.environ, "PYTHONPATH": path, "MASKING_KEY": KEY}
    subprocess.run([sys.executable, "-m", "demo", *arguments], cwd=tmp_path, env=environment, check=True)
    for table in ("account_360", "opportunity", "rep_performance"):
        here = [path.read_bytes() for path in (tmp_path / "gold" / table / "data").rglob("*.parquet")]
        assert rows(files(account, table)) == rows(here), table


def test_again_it_publishes_nothing_new(executed: dict[str, Any], account: LocalAws) -> None:
    before = [len(files(account, table)) for table in ("account_360", "opportunity", "rep_performance")]
    again = execute(account, "again", logical_date="2026-01-07T08:00:00Z")
    assert again["status"] == "SUCCEEDED", (again.get("error"), again.get("cause"))
    assert [len(files(account, table)) for table in ("account_360", "opportunity", "rep_performance")] == before


def test_of_two_at_once_the_second_ends_and_says_why(executed: dict[str, Any], account: LocalAws) -> None:
    first, second = (begin(account, name, logical_date="2026-01-07T09:00:00Z") for name in ("one", "two"))
    refused = ended(account, second)
    assert (refused["status"], refused["error"]) == ("FAILED", "AnotherRun")
    assert "execution one started earlier" in refused["cause"]
    assert ended(account, first)["status"] == "SUCCEEDED"


def test_a_failing_source_fails_the_run_and_publishes_nothing(executed: dict[str, Any], account: LocalAws) -> None:
    give_secret(account, "billing/token", "revoked-token")
    published = len(kept(account, "run.json"))
    failed = execute(account, "revoked", logical_date="2026-01-07T10:00:00Z")
    give_secret(account, "billing/token", TOKEN)
    assert (failed["status"], failed["error"]) == ("FAILED", "RestFailed")
    assert "billing.invoices" in failed["cause"]
    assert len(kept(account, "run.json")) == published
    report = kept(account, "orchestration.json")[-1]
    assert (report["outcome"], bool(report["next_step"])) == ("failed", True)
    assert "revoked-token" not in json.dumps([report, failed["cause"]])


def test_a_failing_flow_fails_the_run_and_names_the_execution(executed: dict[str, Any], account: LocalAws) -> None:
    appflow = account.client("appflow")
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
    assert execute(account, "mended", logical_date="2026-01-07T12:00:00Z")["status"] == "SUCCEEDED"
