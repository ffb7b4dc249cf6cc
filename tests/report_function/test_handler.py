"""Laws of the function that reports: what it writes, and what people are told."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from lakehouse_common.object_store import FolderStore
from report.handler import handler
from report.messages import Execution
from tests.report_function.execution import ARN, Told, brought
from tests.report_function.step_functions import serving

EVENT = {"run_id": "r1", "execution_arn": ARN, "logical_date": "2026-01-07T12:00:00Z"}
ZERO = {"total": 0, "load": 0, "execution": 0, "waiting": 0}
CONSOLE = f"https://eu-west-1.console.aws.amazon.com/states/home?region=eu-west-1#/v2/executions/details/{ARN}"
AGAIN = (
    "aws stepfunctions start-execution --state-machine-arn "
    "'arn:aws:states:eu-west-1:123456789012:stateMachine:lakehouse-dev' "
    """--input '{"logical_date": "2026-01-07T12:00:00Z"}'"""
)
Report = Callable[..., dict[str, Any]]


@pytest.fixture
def runs(tmp_path: Path) -> FolderStore:
    return FolderStore(tmp_path / "runs")


@pytest.fixture
def report(runs: FolderStore, monkeypatch: pytest.MonkeyPatch) -> Report:
    """Calls the function for a history."""
    monkeypatch.setenv("RUNS", str(runs.root))
    for name, value in {
        "ACCESS_KEY_ID": "testing",
        "SECRET_ACCESS_KEY": "testing",
        "DEFAULT_REGION": "eu-west-1",
    }.items():
        monkeypatch.setenv(f"AWS_{name}", value)

    def called(told: Told, **event: Any) -> dict[str, Any]:
        with serving(ARN, told.events) as address:
            monkeypatch.setenv("AWS_ENDPOINT_URL_SFN", address)
            return handler(EVENT | event, None)

    return called


def failed(report: Report, state: str, name: str, cause: str) -> list[str]:
    """The lines of the message about an execution that failed at once."""
    told = Told()
    told.enter("Task", "report_failure")
    message: str = report(told, error={"state": state, "name": name, "cause": cause})["message"]
    return message.splitlines()


def test_a_run_that_published_is_written_with_its_times_and_told_with_its_places(
    report: Report, runs: FolderStore
) -> None:
    answer = report(brought(), outcome="published")
    written = json.loads(runs.get("r1/orchestration.json"))
    states = written.pop("states")
    assert [row["state"] for row in states] == ["begin", "one_at_a_time", "bring"]
    assert written == {
        "run_id": "r1",
        "execution": ARN,
        "logical_date": "2026-01-07T12:00:00Z",
        "outcome": "published",
        "milliseconds": {"total": 41_000, "load": 40_000, "execution": 1_000, "waiting": 0},
        "problems": [],
        "next_step": None,
    }
    place = runs.uri("r1/orchestration.json")
    assert answer == {
        "report": place,
        "message": f"Run r1 ended as: published\nReport: {place}\nExecution: {CONSOLE}",
    }


def test_a_failed_run_is_told_with_what_failed_what_to_do_and_where_to_look(report: Report, runs: FolderStore) -> None:
    runs.put("r1/run.json", json.dumps({"outcome": "failed", "milliseconds": ZERO, "problems": ["gold.a: b"]}).encode())
    cause = json.dumps({"JobName": "job", "Id": "jr_1", "JobRunState": "FAILED", "ErrorMessage": "ada@example.com"})
    assert failed(report, "raw_to_gold", "States.TaskFailed", cause) == [
        "Run r1 ended as: failed",
        "raw_to_gold: States.TaskFailed: JobName job, Id jr_1, JobRunState FAILED",
        "gold.a: b",
        "Next: read the problems in the job's report, or without one the job's error log; nothing is published. "
        "Then start it again:",
        AGAIN,
        f"Report: {runs.uri('r1/orchestration.json')}",
        f"Report: {runs.uri('r1/run.json')}",
        f"Execution: {CONSOLE}",
    ]


@pytest.mark.parametrize(
    ("state", "name", "cause", "problem", "step"),
    [
        (
            *("bring", "SalesforceFlowFailed", "Flow f, execution 1, ended as Error"),
            "bring: SalesforceFlowFailed: Flow f, execution 1, ended as Error",
            "read the execution's error in AppFlow, in the flow's run history, and mend it",
        ),
        (
            *("raw_ready", "KeyError", '{"errorType": "KeyError", "errorMessage": "ada@example.com"}'),
            "raw_ready: KeyError: errorType KeyError",
            "see in the console what happened in raw_ready",
        ),
        (
            *("gold_to_sinks", "States.Timeout", ""),
            "gold_to_sinks: States.Timeout",
            "see in the console what the state was waiting for",
        ),
        (
            *("raw_ready", "NotReady", "17"),
            "raw_ready: NotReady: 17",
            "do what the lines above say",
        ),
    ],
)
def test_each_failure_has_a_next_step_and_quotes_no_record(
    report: Report, state: str, name: str, cause: str, problem: str, step: str
) -> None:
    assert failed(report, state, name, cause)[1:3] == [problem, f"Next: {step}. Then start it again:"]


def test_a_long_cause_and_many_problems_are_cut_in_the_message_alone(report: Report, runs: FolderStore) -> None:
    problems = [f"gold.a: {number}" for number in range(20)]
    runs.put("r1/run.json", json.dumps({"outcome": "failed", "milliseconds": ZERO, "problems": problems}).encode())
    lines = failed(report, "bring", "RestFailed", "x" * 600)
    step = "Next: do what the sentence above says. Then start it again:"
    assert lines[1:12] == ["bring: RestFailed: " + "x" * 500, *problems[:9], step]
    assert json.loads(runs.get("r1/orchestration.json"))["problems"][1:] == problems


def test_a_job_that_published_before_a_later_state_failed_has_no_problems_of_its_own(
    report: Report, runs: FolderStore
) -> None:
    runs.put("r1/run.json", json.dumps({"outcome": "published", "milliseconds": ZERO, "problems": []}).encode())
    lines = failed(report, "gold_to_sinks", "RedshiftViewUnreadable", "gold.a: statement 1 is FAILED")
    assert lines[1:3] == [
        "gold_to_sinks: RedshiftViewUnreadable: gold.a: statement 1 is FAILED",
        "Next: gold is published: look the statement up in Redshift's query history and mend the view. "
        "Then start it again:",
    ]


def test_the_console_of_another_partition_has_another_address() -> None:
    consoles = [
        Execution(ARN.replace("arn:aws:", f"arn:{name}:")).console for name in ("aws-us-gov", "aws-cn", "aws-eusc")
    ]
    assert [console.partition("/states/")[0] for console in consoles] == [
        "https://eu-west-1.console.amazonaws-us-gov.com",
        "https://eu-west-1.console.amazonaws.cn",
        "https://eu-west-1.console.aws.amazon.com",
    ]
