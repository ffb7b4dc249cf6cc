"""Histories as Step Functions tells them, written as a story; a second of the story is a second of the history."""

from datetime import UTC, datetime, timedelta
from typing import Any

NOON = datetime(2026, 1, 7, 12, tzinfo=UTC)
ARN = "arn:aws:states:eu-west-1:123456789012:execution:lakehouse-dev:2026-01-07-noon"


class Told:
    """Adds one event after another; `after` is the event that it follows, else it is the one before."""

    def __init__(self) -> None:
        self.events: list[dict[str, Any]] = []
        self.now = 0.0
        self.add("ExecutionStarted")

    def add(self, kind: str, after: int | None = None, **details: Any) -> int:
        number = len(self.events) + 1
        follows = number - 1 if after is None else after
        instant = NOON + timedelta(seconds=self.now)
        self.events.append({"id": number, "previousEventId": follows, "type": kind, "timestamp": instant, **details})
        return number

    def wait(self, seconds: float) -> None:
        self.now += seconds

    def enter(self, kind: str, name: str, after: int | None = None) -> int:
        return self.add(f"{kind}StateEntered", after, stateEnteredEventDetails={"name": name})

    def leave(self, kind: str, name: str, after: int | None = None) -> int:
        return self.add(f"{kind}StateExited", after, stateExitedEventDetails={"name": name})

    def step(self, kind: str, name: str, seconds: float = 0, after: int | None = None) -> int:
        """A state that does nothing but last."""
        self.enter(kind, name, after)
        self.wait(seconds)
        return self.leave(kind, name)

    def attempt(self, seconds: float, ends: str = "TaskSucceeded", after: int | None = None) -> int:
        self.add("TaskScheduled", after)
        self.add("TaskStarted")
        self.wait(seconds)
        return self.add(ends)

    def task(self, name: str, seconds: float, after: int | None = None) -> int:
        """A Task that succeeds at once."""
        self.enter("Task", name, after)
        self.attempt(seconds)
        return self.leave("Task", name)

    def iteration(self, kind: str, name: str, index: int, after: int | None = None) -> int:
        return self.add(
            f"MapIteration{kind}", after, **{f"mapIteration{kind}EventDetails": {"name": name, "index": index}}
        )


def brought() -> Told:
    """An execution that stands before raw_ready: 1 s to see that it is alone, 40 s to bring.

    Flow a runs for 30 s, and a REST resource meanwhile takes 5 s, is asked to wait 20 s, and takes 15 s more.
    """
    told = Told()
    told.step("Pass", "begin")
    told.task("one_at_a_time", 1)
    told.enter("Parallel", "bring")
    fork = told.add("ParallelStateStarted")
    told.enter("Map", "salesforce_to_raw")
    told.add("MapStateStarted")
    told.iteration("Started", "salesforce_to_raw", 0)
    told.task("flow_start", 0)
    pause = told.enter("Wait", "flow_pause")
    told.enter("Map", "rest_to_raw", fork)
    told.add("MapStateStarted")
    told.iteration("Started", "rest_to_raw", 0)
    told.task("resource_call", 5)
    told.enter("Wait", "resource_pause")
    told.wait(20)
    called = told.leave("Wait", "resource_pause")
    told.enter("Task", "resource_call", called)
    told.add("TaskScheduled")
    started = told.add("TaskStarted")
    told.wait(5)
    told.leave("Wait", "flow_pause", pause)
    told.task("flow_records", 0)
    told.iteration("Succeeded", "salesforce_to_raw", 0)
    told.add("MapStateSucceeded")
    told.leave("Map", "salesforce_to_raw")
    told.wait(10)
    told.add("TaskSucceeded", started)
    told.leave("Task", "resource_call")
    told.iteration("Succeeded", "rest_to_raw", 0)
    told.add("MapStateSucceeded")
    told.leave("Map", "rest_to_raw")
    told.add("ParallelStateSucceeded")
    told.leave("Parallel", "bring")
    return told
