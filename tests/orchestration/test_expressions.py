"""Laws of the expressions in the state machine, evaluated as JSONata."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from jsonata import Jsonata
from msgspec import to_builtins

from rest_to_raw.outcome import Continue, Done, Failed
from tests.orchestration.definitions import Machine, walk

pytestmark = pytest.mark.terraform
RUN_ID = r"^[A-Za-z0-9_]+$"
HERE = {"Id": "arn:b", "Name": "b", "StartTime": "2026-01-07T06:00:00.123Z"}


def expressions(value: Any) -> Iterator[str]:
    """Every expression in a piece of a definition."""
    if isinstance(value, dict):
        value = [*value.values()]
    if isinstance(value, list):
        for each in value:
            yield from expressions(each)
    elif isinstance(value, str) and value.startswith("{%"):
        yield value.removeprefix("{%").removesuffix("%}")


def evaluated(expression: str, **variables: Any) -> Any:
    parsed = Jsonata(expression.removeprefix("{%").removesuffix("%}"))
    frame = parsed.create_frame()
    for name, value in variables.items():
        frame.bind(name, value)
    return parsed.evaluate(None, frame)


@pytest.fixture
def assigns(machine: Machine) -> dict[str, str]:
    """Variable -> the expression that a state gives it when it succeeds; the last state's counts."""
    return {name: given for each in walk(machine) for name, given in each.state.get("Assign", {}).items()}


def test_every_expression_can_be_parsed_and_reads_what_some_state_has_assigned(machine: Machine) -> None:
    rules = [rule for each in walk(machine) for rule in (each.state, *each.state.get("Catch", []))]
    known = {name for rule in rules for name in rule.get("Assign", {})} | {"states"}
    unknown = []
    for text in expressions(machine):
        Jsonata(text)
        own = {*re.findall(r"\$(\w+) :=", text), *re.findall(r"function\(\$(\w+)\)", text)}
        unknown += [name for name in re.findall(r"\$(\w+)\b(?!\()", text) if name not in known | own]
    assert unknown == []


def test_the_run_id_sorts_by_the_start_and_fits_into_names(assigns: dict[str, str]) -> None:
    run_ids = [
        evaluated(assigns["run_id"], states={"context": {"Execution": {"StartTime": start}}})
        for start in ("2026-01-07T06:00:00.123Z", "2026-01-07T06:00:01Z", "2026-11-25T00:00:00.000000+00:00")
    ]
    assert run_ids == ["r20260107_060000_sfn", "r20260107_060001_sfn", "r20261125_000000_sfn"]
    assert [run_id for run_id in run_ids if not re.match(RUN_ID, run_id)] == []


@pytest.mark.parametrize(
    ("given", "taken"),
    [
        ({"logical_date": "2026-01-31T00:00:00Z"}, "2026-01-31T00:00:00Z"),
        ({"logical_date": None}, HERE["StartTime"]),
        ({}, HERE["StartTime"]),
    ],
)
def test_the_logical_date_is_the_given_one_or_the_start(given: Any, taken: str, assigns: dict[str, str]) -> None:
    assert evaluated(assigns["logical_date"], states={"input": given, "context": {"Execution": HERE}}) == taken


@pytest.mark.parametrize(
    ("running", "first"),
    [
        ([], ""),
        ([("b", "2026-01-07T06:00:00.123Z")], ""),
        ([("b", "2026-01-07T06:00:00.123Z"), ("c", "2026-01-07T06:00:00.124Z")], ""),
        ([("b", "2026-01-07T06:00:00.123Z"), ("c", "2026-01-07T06:00:00.122Z")], "c"),
        ([("c", "2026-01-07T06:00:00.123Z"), ("b", "2026-01-07T06:00:00.123Z")], ""),
        ([("a", "2026-01-07T06:00:00.123Z"), ("b", "2026-01-07T06:00:00.123Z")], "a"),
        ([("a", "2026-01-07T05:00:00Z"), ("c", "2026-01-07T04:00:00Z")], "a"),
    ],
)
def test_an_execution_sees_whether_an_earlier_one_runs(
    running: list[tuple[str, str]], first: str, assigns: dict[str, str]
) -> None:
    """Of two that started at the same instant, the one with the smaller name goes on."""
    listed = [{"ExecutionArn": f"arn:{name}", "Name": name, "StartDate": start} for name, start in running]
    states = {"result": {"Executions": listed}, "context": {"Execution": HERE}}
    assert evaluated(assigns["earlier"], states=states) == first


@pytest.mark.parametrize(
    ("records", "state"),
    [
        ([], "InProgress"),
        ([{"ExecutionId": "other", "ExecutionStatus": "Error"}], "InProgress"),
        (
            [
                {"ExecutionId": "other", "ExecutionStatus": "Error"},
                {"ExecutionId": "x", "ExecutionStatus": "Successful"},
            ],
            "Successful",
        ),
    ],
)
def test_a_flow_s_execution_that_is_not_listed_yet_is_in_progress(
    records: list[dict[str, str]], state: str, assigns: dict[str, str]
) -> None:
    found = evaluated(assigns["flow_ended"], states={"result": {"FlowExecutions": records}}, flow_execution="x")
    assert found == state


def test_what_a_resource_answers_leads_to_the_end_to_another_call_or_to_a_failure(machine: Machine) -> None:
    states = {each.name: each.state for each in walk(machine)}

    def following(calls: int, answer: Done | Continue | Failed) -> str:
        choice, told = states["resource_state"], {"resource_answer": to_builtins(answer), "resource_calls": calls}
        met = (rule["Next"] for rule in choice["Choices"] if evaluated(rule["Condition"], **told) is True)
        return str(next(met, choice["Default"]))

    assert following(1, Done(version=1, rows=2, parts=1)) == "resource_done"
    assert following(1, Failed("fenced", "another run was first")) == "resource_done"
    assert following(1, Failed("source_down", "try again")) == "resource_failed"
    assert following(99, Continue(wait=7)) == "resource_pause"
    assert following(100, Continue(wait=7)) == "resource_too_slow"
    assert evaluated(states["resource_pause"]["Seconds"], resource_answer=to_builtins(Continue(wait=7))) == 7
    resource = {"api": "billing", "resource": "invoices"}
    failed = to_builtins(Failed("config", "the token is missing"))
    cause = evaluated(states["resource_failed"]["Cause"], resource=resource, resource_answer=failed)
    assert cause == "billing.invoices (config): the token is missing"
