"""Laws of where an execution's time went: load, execution and waiting add up, in every row and over all rows."""

from typing import Any

from report import history, time_split
from report.time_split import Row
from tests.report_function.execution import Told, brought

JOB = {"total": 40_000, "load": 21_000, "execution": 9_000, "waiting": 10_000}


def rows(told: Told, job: dict[str, int] | None = None) -> dict[str, Row]:
    found = time_split.rows(history.read(told.events), job)
    for row in [*found, *(part for each in found for part in each.get("parts", []))]:
        split = row["milliseconds"]
        assert split["total"] == split["load"] + split["execution"] + split["waiting"], row
    return {row["state"]: row for row in found}


def seconds(row: Row) -> tuple[Any, ...]:
    """total, load, execution, waiting."""
    return tuple(each / 1000 for each in row["milliseconds"].values())


def test_from_the_start_to_the_report_every_state_has_its_times() -> None:
    story = brought()
    story.task("raw_ready", 2)
    story.step("Choice", "anything_new")
    story.task("raw_to_gold", 100)
    story.step("Map", "gold_to_sinks")
    story.enter("Task", "report")
    story.add("TaskScheduled")
    found = rows(story, JOB)
    assert {name: seconds(row) for name, row in found.items()} == {
        "begin": (0, 0, 0, 0),
        "one_at_a_time": (1, 0, 1, 0),
        "bring": (40, 40, 0, 0),
        "raw_ready": (2, 0, 2, 0),
        "anything_new": (0, 0, 0, 0),
        "raw_to_gold": (100, 21, 9, 70),
        "gold_to_sinks": (0, 0, 0, 0),
    }
    assert time_split.total(found.values()) == {
        "total": 143_000,
        "load": 61_000,
        "execution": 12_000,
        "waiting": 70_000,
    }


def test_what_ran_at_once_counts_by_the_clock_and_is_told_apart_in_the_parts() -> None:
    """AppFlow works in the machine's pause; an API that asks for a wait does not."""
    parts = {part["state"]: seconds(part) for part in rows(brought())["bring"]["parts"]}
    assert parts == {"salesforce_to_raw": (30, 30, 0, 0), "rest_to_raw": (40, 20, 0, 20)}


def test_without_a_report_of_the_job_its_whole_state_is_execution() -> None:
    told = Told()
    told.task("raw_to_gold", 100)
    assert seconds(rows(told)["raw_to_gold"]) == (100, 0, 100, 0)


def test_a_job_that_measured_more_than_its_state_lasted_gets_no_more_than_that() -> None:
    told = Told()
    told.task("raw_to_gold", 25)
    assert seconds(rows(told, JOB)["raw_to_gold"]) == (25, 21, 4, 0)


def test_the_pause_before_a_retry_is_waiting_and_the_retry_is_counted() -> None:
    told = Told()
    told.enter("Task", "raw_ready")
    told.attempt(3, "TaskFailed")
    told.wait(8)
    told.attempt(4, "TaskTimedOut")
    told.wait(16)
    told.attempt(5)
    told.leave("Task", "raw_ready")
    row = rows(told)["raw_ready"]
    assert (seconds(row), row["retries"]) == ((36, 0, 12, 24), 2)


def test_a_state_that_is_entered_anew_is_no_retry() -> None:
    told = Told()
    for _ in range(3):
        told.task("raw_to_gold_job_run", 1)
        told.step("Choice", "raw_to_gold_state")
        told.step("Wait", "raw_to_gold_pause", 30)
    row = rows(told)["raw_to_gold"]
    assert (seconds(row), row["retries"]) == ((93, 0, 93, 0), 0)


def test_a_failure_in_an_iteration_ends_the_others_and_the_rows_still_add_up() -> None:
    told = Told()
    told.enter("Parallel", "bring")
    told.add("ParallelStateStarted")
    told.enter("Map", "salesforce_to_raw")
    fork = told.add("MapStateStarted")
    told.iteration("Started", "salesforce_to_raw", 0)
    told.enter("Wait", "flow_pause")
    other = told.iteration("Started", "salesforce_to_raw", 1, fork)
    told.enter("Task", "flow_start", other)
    told.attempt(2, "TaskFailed")
    told.wait(30)
    told.attempt(2, "TaskFailed")
    told.iteration("Failed", "salesforce_to_raw", 1)
    told.add("MapStateFailed")
    told.add("ParallelStateFailed")
    told.leave("Parallel", "bring")
    told.enter("Task", "report_failure")
    told.add("TaskScheduled")
    told.wait(1)
    told.add("TaskStarted")
    found = rows(told)
    # The pause of the first flow ends with the execution's last event: what cut it off has told nothing.
    assert {name: (seconds(row), row["retries"]) for name, row in found.items()} == {"bring": ((34, 34, 0, 0), 1)}


def test_time_in_which_the_execution_stood_still_until_it_was_redriven_is_waiting() -> None:
    told = Told()
    told.enter("Task", "raw_to_gold")
    told.add("TaskScheduled")
    told.wait(50)
    told.add("ExecutionAborted")
    told.wait(3600)
    told.add("ExecutionRedriven")
    told.wait(10)
    told.attempt(70)
    told.leave("Task", "raw_to_gold")
    told.enter("Task", "report")
    found = rows(told)
    assert {name: (seconds(row), row["retries"]) for name, row in found.items()} == {
        "raw_to_gold": ((130, 0, 120, 10), 1),
        "stopped": ((3600, 0, 0, 3600), 0),
    }


def test_an_execution_of_which_nothing_is_listed_yet_has_no_rows() -> None:
    assert time_split.rows(history.read([]), None) == []
