"""Whole runs of the DAG in an emulated account, by the two ways that docs/aws.md shows."""

import json
import re
import subprocess
from collections.abc import Callable
from typing import Any

NAME = "lakehouse-dev"
RATES, INVOICES = "fx.rates", "billing.invoices"
DONE = {"status": "DONE", "version": 0, "rows": 3, "parts": 1}
WAIT = {"status": "CONTINUE", "wait": 1}
FENCED = {"status": "FAILED", "class": "fenced", "sentence": "another run was first"}
READY = {"status": "READY", "manifest": "r1/manifest.json", "rows": 3, "batches": 2}
SOURCES = {RATES: [DONE], INVOICES: [DONE]}
REDSHIFT = ["analytics", "dev", "arn:aws:secretsmanager:eu-west-1:1:secret:s"]
LATER = ("raw_ready", "anything_new", "raw_to_gold", "gold_to_sinks.account_360")
# By dag.test() in Python: prints how the run and its tasks ended.
TEST = """
import sys, pathlib, json
sys.path.insert(0, sys.argv[1])
from datetime import datetime, UTC
from lakehouse_dag import dag
run = dag.test(logical_date=datetime.fromisoformat(sys.argv[2]))
states = {one.task_id: str(one.state) for one in run.get_task_instances()}
print("ENDED " + json.dumps([str(run.state), states]))
"""
Runner = Callable[..., subprocess.CompletedProcess[str]]


def in_shell(run: Runner, date: str) -> subprocess.CompletedProcess[str]:
    return run("-m", "airflow", "dags", "test", NAME, date)


def in_python(run: Runner, settings: dict[str, str], date: str) -> tuple[str, dict[str, str]]:
    """The state of the run, and of those of its tasks that did not succeed."""
    done = run("-c", TEST, settings["AIRFLOW__CORE__DAGS_FOLDER"], date)
    lines = [line for line in done.stdout.splitlines() if line.startswith("ENDED ")]
    assert lines, done.stdout[-2000:] + done.stderr[-2000:]
    state, states = json.loads(lines[0].removeprefix("ENDED "))
    return state, {task: how for task, how in states.items() if how != "success"}


def test_a_run_goes_from_the_flows_to_the_sinks(on_account: Runner, account: Any, contract: dict[str, Any]) -> None:
    account.prepare({RATES: [FENCED], INVOICES: [WAIT, DONE], "raw_ready": [READY]})
    ended = in_shell(on_account, "2026-01-07T06:00:00")
    assert ended.returncode == 0, ended.stdout[-3000:] + ended.stderr[-3000:]
    asked = account.asked()
    run_id = asked["raw_ready/01"].pop("run_id")
    assert re.fullmatch("r[0-9]{8}_[0-9]{6}_airflow", run_id)
    arguments = asked.pop("job/arguments")
    invoices, rates = (contract["rest"][name]["resources"] for name in ("billing", "fx"))
    call = {"resource": invoices["invoices"], "run_id": "2026-01-07T06:00:00Z"}
    assert asked == {
        f"{INVOICES}/02": call,
        f"{INVOICES}/01": call,
        f"{RATES}/01": call | {"resource": rates["rates"]},
        "raw_ready/01": {"watermarks": {}},
    }
    given = dict(zip(arguments[::2], arguments[1::2], strict=True))
    assert {name: given[name] for name in ("--manifest", "--run_id")} == {
        "--manifest": f"s3://{NAME}-logs/runs/r1/manifest.json",
        "--run_id": run_id,
    }
    assert account.messages() == []
    flows = account.client("appflow").list_flows()["flows"]
    assert {flow["flowStatus"] for flow in flows} == {"Active"}
    (record,) = account.client("appflow").describe_flow_execution_records(flowName=f"{NAME}-lead")["flowExecutions"]
    assert record["executionStatus"] == "Successful"
    data = account.client("redshift-data")
    # The newest comes first; the one before it has made the table.
    statement, _ = [data.describe_statement(Id=one["Id"]) for one in data.list_statements()["Statements"]]
    served = [statement[name] for name in ("QueryString", "WorkgroupName", "Database", "SecretArn")]
    assert served == ['SELECT 1 FROM "gold"."account_360" LIMIT 1', *REDSHIFT]


