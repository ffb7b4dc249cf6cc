"""What people are told of a failed execution: what failed, what to do next, and where to look."""

import json
from collections.abc import Mapping
from typing import Any, NamedTuple

LONGEST = 500
MOST = 10
# What may be told of a service's own account of a Task. Its other fields may quote a record, or what was sent.
NAMED = ("errorType", "JobName", "Id", "JobRunState")
STEPS = {
    "SalesforceFlowFailed": "read the execution's error in AppFlow, in the flow's run history, and mend it",
    "SalesforceFlowUnusable": "look at the flow in AppFlow: mend its connection, or apply Terraform again",
    "SalesforceFlowTooSlow": "look at the flow's run history in AppFlow; let it end, or stop it there",
    "RestFailed": "do what the sentence above says",
    "RestTooSlow": "start again with the same date: the resource goes on where it stopped",
    "NotReady": "do what the lines above say",
    "RedshiftViewUnreadable": "gold is published: look the statement up in Redshift's query history and mend the view",
    "States.Timeout": "see in the console what the state was waiting for",
}
STEPS_BY_STATE = {
    "raw_to_gold": "read the problems in the job's report, or without one the job's error log; nothing is published",
    "report": "gold is published: read the log of the function that reports",
}


class Execution(NamedTuple):
    """The execution's ARN, taken apart."""

    arn: str

    @property
    def state_machine(self) -> str:
        """The ARN of its state machine."""
        return ":".join([*self.arn.split(":")[:5], "stateMachine", self.arn.split(":")[6]])

    @property
    def console(self) -> str:
        """Where a browser shows it."""
        _, partition, _, region, *_ = self.arn.split(":")
        domain = {"aws-cn": "console.amazonaws.cn", "aws-us-gov": "console.amazonaws-us-gov.com"}.get(
            partition, "console.aws.amazon.com"
        )
        return f"https://{region}.{domain}/states/home?region={region}#/v2/executions/details/{self.arn}"

    def again(self, logical_date: str) -> str:
        """The command that starts the machine for the same date."""
        given = json.dumps({"logical_date": logical_date})
        return f"aws stepfunctions start-execution --state-machine-arn '{self.state_machine}' --input '{given}'"


def problems(error: Mapping[str, str], job: Mapping[str, Any] | None) -> list[str]:
    """One line for the error, then the job's own."""
    first = ": ".join(part for part in (error["state"], error["name"], _clean(error["cause"])) if part)
    return [first, *(job["problems"] if job and job["outcome"] == "failed" else [])]


def next_step(error: Mapping[str, str]) -> str:
    """What to do, in a sentence's words."""
    other = f"see in the console what happened in {error['state']}"
    return STEPS.get(error["name"]) or STEPS_BY_STATE.get(error["state"], other)


def message(report: Mapping[str, Any], places: list[str]) -> str:
    """The text for people; `places` are the reports' URIs."""
    execution = Execution(report["execution"])
    lines = [f"Run {report['run_id']} ended as: {report['outcome']}", *report["problems"][:MOST]]
    if report["next_step"]:
        lines += [f"Next: {report['next_step']}. Then start it again:", execution.again(report["logical_date"])]
    return "\n".join([*lines, *(f"Report: {place}" for place in places), f"Execution: {execution.console}"])


def _clean(cause: str) -> str:
    """The cause, or where it is a service's JSON only what names the thing."""
    try:
        account = json.loads(cause)
    except ValueError:
        return cause[:LONGEST]
    if not isinstance(account, dict):
        return cause[:LONGEST]
    return ", ".join(f"{key} {account[key]}" for key in NAMED if key in account)
