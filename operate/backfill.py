"""`make backfill`: runs a range of dates through the deployment's state machine, one execution after the other.

An execution is called backfill-<date>-<attempt>, and Step Functions itself knows what has been done: it
takes the same name and input again while that execution runs, and refuses the name for 90 days once it has ended. So
the same command goes on after a crash, and nothing is stored on this machine.
"""

import argparse
import json
import sys
import time
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, NamedTuple

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from operate.backfill_order import BackfillRefusedError, DateRange, parse_dates
from report import messages

BUILT = Path("build/pipeline.json")
POLL_S = 15
# Almost three hours, about what a long job may take.
BUSY_S = (15, 30, 60, 120, *[300] * 32)
GOING = ("RUNNING", "PENDING_REDRIVE")
# Looks after which an execution that was started has to be there.
LATE = 8
FAILED, MISUSED, INTERRUPTED = 1, 2, 130
Sleep = Callable[[float], None]
PrintLine = Callable[[str], None]


class Execution(NamedTuple):
    """An execution as Step Functions describes it at its end."""

    execution: dict[str, Any]
    is_new: bool

    @property
    def has_succeeded(self) -> bool:
        """Returns whether it succeeded."""
        return str(self.execution["status"]) == "SUCCEEDED"

    @property
    def was_busy(self) -> bool:
        """Returns whether the machine was busy with an execution that is no attempt at this date."""
        return self.execution.get("error") == "AnotherRun"

    def line(self, day: date) -> str:
        """Returns date, outcome, seconds, and where the report is if the execution says so."""
        outcome = self.execution["status"].lower().replace("_", " ") if self.is_new else "passed over"
        seconds = (self.execution["stopDate"] - self.execution["startDate"]).total_seconds()
        report = json.loads(self.execution.get("output") or "{}").get("report", "")
        return f"{day}  {outcome:<11}  {seconds:>7,.0f} s  {report}".rstrip()

    def why(self) -> list[str]:
        """Returns what failed, without what a service quotes of rows, and what to do about it; a line each."""
        execution = self.execution
        error = {"state": "", "name": execution.get("error", ""), "cause": execution.get("cause", "")}
        step = messages.next_step(error | {"state": "the execution"})
        lines = [
            *messages.problems(error, None),
            f"next: {step}",
            f"execution: {messages.Execution(execution['executionArn']).console}",
        ]
        return [line for line in lines if line]


class StateMachine:
    """The state machine of a deployment, by its name."""

    def __init__(self, states: Any, name: str, sleep: Sleep) -> None:
        """Find the machine's ARN. Raises: BackfillRefusedError where the account has no such machine in this region."""
        pages = states.get_paginator("list_state_machines").paginate()
        arns = [entry["stateMachineArn"] for page in pages for entry in page["stateMachines"] if entry["name"] == name]
        if not arns:
            region = states.meta.region_name
            raise BackfillRefusedError(
                f"there is no state machine {name} in {region} of this account: apply it, or change the account"
            )
        self.arn: str = arns[0]
        self.states = states
        self.sleep = sleep

    def run_date(self, day: date, print_line: PrintLine) -> Execution:
        """Run the date; returns the execution that has succeeded, or else the first new attempt, at its end.

        Where another run keeps the machine busy, the date waits for its turn, at most once for each of BUSY_S.
        """
        attempt, waits = 1, iter(BUSY_S)
        while True:
            ended = self._attempt(day, attempt)
            attempt += 1
            if ended.is_new and ended.was_busy:
                wait = next(waits, None)
                if wait is None:
                    return ended
                print_line(f"{day}  another run is going: again in {wait} s")
                self.sleep(wait)
            elif ended.is_new or ended.has_succeeded:
                return ended

    def _attempt(self, day: date, attempt: int) -> Execution:
        name, payload = f"backfill-{day}-{attempt}", json.dumps({"logical_date": f"{day}T00:00:00Z"})
        try:
            self.states.start_execution(stateMachineArn=self.arn, name=name, input=payload)
            is_new = True
        except self.states.exceptions.ExecutionAlreadyExists:
            is_new = False
        return Execution(self._end(f"{self.arn.replace(':stateMachine:', ':execution:')}:{name}"), is_new)

    def _end(self, arn: str) -> dict[str, Any]:
        """Wait for the execution's end; one that was just started may not be described by Step Functions yet."""
        looks = 0
        while True:
            try:
                execution: dict[str, Any] = self.states.describe_execution(executionArn=arn)
                if execution["status"] not in GOING:
                    return execution
            except self.states.exceptions.ExecutionDoesNotExist:
                if looks >= LATE:
                    raise
            looks += 1
            self.sleep(POLL_S)


def backfill(dates: DateRange, state_machine: StateMachine, print_line: PrintLine) -> int:
    """Run date after date, print a line of each; returns the exit code, after the first failure with how to go on."""
    for day in dates.dates():
        try:
            ended = state_machine.run_date(day, print_line)
        except (BotoCoreError, ClientError) as error:
            lines, code = [f"{day}  AWS did not answer as it should: {error}"], FAILED
        except KeyboardInterrupt:
            lines, code = [f"{day}  no longer waited for; an execution that runs goes on"], INTERRUPTED
        else:
            lines, code = [ended.line(day)], 0
            if not ended.has_succeeded:
                lines, code = [*lines, *ended.why()], FAILED
        for line in lines:
            print_line(line)
        if code:
            print_line(f"go on with: {dates.command(day)}")
            return code
    return 0


def built_name(environment: str) -> str:
    """Returns the deployment's name, from the contract that was built last.

    Raises:
        BackfillRefusedError: that contract is another environment's, or of an older version of the compiler.
    """
    contract = json.loads(BUILT.read_text(encoding="utf-8")) if BUILT.exists() else {}
    if contract.get("environment") != environment or "derived" not in contract:
        raise BackfillRefusedError(f"{BUILT} is not there for {environment}: make build ENV={environment}")
    return str(contract["derived"]["prefix"])


def main(arguments: list[str], sleep: Sleep = time.sleep) -> int:
    """Returns 0 when every date has succeeded, 1 at the first that has not, 2 where nothing could be started."""
    parser = argparse.ArgumentParser(prog="backfill", description="A range of dates through the state machine.")
    parser.add_argument("--from", dest="first", required=True)
    parser.add_argument("--to", dest="last", required=True)
    parser.add_argument("--every", default="1d")
    parser.add_argument("--environment", required=True)
    try:
        chosen = parser.parse_args(arguments)
        dates = parse_dates(chosen.first, chosen.last, chosen.every, chosen.environment, today=datetime.now(UTC).date())
        state_machine = StateMachine(boto3.client("stepfunctions"), built_name(dates.environment), sleep)
    except (BackfillRefusedError, BotoCoreError, ClientError) as error:
        print(error, file=sys.stderr)
        return MISUSED
    return backfill(dates, state_machine, lambda line: print(line, flush=True))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
