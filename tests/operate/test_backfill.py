"""A backfill: every date once and in order, whatever ends it on the way, and a sentence for what can't be."""

import json
import re
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from operate import backfill
from tests.localaws.account import LocalAws
from tests.operate.conftest import BROKEN, HOLD, Deployed

Told = Callable[..., tuple[int, list[str]]]
ONE, TWO, THREE = "2026-01-01", "2026-01-02", "2026-01-03"
TODAY = datetime.now(UTC).date()
TOMORROW = TODAY + timedelta(days=1)


@pytest.fixture
def told(deployed: Deployed, capsys: pytest.CaptureFixture[str]) -> Told:
    """Runs the command: its exit code and what it printed, with N for seconds."""

    def run(first: str = ONE, last: str = THREE, every: str = "1d", sleep: Any = deployed.sleep) -> Any:
        arguments = ["--from", first, "--to", last, "--every", every, "--environment", deployed.environment]
        code = backfill.main(arguments, sleep)
        printed = capsys.readouterr()
        return code, re.sub(r" {2,}[\d,]+ s\b", "  N s", printed.out + printed.err).splitlines()

    return run


def good(day: str, outcome: str = "succeeded") -> str:
    return f"{day}  {outcome}  N s  s3://logs/{day}T00:00:00Z"


def go_on(deployed: Deployed, day: str, every: str = "1d") -> str:
    return f"go on with: make backfill FROM={day} TO={THREE} EVERY={every} ENV={deployed.environment}"


def done(*executions: str) -> list[tuple[str, str]]:
    return [(f"backfill-{one}", "SUCCEEDED") for one in executions]


def test_each_date_is_one_execution_after_the_other(deployed: Deployed, told: Told) -> None:
    deployed.make()
    assert told() == (0, [good(ONE), good(TWO), good(THREE)])
    assert deployed.executions() == done(f"{ONE}-1", f"{TWO}-1", f"{THREE}-1")
    assert deployed.inputs() == [{"logical_date": f"{day}T00:00:00Z"} for day in (ONE, TWO, THREE)]


def test_every_second_date_and_both_ends(deployed: Deployed, told: Told) -> None:
    deployed.make()
    assert told(every="2d") == (0, [good(ONE), good(THREE)])
    assert told(THREE, THREE, every="7d") == (0, [good(THREE, "passed over")])


def test_again_it_passes_over_what_has_succeeded(deployed: Deployed, told: Told) -> None:
    deployed.make()
    told(TWO, TWO)
    assert told() == (0, [good(ONE), good(TWO, "passed over"), good(THREE)])
    assert deployed.executions() == done(f"{TWO}-1", f"{ONE}-1", f"{THREE}-1")


def test_the_first_failure_ends_it_and_the_command_that_it_tells_goes_on(deployed: Deployed, told: Told) -> None:
    deployed.make(d2026_01_02=BROKEN)
    code, lines = told()
    console = "https://eu-west-1.console.aws.amazon.com/states/home?region=eu-west-1#/v2/executions/details/"
    assert (code, lines) == (
        1,
        [
            good(ONE),
            f"{TWO}  failed  N s",
            "RestFailed: billing.invoices (source): the API answers 500",
            "next: do what the sentence above says",
            f"execution: {console}{deployed.execution(f'backfill-{TWO}-1')}",
            go_on(deployed, TWO),
        ],
    )
    deployed.mend()
    assert told(TWO) == (0, [good(TWO), good(THREE)])
    failed = (f"backfill-{TWO}-1", "FAILED")
    assert deployed.executions() == [*done(f"{ONE}-1"), failed, *done(f"{TWO}-2", f"{THREE}-1")]


def test_of_a_service_s_own_account_only_names_are_told(deployed: Deployed, told: Told) -> None:
    account = json.dumps({"JobName": "lakehouse-dev-raw-to-gold", "ErrorMessage": "row jane@example.com"})
    deployed.make(d2026_01_01={"Type": "Fail", "Error": "States.TaskFailed", "Cause": account})
    code, lines = told()
    assert (code, lines[1]) == (1, "States.TaskFailed: JobName lakehouse-dev-raw-to-gold")
    assert "jane" not in "\n".join(lines)


def test_an_execution_that_was_stopped_from_outside_ends_it(deployed: Deployed, told: Told) -> None:
    deployed.make(d2026_01_01=HOLD)
    name = f"backfill-{ONE}-1"

    def sleep(_: float) -> None:
        deployed.until(name, "RUNNING")
        deployed.stop(name)

    code, lines = told(sleep=sleep)
    assert (code, lines[0], lines[-1]) == (1, f"{ONE}  aborted  N s", go_on(deployed, ONE))


