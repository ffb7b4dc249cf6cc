"""Brings a range of dates through the state machine, one execution after the other: `make backfill FROM= TO=`.

The execution of a date has a name of its own, so the same command goes on where an earlier one stopped: what succeeded
is passed over, what still runs is waited for, what failed is started once more.
"""

import argparse
import json
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

import boto3

BUILT = Path("build/pipeline.json")
MISUSED = 2
POLL_S, BUSY_S = 15.0, 60.0
# How often a date is tried again while another execution is under way: two hours.
MOST_BUSY = 120

Sleep = Callable[[float], None]


class BackfillStopped(Exception):
    """A date failed; the message says which, why, and how to go on."""


class Range(NamedTuple):
    """The dates from `first` to `last`, every `days`-th of them."""

    first: date
    last: date
    days: int = 1

    def dates(self) -> Iterator[date]:
        """The dates, the earliest first."""
        for number in range(0, (self.last - self.first).days + 1, self.days):
            yield self.first + timedelta(days=number)


class Machine:
    """The state machine of a deployment."""

    def __init__(self, client: Any, name: str, sleep: Sleep = time.sleep) -> None:
        """Raises: BackfillStopped when the account and region have no such machine."""
        pages = client.get_paginator("list_state_machines").paginate()
        found = [one["stateMachineArn"] for page in pages for one in page["stateMachines"] if one["name"] == name]
        if not found:
            raise BackfillStopped(
                f"there is no state machine '{name}' in this account and region: deploy it, or set AWS_REGION"
            )
        self.client = client
        self.arn = found[0]
        self.sleep = sleep

    def bring(self, day: date) -> dict[str, Any]:
        """The date's execution at its end.

        Raises:
            BackfillStopped: other executions were under way for too long.
        """
        for _ in range(MOST_BUSY):
            attempt, last = self._last(day)
            if last is None or last["status"] not in ("RUNNING", "SUCCEEDED"):
                attempt += 1
                self._start(day, attempt)
            ended = self._ended(day, attempt)
            if ended.get("error") != "AnotherRun":
                return ended
            self.sleep(BUSY_S)
        raise BackfillStopped(f"{day}: other executions are under way all the time; go on when they have ended")

    def _last(self, day: date) -> tuple[int, dict[str, Any] | None]:
        """The number of the date's last attempt, and its execution; 0 and None before the first."""
        attempt, last = 0, None
        while (found := self._execution(day, attempt + 1)) is not None:
            attempt, last = attempt + 1, found
        return attempt, last

    def _start(self, day: date, attempt: int) -> None:
        given = json.dumps({"logical_date": f"{day}T00:00:00Z"})
        self.client.start_execution(stateMachineArn=self.arn, name=_name(day, attempt), input=given)

    def _ended(self, day: date, attempt: int) -> dict[str, Any]:
        while True:
            found = self._execution(day, attempt)
            if found is not None and found["status"] != "RUNNING":
                return found
            self.sleep(POLL_S)

    def _execution(self, day: date, attempt: int) -> dict[str, Any] | None:
        arn = f"{self.arn.replace(':stateMachine:', ':execution:')}:{_name(day, attempt)}"
        try:
            found: dict[str, Any] = self.client.describe_execution(executionArn=arn)
        except self.client.exceptions.ExecutionDoesNotExist:
            return None
        return found


def backfill(machine: Machine, wanted: Range) -> Iterator[str]:
    """Brings the dates one by one, and gives a line for each.

    Raises:
        BackfillStopped: a date failed; those behind it were not started.
    """
    for day in wanted.dates():
        ended = machine.bring(day)
        if ended["status"] != "SUCCEEDED":
            why = f"{ended.get('error', ended['status'])}: {ended.get('cause', 'no cause is told')}"
            step = f" EVERY={wanted.days}" if wanted.days > 1 else ""
            raise BackfillStopped(f"{day}: {why}\ngo on with: make backfill FROM={day} TO={wanted.last}{step}")
        seconds = (ended["stopDate"] - ended["startDate"]).total_seconds()
        report = json.loads(ended.get("output") or "{}").get("report", "no report")
        yield f"{day}: SUCCEEDED in {seconds:.0f} s, {report}"


def main(arguments: list[str]) -> int:
    """Brings the range; 0 is success, 1 a date that failed, 2 a wrong argument."""
    parser = argparse.ArgumentParser(prog="backfill", description="A range of dates through the state machine.")
    parser.add_argument("first", metavar="FROM")
    parser.add_argument("last", metavar="TO")
    parser.add_argument("--every", default="1", metavar="DAYS")
    chosen = parser.parse_args(arguments)
    try:
        wanted = _range(chosen.first, chosen.last, chosen.every)
        contract = json.loads(BUILT.read_text(encoding="utf-8"))
    except (ValueError, OSError) as wrong:
        print(wrong, file=sys.stderr)
        return MISUSED
    try:
        machine = Machine(boto3.client("stepfunctions"), f"{contract['name']}-{contract['environment']}")
        for line in backfill(machine, wanted):
            print(line, flush=True)
    except BackfillStopped as stopped:
        print(stopped, file=sys.stderr)
        return 1
    return 0


def _range(first: str, last: str, every: str) -> Range:
    """The range. Raises: ValueError with what is wrong about it."""
    found = Range(_day("FROM", first), _day("TO", last), int(every) if every.isdecimal() else 0)
    if found.days < 1:
        raise ValueError(f"EVERY={every} is no number of days: write 1 or more")
    if found.first > found.last:
        raise ValueError(f"FROM={first} lies behind TO={last}: give the earlier date as FROM")
    if found.last > datetime.now(UTC).date():
        raise ValueError(f"TO={last} has not come yet (UTC): nothing can have arrived on that day")
    return found


def _day(name: str, text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ValueError(f"{name}={text} is no date: write it as 2026-01-31") from None


def _name(day: date, attempt: int) -> str:
    """What an execution is called; Step Functions keeps a name for 90 days."""
    return f"backfill-{day}-{attempt}"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
