"""The DAG's tasks and their order follow from the contract, without a database."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from botocore.session import get_session
from botocore.validate import ParamValidator

TELL = """
import json, sys
from airflow.dag_processing.dagbag import BundleDagBag
from airflow.sdk.exceptions import AirflowException
bag = BundleDagBag(dag_folder=sys.argv[1], bundle_path=sys.argv[1], bundle_name="here")
(dag,) = bag.dags.values() or [None]
def limits(one):
    named = dict(retries=one.retries, seconds=one.execution_timeout.total_seconds(), told=len(one.on_failure_callback))
    return [*named.values(), getattr(one, "timeout", None)]
told = {
    "errors": bag.import_errors,
    "dag": [dag.dag_id, dag.catchup, dag.max_active_runs, dag.dagrun_timeout.total_seconds(), sorted(dag.tags)],
    "next": {one.task_id: sorted(one.downstream_task_ids) for one in dag.tasks},
    "kind": {one.task_id: type(one).__name__ for one in dag.tasks},
    "limits": {one.task_id: limits(one) for one in dag.tasks},
}
job = dag.get_task("raw_to_gold")
told["job"] = {name: getattr(job, name, None) for name in (
    "job_name", "script_args", "update_config", "deferrable", "name", "application_id", "execution_role_arn",
    "job_driver", "configuration_overrides", "config",
)}
print("TOLD " + json.dumps(told))
"""
RUN_ID, MANIFEST = ("{{ ti.xcom_pull('raw_ready')['NAME'] }}".replace("NAME", name) for name in ("run_id", "manifest"))
Told = dict[str, Any]


def _told(python: Callable[..., Any], settings: dict[str, str], **changed: str) -> Told:
    home = str(Path(settings["AIRFLOW_HOME"]).with_name("no-database"))
    done = python("-c", TELL, settings["AIRFLOW__CORE__DAGS_FOLDER"], AIRFLOW_HOME=home, **changed)
    lines = [line for line in done.stdout.splitlines() if line.startswith("TOLD ")]
    assert lines, done.stderr[-2000:]
    found: Told = json.loads(lines[0].removeprefix("TOLD "))
    return found


@pytest.fixture(scope="module")
def glue(python: Callable[..., Any], settings: dict[str, str]) -> Told:
    return _told(python, settings)


@pytest.fixture(scope="module")
def emr(python: Callable[..., Any], settings: dict[str, str], room: Path) -> Told:
    return _told(python, settings, LAKEHOUSE_DEPLOYMENT=str(room / "emr.json"))


def test_it_is_read_without_a_database_and_without_errors(glue: Told, room: Path) -> None:
    assert (glue["errors"], (room / "no-database" / "airflow.db").exists()) == ({}, False)
    assert glue["dag"] == ["lakehouse-dev", False, 1, 43200, ["dev", "lakehouse"]]


def test_its_tasks_and_their_order_are_those_of_the_contract(glue: Told, contract: dict[str, Any]) -> None:
    first = {}
    for spec in contract["salesforce"]["objects"].values():
        task = f"salesforce_to_raw.{spec['flow'].removeprefix('lakehouse-dev-')}"
        if spec["trigger"]["kind"] == "on_demand":
            first |= {f"{task}.start": [f"{task}.ended"], f"{task}.ended": ["raw_ready"]}
        else:
            first[task] = ["raw_ready"]
        if spec["formula_refresh"]:
            first[f"{task}-formulas"] = ["raw_ready"]
    first |= {
        f"rest_to_raw.{api}.{resource}": ["raw_ready"]
        for api, section in contract["rest"].items()
        for resource in section["resources"]
    }
    assert "salesforce_to_raw.contact-formulas" in first
    assert glue["next"] == first | {
        "raw_ready": ["anything_new"],
        "anything_new": ["raw_to_gold"],
        "raw_to_gold": ["gold_to_sinks.account_360"],
        "gold_to_sinks.account_360": [],
    }


def test_every_task_has_an_end_and_tells_when_it_fails_and_the_job_is_not_tried_again(glue: Told) -> None:
    step, looks = [1, 990, 1, None], [1, 990, 1, 10800]
    others = {"raw_to_gold": [0, 10800, 1, None], "gold_to_sinks.account_360": [1, 900, 1, None]}
    sensors = {"FlowEnded", "ResourceLanded"}
    assert glue["limits"] == {name: looks if kind in sensors else step for name, kind in glue["kind"].items()} | others


def test_the_job_is_given_its_manifest_and_run_id_and_is_not_changed(glue: Told) -> None:
    job = {name: value for name, value in glue["job"].items() if value is not None}
    assert job == {
        "job_name": "lakehouse-dev-raw-to-gold",
        "script_args": {"--manifest": MANIFEST, "--run_id": RUN_ID},
        "update_config": False,
        "deferrable": True,
    }


def test_on_emr_serverless_it_asks_what_terraform_says_in_boto_s_spelling(emr: Told) -> None:
    job = emr["job"]
    asked = {
        "clientToken": "any",
        "applicationId": job["application_id"],
        "executionRoleArn": job["execution_role_arn"],
        "jobDriver": job["job_driver"],
        "configurationOverrides": job["configuration_overrides"],
        "name": job["name"],
        **job["config"],
    }
    model = get_session().get_service_model("emr-serverless").operation_model("StartJobRun").input_shape
    assert ParamValidator().validate(asked, model).generate_report() == ""
    assert asked["jobDriver"]["sparkSubmit"]["entryPointArguments"] == [
        "--profile", "emr", "--manifest", MANIFEST, "--run_id", RUN_ID,
    ]  # fmt: skip
    assert (emr["kind"]["raw_to_gold"], emr["next"]["raw_to_gold"]) == ("EmrServerlessStartJobOperator", [])


def test_without_a_contract_it_says_where_it_was_looked_for(
    python: Callable[..., Any], settings: dict[str, str]
) -> None:
    done = python(
        "-c",
        "import lakehouse_settings",
        PYTHONPATH=settings["AIRFLOW__CORE__DAGS_FOLDER"],
        LAKEHOUSE_CONTRACT="/nowhere.json",
    )
    assert "LAKEHOUSE_CONTRACT=/nowhere.json is not there; make build writes it" in done.stderr


def test_a_contract_of_an_older_compiler_is_refused_with_what_to_run(
    python: Callable[..., Any], settings: dict[str, str], contract: Told, room: Path
) -> None:
    older = {key: value for key, value in contract.items() if key != "derived"}
    (room / "older.json").write_text(json.dumps(older))
    told = python(
        "-c",
        "import lakehouse_settings",
        PYTHONPATH=settings["AIRFLOW__CORE__DAGS_FOLDER"],
        LAKEHOUSE_CONTRACT=str(room / "older.json"),
    )
    assert "ValueError: the compiled contract is of an older version; make build writes it anew" in told.stderr


def test_every_task_has_a_sentence_about_what_to_do_when_it_fails(glue: Told, contract: Told) -> None:
    assert {name.split(".")[0] for name in glue["next"]} == contract["derived"]["next_steps"].keys()


def test_a_child_is_called_once_its_parent_has_landed(
    python: Callable[..., Any], settings: dict[str, str], contract: Told, room: Path
) -> None:
    with_child = json.loads(json.dumps(contract))
    invoices = with_child["rest"]["billing"]["resources"]["invoices"]
    child = invoices | {"resource": "lines", "for_each": {"resource": "invoices", "field": "id", "as": "invoice"}}
    with_child["rest"]["billing"]["resources"]["lines"] = child
    with_child["derived"]["parents"] = {"billing.lines": "billing.invoices"}
    (room / "child.json").write_text(json.dumps(with_child))
    told = _told(python, settings, LAKEHOUSE_CONTRACT=str(room / "child.json"))
    assert told["next"]["rest_to_raw.billing.invoices"] == ["rest_to_raw.billing.lines"]
    assert told["next"]["rest_to_raw.billing.lines"] == ["raw_ready"]