def test_while_another_run_is_going_the_date_waits_for_its_turn(
    deployed: Deployed, told: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(backfill, "BUSY_S", (1, 2, 3))
    deployed.make(d2026_01_09=HOLD)
    deployed.begin("by-schedule", "2026-01-09")

    def sleep(seconds: float) -> None:
        deployed.sleep(seconds)
        if seconds == 2:
            deployed.stop("by-schedule")

    waits = [f"{ONE}  another run is going: again in {seconds} s" for seconds in (1, 2)]
    assert told(ONE, ONE, sleep=sleep) == (0, [*waits, good(ONE)])
    refused = [(f"backfill-{ONE}-{attempt}", "FAILED") for attempt in (1, 2)]
    assert deployed.executions() == [("by-schedule", "ABORTED"), *refused, *done(f"{ONE}-3")]


def test_where_the_other_run_does_not_end_it_gives_up(
    deployed: Deployed, told: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(backfill, "BUSY_S", (1, 2))
    deployed.make(d2026_01_09=HOLD).begin("by-schedule", "2026-01-09")
    code, lines = told()
    deployed.stop("by-schedule")
    waits = [f"{ONE}  another run is going: again in {seconds} s" for seconds in (1, 2)]
    assert (code, lines[:3], lines[-1]) == (1, [*waits, f"{ONE}  failed  N s"], go_on(deployed, ONE))
    assert lines[3].startswith("AnotherRun: One run at a time: execution by-schedule started earlier")
    assert len(deployed.executions()) == 4


def test_killed_while_an_execution_runs_the_same_command_waits_for_that_one(
    deployed: Deployed, told: Told, account: LocalAws
) -> None:
    deployed.make(d2026_01_02=HOLD)
    arguments = ("--from", ONE, "--to", THREE, "--environment", deployed.environment)
    environment = account.environment | {"AWS_ENDPOINT_URL": account.endpoint}
    hurried = "import sys, time; from operate import backfill; backfill.main(sys.argv[1:], lambda _: time.sleep(0.02))"
    with subprocess.Popen([sys.executable, "-c", hurried, *arguments], env=environment) as process:
        deployed.until(f"backfill-{TWO}-1", "RUNNING")
        process.kill()
    code, lines = told(sleep=lambda _: deployed.stop(f"backfill-{TWO}-1"))
    assert (code, lines[:2]) == (1, [good(ONE, "passed over"), f"{TWO}  aborted  N s"])
    deployed.mend()
    assert told() == (0, [good(ONE, "passed over"), good(TWO), good(THREE)])
    stopped = (f"backfill-{TWO}-1", "ABORTED")
    assert deployed.executions() == [*done(f"{ONE}-1"), stopped, *done(f"{TWO}-2", f"{THREE}-1")]


def test_an_execution_of_that_name_with_another_input_is_waited_for(deployed: Deployed, told: Told) -> None:
    deployed.make(d2026_01_09=HOLD).begin(f"backfill-{ONE}-1", "2026-01-09")

    def sleep(seconds: float) -> None:
        deployed.sleep(seconds)
        if len(deployed.slept) == 5:
            deployed.stop(f"backfill-{ONE}-1")

    assert told(ONE, ONE, sleep=sleep) == (0, [good(ONE)])
    assert deployed.executions() == [(f"backfill-{ONE}-1", "ABORTED"), *done(f"{ONE}-2")]


def test_interrupted_it_leaves_the_execution_running_and_says_how_to_go_on(deployed: Deployed, told: Told) -> None:
    deployed.make(d2026_01_01=HOLD)

    def interrupt(_: float) -> None:
        raise KeyboardInterrupt

    lines = [f"{ONE}  no longer waited for; an execution that runs goes on", go_on(deployed, ONE, "2d")]
    assert told(every="2d", sleep=interrupt) == (130, lines)
    assert deployed.executions() == [(f"backfill-{ONE}-1", "RUNNING")]


def test_what_aws_refuses_on_the_way_is_a_sentence_too(deployed: Deployed, told: Told) -> None:
    deployed.make(d2026_01_01=HOLD)
    code, lines = told(sleep=lambda _: deployed.states.delete_state_machine(stateMachineArn=deployed.arn))
    assert code == 1
    assert [lines[0].partition(" occurred")[0], lines[1]] == [
        f"{ONE}  AWS did not answer as it should: An error",
        go_on(deployed, ONE),
    ]


@pytest.mark.parametrize(
    ("first", "last", "every", "sentences"),
    [
        ("", ONE, "1d", [f"FROM is a date, as in FROM={TODAY}, and not ''"]),
        ("2026-02-30", "20260131", "1d", [
            f"FROM is a date, as in FROM={TODAY}, and not '2026-02-30'",
            f"TO is a date, as in TO={TODAY}, and not '20260131'",
        ]),
        (THREE, ONE, "1d", [f"FROM={THREE} is after TO={ONE}: exchange the two"]),
        (ONE, str(TOMORROW), "1d", [
            f"TO={TOMORROW} is in the future: TO={TODAY}, today in UTC, is the last one possible",
        ]),
        (ONE, TWO, "1h", ["EVERY is a number of days, as in EVERY=1d or EVERY=7d, and not '1h'"]),
        (ONE, TWO, "1day", ["EVERY is a number of days, as in EVERY=1d or EVERY=7d, and not '1day'"]),
        (ONE, TWO, "0d", ["EVERY is a number of days, as in EVERY=1d or EVERY=7d, and not '0d'"]),
    ],
)  # fmt: skip
def test_what_can_t_be_is_refused_before_anything_is_started(
    deployed: Deployed, told: Told, first: str, last: str, every: str, sentences: list[str]
) -> None:
    deployed.make()
    assert told(first, last, every) == (2, sentences)
    assert deployed.executions() == []


def test_today_is_no_future(deployed: Deployed, told: Told) -> None:
    deployed.make()
    assert told(str(TODAY), str(TODAY)) == (0, [good(str(TODAY))])


def test_a_machine_that_is_not_there_is_named(deployed: Deployed, told: Told) -> None:
    missing = f"there is no state machine {deployed.name} in eu-west-1 of this account: apply it, or change the account"
    assert told() == (2, [missing])


def test_the_build_of_another_environment_is_refused(deployed: Deployed, told: Told) -> None:
    deployed.make()
    wanted, deployed.environment = deployed.environment, "prod"
    assert told() == (2, ["build/pipeline.json is not there for prod: make build ENV=prod"])
    deployed.environment = wanted
    assert deployed.executions() == []