def test_sources_that_are_not_ready_fail_the_run_and_are_told(on_account: Runner, account: Any) -> None:
    problems = ["salesforce.Task: no execution yet", "rest.fx.rates: 3 of 4 rows"]
    account.prepare({**SOURCES, "raw_ready": [{"status": "NOT_READY", "problems": problems}]})
    ended = in_shell(on_account, "2026-01-08T06:00:00")
    assert ended.returncode == 1, ended.stdout[-3000:] + ended.stderr[-3000:]
    ((subject, lines),) = account.messages()
    assert subject == f"{NAME}: a run failed in raw_ready"
    assert lines[1:3] == [
        "raw_ready: salesforce.Task: no execution yet | rest.fx.rates: 3 of 4 rows",
        "Next: do what the lines above say. Then clear the task in Airflow.",
    ]
    assert "job/arguments" not in account.asked()


def test_a_job_that_fails_fails_the_run_though_nothing_comes_after_it(
    on_account: Runner, account: Any, settings: dict[str, str]
) -> None:
    account.prepare({**SOURCES, "raw_ready": [READY]}, script="failing.py")
    state, others = in_python(on_account, settings, "2026-01-09T06:00:00+00:00")
    assert (state, others) == ("failed", {"raw_to_gold": "failed", "gold_to_sinks.account_360": "upstream_failed"})
    ((subject, lines),) = account.messages()
    assert subject == f"{NAME}: a run failed in raw_to_gold"
    assert lines[2].startswith("Next: read the problems in the job's report")
    assert lines[3].startswith(f"Report: s3://{NAME}-logs/runs/r") and lines[3].endswith("_airflow/run.json")


def test_a_resource_that_fails_is_not_tried_again_and_its_sentence_is_told(
    on_account: Runner, account: Any, settings: dict[str, str]
) -> None:
    refused = {"status": "FAILED", "class": "config", "sentence": "the secret billing/token has no value"}
    account.prepare({RATES: [DONE], INVOICES: [refused, DONE], "raw_ready": [READY]})
    state, others = in_python(on_account, settings, "2026-01-10T06:00:00+00:00")
    assert (state, others) == (
        "failed",
        {f"rest_to_raw.{INVOICES}": "failed"} | dict.fromkeys(LATER, "upstream_failed"),
    )
    ((_, lines),) = account.messages()
    assert lines[1] == f"rest_to_raw.{INVOICES}: {INVOICES} (config): the secret billing/token has no value"
    assert sorted(account.asked()) == [f"{INVOICES}/02", f"{RATES}/01"]


def test_a_flow_that_fails_is_told_by_its_execution_and_without_what_appflow_says(
    on_account: Runner, account: Any, settings: dict[str, str]
) -> None:
    account.prepare({**SOURCES, "raw_ready": [READY]})
    account.describe_as(f"{NAME}-lead", "fails")
    state, others = in_python(on_account, settings, "2026-01-12T06:00:00+00:00")
    account.describe_as(f"{NAME}-lead", "works")
    failed = {"salesforce_to_raw.lead.ended": "failed"}
    assert (state, others) == ("failed", failed | dict.fromkeys(LATER, "upstream_failed"))
    ((_, lines),) = account.messages()
    records = account.client("appflow").describe_flow_execution_records(flowName=f"{NAME}-lead")["flowExecutions"]
    said = f"flow {NAME}-lead, execution {records[0]['executionId']}, ended as Error"
    assert lines[1] == f"salesforce_to_raw.lead.ended: {said}"


def test_without_anything_new_it_ends_well_and_starts_no_job(
    on_account: Runner, account: Any, settings: dict[str, str]
) -> None:
    account.prepare({**SOURCES, "raw_ready": [READY | {"rows": 0, "batches": 0}]})
    state, others = in_python(on_account, settings, "2026-01-11T06:00:00+00:00")
    assert (state, others) == ("success", dict.fromkeys(("raw_to_gold", "gold_to_sinks.account_360"), "skipped"))
    assert (account.messages(), "job/arguments" in account.asked()) == ([], False)
