"""A range of dates through the deployment's state machine, one execution after the other: `make backfill`.

An execution is called backfill-<date>-<attempt>, and Step Functions itself keeps the account of what has been done: it
takes the same name and input again while that execution runs, and refuses the name for 90 days once it has ended. So
the same command goes on after a crash, and nothing lies on this machine.
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

from operate.backfill_order import BackfillRefusedError, Order, ordered
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
Tell = Callable[[str], None]


class Ended(NamedTuple):
    """An execution as it was described at its end."""

    execution: dict[str, Any]
    is_new: bool

    @property
    def is_good(self) -> bool:
        """Whether it succeeded."""
        return str(self.execution["status"]) == "SUCCEEDED"

    @property
    def is_refused(self) -> bool:
        """Whether the machine was busy with an execution that is no attempt at this date."""
        return self.execution.get("error") == "AnotherRun"

    def line(self, day: date) -> str:
        """Date, outcome, seconds, and where the report lies if the execution says so."""
        outcome = self.execution["status"].lower().replace("_", " ") if self.is_new else "passed over"
        seconds = (self.execution["stopDate"] - self.execution["startDate"]).total_seconds()
        report = json.loads(self.execution.get("output") or "{}").get("report", "")
        return f"{day}  {outcome:<11}  {seconds:>7,.0f} s  {report}".rstrip()

    def why(self) -> list[str]:
        """What failed, without what a service quotes of rows, and what to do about it; a line each."""
        found = self.execution
        error = {"state": "", "name": found.get("error", ""), "cause": found.get("cause", "")}
        step = messages.next_step(error | {"state": "the execution"})
        lines = [
            *messages.problems(error, None),
            f"next: {step}",
            f"execution: {messages.Execution(found['executionArn']).console}",
        ]
        return [line for line in lines if line]


class Machine:
    """The state machine of a deployment, by its name."""

    def __init__(self, states: Any, name: str, sleep: Sleep) -> None:
        """Raises: BackfillRefusedError where the account has no such machine in this region."""
        pages = states.get_paginator("list_state_machines").paginate()
        found = [one["stateMachineArn"] for page in pages for one in page["stateMachines"] if one["name"] == name]
        if not found:
            region = states.meta.region_name
            raise BackfillRefusedError(
                f"there is no state machine {name} in {region} of this account: apply it, or change the account"
            )
        self.arn: str = found[0]
        self.states = states
        self.sleep = sleep

    def bring(self, day: date, tell: Tell) -> Ended:
        """The date's execution at its end: the one that succeeded before, or else the first attempt not made before.

        Where another run keeps the machine busy, the date waits for its turn, at most once for each of BUSY_S.
        """
        attempt, waits = 1, iter(BUSY_S)
        while True:
            ended = self._attempt(day, attempt)
            attempt += 1
            if ended.is_new and ended.is_refused:
                wait = next(waits, None)
                if wait is None:
                    return ended
                tell(f"{day}  another run is going: again in {wait} s")
                self.sleep(wait)
            elif ended.is_new or ended.is_good:
                return ended

    def _attempt(self, day: date, attempt: int) -> Ended:
        name, given = f"backfill-{day}-{attempt}", json.dumps({"logical_date": f"{day}T00:00:00Z"})
        try:
            self.states.start_execution(stateMachineArn=self.arn, name=name, input=given)
            is_new = True
        except self.states.exceptions.ExecutionAlreadyExists:
            is_new = False
        return Ended(self._end(f"{self.arn.replace(':stateMachine:', ':execution:')}:{name}"), is_new)

    def _end(self, execution: str) -> dict[str, Any]:
        """Waits for it. Step Functions describes executions a moment late: what was just started may not be there."""
        looks = 0
        while True:
            try:
                found: dict[str, Any] = self.states.describe_execution(executionArn=execution)
                if found["status"] not in GOING:
                    return found
            except self.states.exceptions.ExecutionDoesNotExist:
                if looks >= LATE:
                    raise
            looks += 1
            self.sleep(POLL_S)


def backfill(order: Order, machine: Machine, tell: Tell) -> int:
    """Brings date after date and tells a line of each; the exit code, after the first failure with how to go on."""
    for day in order.dates():
        try:
            ended = machine.bring(day, tell)
        except (BotoCoreError, ClientError) as error:
            lines, code = [f"{day}  AWS did not answer as it should: {error}"], FAILED
        except KeyboardInterrupt:
            lines, code = [f"{day}  no longer waited for; an execution that runs goes on"], INTERRUPTED
        else:
            lines, code = [ended.line(day)], 0
            if not ended.is_good:
                lines, code = [*lines, *ended.why()], FAILED
        for line in lines:
            tell(line)
        if code:
            tell(f"go on with: {order.command(day)}")
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
    """0 when every date has succeeded, 1 at the first that has not, 2 where nothing could be started."""
    parser = argparse.ArgumentParser(prog="backfill", description="A range of dates through the state machine.")
    parser.add_argument("--from", dest="first", required=True)
    parser.add_argument("--to", dest="last", required=True)
    parser.add_argument("--every", default="1d")
    parser.add_argument("--environment", required=True)
    try:
        given = parser.parse_args(arguments)
        order = ordered(given.first, given.last, given.every, given.environment, today=datetime.now(UTC).date())
        machine = Machine(boto3.client("stepfunctions"), built_name(order.environment), sleep)
    except (BackfillRefusedError, BotoCoreError, ClientError) as error:
        print(error, file=sys.stderr)
        return MISUSED
    return backfill(order, machine, lambda line: print(line, flush=True))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
