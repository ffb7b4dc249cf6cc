"""The message about an execution that has ended: what failed, what to do next, and where the details are."""

import json
from collections.abc import Mapping
from typing import Any, NamedTuple

from lakehouse_common import next_steps

MOST_CHARACTERS = 500
MOST_PROBLEMS = 10
# What may be quoted of a service's own JSON about a Task. Its other fields may quote a record, or what was sent.
QUOTED_FIELDS = ("errorType", "JobName", "Id", "JobRunState")
# The console's domain in each of AWS's partitions that has one of its own.
CONSOLES = {"aws-cn": "console.amazonaws.cn", "aws-us-gov": "console.amazonaws-us-gov.com"}


class Execution(NamedTuple):
    """An execution of the state machine, and the names that follow from its ARN."""

    arn: str

    @property
    def state_machine(self) -> str:
        """Returns the ARN of the state machine."""
        return ":".join([*self.arn.split(":")[:5], "stateMachine", self.arn.split(":")[6]])

    @property
    def console(self) -> str:
        """Returns the address in AWS's console."""
        _, partition, _, region, *_ = self.arn.split(":")
        return f"https://{region}.{console_domain(partition)}/states/home?region={region}#/v2/executions/details/{self.arn}"

    def again(self, logical_date: str) -> str:
        """Returns the command that starts the machine for the same date."""
        machine_input = json.dumps({"logical_date": logical_date})
        return f"aws stepfunctions start-execution --state-machine-arn '{self.state_machine}' --input '{machine_input}'"


def console_domain(partition: str) -> str:
    """Returns the console's domain; of a partition that is not known here AWS's own, so that no message is lost."""
    if partition not in CONSOLES:
        return "console.aws.amazon.com"
    return CONSOLES[partition]


def problems(error: Mapping[str, str], job: Mapping[str, Any] | None) -> list[str]:
    """Returns one line for the error, then the job's own."""
    first = ": ".join(part for part in (error["state"], error["name"], _without_records(error["cause"])) if part)
    return [first, *(job["problems"] if job and job["outcome"] == "failed" else [])]


def next_step(error: Mapping[str, str]) -> str:
    """Returns what to do next, as a part of a sentence."""
    return next_steps.after_error(error["name"], error["state"])


def message(report: Mapping[str, Any], places: list[str]) -> str:
    """Returns the message; `places` are the reports' URIs."""
    execution = Execution(report["execution"])
    lines = [f"Run {report['run_id']} ended as: {report['outcome']}", *report["problems"][:MOST_PROBLEMS]]
    if report["next_step"]:
        lines += [f"Next: {report['next_step']}. Then start it again:", execution.again(report["logical_date"])]
    return "\n".join([*lines, *(f"Report: {place}" for place in places), f"Execution: {execution.console}"])


def _without_records(cause: str) -> str:
    """Returns the cause, shortened; where it is a service's JSON, only the fields that name what failed."""
    try:
        fields = json.loads(cause)
    except ValueError:
        return cause[:MOST_CHARACTERS]
    if not isinstance(fields, dict):
        return cause[:MOST_CHARACTERS]
    return ", ".join(f"{name} {fields[name]}" for name in QUOTED_FIELDS if name in fields)
