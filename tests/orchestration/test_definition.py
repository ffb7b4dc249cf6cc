"""Laws of the state machine's text, for Glue with every kind of source and for EMR Serverless with none."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from report.stages import AWAITED, BRING, JOB, REPORTING
from tests.orchestration.definitions import MODULES, Machine, followers, walk

pytestmark = pytest.mark.terraform
ARROWS = ["salesforce_to_raw", "rest_to_raw", "raw_ready", "raw_to_gold", "gold_to_sinks"]


def test_statelint_finds_nothing_but_that_it_knows_no_computed_wait(machine: Machine, tmp_path: Path) -> None:
    """A Wait's Seconds may be JSONata in JSONata machines; statelint 3.1.0 asks for a number."""
    computed = [each.state["Seconds"] for each in walk(machine) if isinstance(each.state.get("Seconds"), str)]
    (tmp_path / "machine.json").write_text(json.dumps(machine))
    ended = subprocess.run(
        [sys.executable, "-m", "statelint", tmp_path / "machine.json"], capture_output=True, text=True
    )
    said = [line.partition(".Seconds is ")[2] for line in ended.stdout.splitlines()[1:]]
    assert said == [f'"{seconds}" but should be an Integer' for seconds in computed], ended.stdout + ended.stderr


def test_the_states_are_named_by_the_arrows_which_are_the_folders_of_the_modules(machine: Machine) -> None:
    names = [each.name for each in walk(machine) if (MODULES / each.name).is_dir()]
    assert sorted(names) == sorted(ARROWS)


def test_every_name_is_there_once_so_that_a_history_can_be_read(machine: Machine) -> None:
    names = [each.name for each in walk(machine)]
    assert sorted(names) == sorted(set(names))


def test_every_state_that_can_come_next_exists_and_every_state_can_be_reached(machine: Machine) -> None:
    wrong = []
    for each in walk(machine):
        reached = {each.beside["StartAt"]}.union(*(followers(state) for state in each.beside["States"].values()))
        wrong += [] if reached == each.beside["States"].keys() else [(each.name, reached)]
    assert wrong == []


def test_every_task_ends_in_time_tries_again_and_is_caught(machine: Machine) -> None:
    lacking = []
    for each in walk(machine):
        if each.state["Type"] == "Task":
            caught = each.state.get("Catch") or machine["States"][each.top].get("Catch")
            lacking += [each.name] if not (caught and each.state.get("Retry") and each.state["TimeoutSeconds"]) else []
    assert lacking == []


def test_every_error_that_is_caught_is_any_error_and_leads_to_the_message(machine: Machine) -> None:
    catches = {
        each.name: [(rule["ErrorEquals"], rule["Next"]) for rule in each.state["Catch"]]
        for each in walk(machine)
        if "Catch" in each.state
    }
    leads = {"report_failure": "tell", "tell": "failed"}
    assert catches == {name: [(["States.ALL"], leads.get(name, "report_failure"))] for name in catches}


def test_a_failure_names_the_state_it_comes_from(machine: Machine) -> None:
    named = {
        (each.name, rule["Assign"]["failure"]["state"])
        for each in walk(machine)
        for rule in each.state.get("Catch", [])
        if "failure" in rule.get("Assign", {})
    }
    assert {name.removesuffix("_job_run") for name, _ in named} == {state for _, state in named}


def test_only_what_may_pass_is_tried_again(machine: Machine) -> None:
    errors = {error for each in walk(machine) for rule in each.state.get("Retry", []) for error in rule["ErrorEquals"]}
    assert errors & {"States.ALL", "States.TaskFailed", "Lambda.Unknown"} == set()
    timed_out = [
        each.name
        for each in walk(machine)
        if "States.Timeout" in json.dumps(each.state.get("Retry")) and each.state["TimeoutSeconds"] > 60
    ]
    assert timed_out == []


def test_no_state_passes_on_more_than_it_assigns(machine: Machine) -> None:
    """Output is nothing, or the report's place; variables hold names, counts and answers of our own functions."""
    kept = {
        each.name: each.state.get("Output")
        for each in walk(machine)
        if each.state["Type"] not in ("Choice", "Wait", "Fail")
    }
    assert kept == {name: {} for name in kept} | {"report": {"report": "{% $states.result.Payload.report %}"}}


def test_the_run_s_own_arguments_go_to_the_job_on_either_engine(definitions: dict[str, Machine]) -> None:
    glue, emr = (machine["States"]["raw_to_gold"]["Arguments"] for machine in definitions.values())
    manifest = "{% 's3://lakehouse-dev-logs/runs/' & $ready.manifest %}"
    assert glue == {
        "JobName": "lakehouse-dev-raw-to-gold",
        "Arguments": {"--manifest": manifest, "--run_id": "{% $run_id %}"},
    }
    assert emr["JobDriver"]["SparkSubmit"]["EntryPointArguments"] == [
        *("--profile", "emr"),
        *("--manifest", manifest),
        *("--run_id", "{% $run_id %}"),
    ]


def test_a_resource_reaches_its_call_as_the_contract_has_it(definitions: dict[str, Machine]) -> None:
    items = [
        each.state["Items"]
        for machine in definitions.values()
        for each in walk(machine)
        if each.name in ("salesforce_to_raw", "rest_to_raw")
    ]
    assert [len(each) for each in items] == [3, 2, 0, 0]
    # A child is called once its parent has been.
    assert [[one["resource"] for one in generation] for generation in items[1]] == [["invoices"], ["lines"]]
    assert items[1][0][0]["params"] == {"filter": 'a<b & c>d "${x}" 100%'}


def test_the_report_knows_the_states_by_their_names(machine: Machine) -> None:
    waits = {each.name for each in walk(machine) if each.state["Type"] == "Wait"}
    assert {BRING, JOB, *REPORTING} - {*machine["States"]} == set()
    assert waits - {"resource_pause"} == AWAITED & {each.name for each in walk(machine)}
