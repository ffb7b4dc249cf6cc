"""A deployment's state machine in the emulated account: the real guard against a second run, then ends by date."""

import json
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from tests.localaws.account import ACCOUNT, KEYS, ROOT, LocalAws

ASL = ROOT / "terraform" / "modules" / "orchestration" / "asl" / "state_machine.json.tftpl"
NUMBERS = count(1)
LONGEST_S = 30
GOOD = {"Type": "Pass", "Output": {"report": "{% 's3://logs/' & $logical_date %}"}, "End": True}
HOLD = {"Type": "Wait", "Seconds": 3600, "End": True}
BROKEN = {"Type": "Fail", "Error": "RestFailed", "Cause": "billing.invoices (source): the API answers 500"}


def definition(arn: str, ends: dict[str, dict[str, Any]]) -> str:
    """The states up to the arrows as the module writes them, then the state that `ends` gives for the date, or GOOD."""
    guard = ASL.read_text(encoding="utf-8").partition('"States": {')[2].partition('"bring": {')[0].rstrip(" \n,")
    guard = re.sub(r'"(Retry|Catch)": \$\{[^}]*\},', "", guard)
    states = json.loads("{" + guard.replace("${partition}", "aws").replace("${state_machine_arn}", arn) + "}")
    choices = [{"Condition": f"{{% $logical_date = '{day}T00:00:00Z' %}}", "Next": day} for day in ends]
    bring = {"Type": "Choice", "Choices": choices, "Default": "good"} if ends else {"Type": "Pass", "Next": "good"}
    states |= {"bring": bring, "good": GOOD, **ends}
    return json.dumps({"QueryLanguage": "JSONata", "StartAt": "begin", "States": states})


@dataclass
class Deployed:
    """One machine that nothing but the test starts; `slept` is how long a backfill would have waited, each time."""

    account: LocalAws
    environment: str = field(default_factory=lambda: f"e{next(NUMBERS)}")
    slept: list[float] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.states = self.account.client("stepfunctions")
        self.name = f"lakehouse-{self.environment}"
        self.arn = f"arn:aws:states:{self.account.region}:{ACCOUNT}:stateMachine:{self.name}"

    def make(self, **ends: dict[str, Any]) -> "Deployed":
        """The machine, with ends by dates as in d2026_01_02=BROKEN."""
        role = f"arn:aws:iam::{ACCOUNT}:role/any"
        self.states.create_state_machine(name=self.name, definition=self._definition(ends), roleArn=role)
        return self

    def mend(self, **ends: dict[str, Any]) -> None:
        """The machine's ends from here on."""
        self.states.update_state_machine(stateMachineArn=self.arn, definition=self._definition(ends))

    def _definition(self, ends: dict[str, dict[str, Any]]) -> str:
        return definition(self.arn, {day[1:].replace("_", "-"): end for day, end in ends.items()})

    def stop(self, name: str) -> None:
        """Ends an execution from outside; the emulated account loses a stop that comes between two states."""
        deadline = time.monotonic() + LONGEST_S
        while (name, "ABORTED") not in self.executions():
            if time.monotonic() > deadline:
                raise TimeoutError(f"{name} can't be stopped")
            self.states.stop_execution(executionArn=self.execution(name))
            time.sleep(0.1)

    def execution(self, name: str) -> str:
        """Its ARN."""
        return f"{self.arn.replace(':stateMachine:', ':execution:')}:{name}"

    def begin(self, name: str, day: str) -> None:
        """Starts an execution that is none of the backfill's."""
        given = json.dumps({"logical_date": f"{day}T00:00:00Z"})
        self.states.start_execution(stateMachineArn=self.arn, name=name, input=given)

    def executions(self) -> list[tuple[str, str]]:
        """Name and status of every execution, in the order of their starts."""
        found = self.states.list_executions(stateMachineArn=self.arn)["executions"]
        return [(one["name"], one["status"]) for one in sorted(found, key=lambda one: one["startDate"])]

    def inputs(self) -> list[dict[str, str]]:
        """What each of them was given, in the same order."""
        arns = [self.execution(name) for name, _ in self.executions()]
        return [json.loads(self.states.describe_execution(executionArn=arn)["input"]) for arn in arns]

    def sleep(self, seconds: float) -> None:
        """In place of time.sleep."""
        self.slept.append(seconds)
        time.sleep(0.02)

    def until(self, name: str, status: str) -> None:
        """Waits for an execution to be there in that status."""
        deadline = time.monotonic() + LONGEST_S
        while (name, status) not in self.executions():
            if time.monotonic() > deadline:
                raise TimeoutError(f"{name} is never {status}")
            time.sleep(0.02)


@pytest.fixture(scope="session")
def account() -> Iterator[LocalAws]:
    with LocalAws() as made:
        yield made


@pytest.fixture
def deployed(account: LocalAws, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Deployed:
    """A deployment without its machine; the working directory has its build, and AWS's settings lead to the account."""
    made = Deployed(account)
    settings = KEYS | {"AWS_DEFAULT_REGION": account.region, "AWS_ENDPOINT_URL": account.endpoint}
    for name, value in settings.items():
        monkeypatch.setenv(name, value)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "build").mkdir()
    built = {"environment": made.environment, "derived": {"prefix": f"lakehouse-{made.environment}"}}
    (tmp_path / "build" / "pipeline.json").write_text(json.dumps(built), encoding="utf-8")
    return made
