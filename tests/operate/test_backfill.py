"""Laws of a backfill: date after date, each once, and after a failure it goes on where it stopped."""

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from operate import backfill as tool
from operate.backfill import BackfillStopped, Machine, Range, backfill
from tests.localaws.account import ACCOUNT, LocalAws

ROLE = f"arn:aws:iam::{ACCOUNT}:role/any"
DONE = {"Type": "Succeed"}
RANGE = Range(date(2026, 1, 1), date(2026, 1, 3))


@pytest.fixture(scope="module")
def account() -> Iterator[LocalAws]:
    with LocalAws(pace=0.01) as made:
        yield made


class Deployed:
    """A state machine that does for each date what it is told to, else succeeds."""

    def __init__(self, account: LocalAws, name: str) -> None:
        self.client = account.client("stepfunctions")
        self.name = name
        made = self.client.create_state_machine(name=name, definition=definition({}), roleArn=ROLE)
        self.arn = made["stateMachineArn"]
        self.naps: list[float] = []
        self.then: dict[str, dict[str, Any]] | None = None

    def does(self, by_day: dict[str, dict[str, Any]]) -> None:
        self.client.update_state_machine(stateMachineArn=self.arn, definition=definition(by_day))

    def sleep(self, seconds: float) -> None:
        self.naps.append(seconds)
        if seconds == tool.BUSY_S and self.then is not None:
            self.does(self.then)

    def lines(self, wanted: Range = RANGE) -> list[str]:
        return [line.split(" in ")[0] for line in backfill(Machine(self.client, self.name, self.sleep), wanted)]

    def executions(self) -> list[tuple[str, str]]:
        listed = self.client.list_executions(stateMachineArn=self.arn)["executions"]
        return sorted((one["name"], one["status"]) for one in listed)


def definition(by_day: dict[str, dict[str, Any]]) -> str:
    choices = [
        {"Variable": "$.logical_date", "StringEquals": f"{day}T00:00:00Z", "Next": f"on {day}"} for day in by_day
    ]
    states: dict[str, Any] = {"done": DONE, **{f"on {day}": state for day, state in by_day.items()}}
    if choices:
        states["which"] = {"Type": "Choice", "Choices": choices, "Default": "done"}
    return json.dumps({"StartAt": "which" if choices else "done", "States": states})


@pytest.fixture
def deployed(account: LocalAws, request: pytest.FixtureRequest) -> Deployed:
    return Deployed(account, request.node.name[:60].replace("[", "-").replace("]", ""))


def failing(error: str) -> dict[str, Any]:
    return {"Type": "Fail", "Error": error, "Cause": "the cause"}


def test_every_date_is_one_execution_with_its_date(deployed: Deployed) -> None:
    assert deployed.lines() == [f"2026-01-0{day}: SUCCEEDED" for day in (1, 2, 3)]
    assert deployed.executions() == [(f"backfill-2026-01-0{day}-1", "SUCCEEDED") for day in (1, 2, 3)]
    arn = deployed.client.list_executions(stateMachineArn=deployed.arn)["executions"][-1]["executionArn"]
    given = json.loads(deployed.client.describe_execution(executionArn=arn)["input"])
    assert given["logical_date"] in {f"2026-01-0{day}T00:00:00Z" for day in (1, 2, 3)}


def test_every_other_date_where_that_is_asked_for(deployed: Deployed) -> None:
    assert deployed.lines(RANGE._replace(days=2)) == ["2026-01-01: SUCCEEDED", "2026-01-03: SUCCEEDED"]


def test_it_stops_at_a_failure_and_goes_on_there(deployed: Deployed) -> None:
    deployed.does({"2026-01-02": failing("RestFailed")})
    sentence = "2026-01-02: RestFailed: the cause\ngo on with: make backfill FROM=2026-01-02 TO=2026-01-03"
    with pytest.raises(BackfillStopped) as stopped:
        deployed.lines()
    assert str(stopped.value) == sentence
    deployed.does({})
    deployed.lines()
    assert deployed.executions() == [
        ("backfill-2026-01-01-1", "SUCCEEDED"),
        ("backfill-2026-01-02-1", "FAILED"),
        ("backfill-2026-01-02-2", "SUCCEEDED"),
        ("backfill-2026-01-03-1", "SUCCEEDED"),
    ]


def test_an_execution_that_still_runs_is_waited_for(deployed: Deployed) -> None:
    deployed.does({"2026-01-01": {"Type": "Wait", "Seconds": 20, "Next": "done"}})
    given = json.dumps({"logical_date": "2026-01-01T00:00:00Z"})
    deployed.client.start_execution(stateMachineArn=deployed.arn, name="backfill-2026-01-01-1", input=given)
    deployed.lines(RANGE._replace(last=date(2026, 1, 1)))
    assert deployed.executions() == [("backfill-2026-01-01-1", "SUCCEEDED")]


def test_while_another_run_is_under_way_it_tries_again(deployed: Deployed) -> None:
    deployed.does({"2026-01-01": failing("AnotherRun")})
    deployed.then = {}
    deployed.lines(RANGE._replace(last=date(2026, 1, 1)))
    assert deployed.executions() == [
        ("backfill-2026-01-01-1", "FAILED"),
        ("backfill-2026-01-01-2", "SUCCEEDED"),
    ]
    assert deployed.naps.count(tool.BUSY_S) == 1


def test_without_the_machine_it_says_so(account: LocalAws) -> None:
    with pytest.raises(BackfillStopped, match="there is no state machine 'elsewhere' in this account and region"):
        Machine(account.client("stepfunctions"), "elsewhere")


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["2026-01-31", "2026-01-01"], "FROM=2026-01-31 lies behind TO=2026-01-01: give the earlier date as FROM"),
        (["january", "2026-01-01"], "FROM=january is no date: write it as 2026-01-31"),
        (["2026-01-01", ""], "TO= is no date: write it as 2026-01-31"),
        (["2026-01-01", "2999-01-01"], "TO=2999-01-01 has not come yet (UTC): nothing can have arrived on that day"),
        (["2026-01-01", "2026-01-02", "--every", "0"], "EVERY=0 is no number of days: write 1 or more"),
        (["2026-01-01", "2026-01-02", "--every", "x"], "EVERY=x is no number of days: write 1 or more"),
    ],
)
def test_a_wrong_range_is_told_and_starts_nothing(
    arguments: list[str], sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert tool.main(arguments) == tool.MISUSED
    assert capsys.readouterr().err == f"{sentence}\n"


def test_without_a_build_it_names_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert tool.main(["2026-01-01", "2026-01-02"]) == tool.MISUSED
    assert "build/pipeline.json" in capsys.readouterr().err
