"""State machines run in the account; each patch of the interpreter is needed, as test_patches.py says."""

import inspect
import itertools
import json
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from botocore.exceptions import ClientError
from moto.stepfunctions.parser.asl.utils.boto_client import boto_client_for

from tests.localaws.account import ACCOUNT, LocalAws
from tests.localaws.patches.states_clients import client_for

ROLE = f"arn:aws:iam::{ACCOUNT}:role/any"
LONGEST_S = 30
NUMBERS = itertools.count()
Both = tuple[LocalAws, LocalAws]


@pytest.fixture
def accounts(plain_moto: LocalAws, local_aws: LocalAws) -> Both:
    return plain_moto, local_aws


def machine(account: LocalAws, definition: dict[str, Any]) -> str:
    made = account.client("stepfunctions").create_state_machine(
        name=f"m{next(NUMBERS)}", definition=json.dumps(definition), roleArn=ROLE
    )
    return str(made["stateMachineArn"])


def run(account: LocalAws, definition: dict[str, Any], **given: Any) -> dict[str, Any]:
    """The execution as it is described at its end."""
    states = account.client("stepfunctions")
    started = states.start_execution(stateMachineArn=machine(account, definition), input=json.dumps(given))
    deadline = time.monotonic() + LONGEST_S
    while time.monotonic() < deadline:
        found: dict[str, Any] = states.describe_execution(executionArn=started["executionArn"])
        if found["status"] != "RUNNING":
            return found
        time.sleep(0.02)
    raise TimeoutError("the execution does not end")


def ends(accounts: Both, definition: dict[str, Any], **given: Any) -> list[str]:
    return [str(run(account, definition, **given)["status"]) for account in accounts]


def one(state: dict[str, Any], language: str = "JSONata") -> dict[str, Any]:
    return {"QueryLanguage": language, "StartAt": "only", "States": {"only": state}}


def test_states_jsonata(accounts: Both) -> None:
    quoted = "{% $hash('a', 'SHA-256') & ' ' & $states.input.text & ' ' & $string($count($states.input.many)) %}"
    definition = one({"Type": "Pass", "End": True, "Output": {"said": quoted}})
    given = {"text": 'a "quoted" one', "many": [1, 2]}
    assert ends(accounts, definition, **given) == ["FAILED", "SUCCEEDED"]
    digest = "ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb"
    assert json.loads(run(accounts[1], definition, **given)["output"]) == {"said": f'{digest} a "quoted" one 2'}


def test_states_clients(monkeypatch: pytest.MonkeyPatch) -> None:
    # Asked of its code, since what goes wrong without the patch goes wrong now and then.
    assert "boto3.client(" in inspect.getsource(boto_client_for) and "Lock" not in inspect.getsource(boto_client_for)
    monkeypatch.setenv("MOTO_PORT", "1")
    with ThreadPoolExecutor(16) as pool:
        clients = list(pool.map(lambda _: client_for("eu-west-1", "sqs"), range(64)))
    assert len({id(client) for client in clients}) == 1


def test_states_sdk(accounts: Both) -> None:
    task = {
        "Type": "Task",
        "End": True,
        "Resource": "arn:aws:states:::aws-sdk:sfn:describeStateMachine",
        "Parameters": {"StateMachineArn.$": "$$.StateMachine.Id"},
        "ResultSelector": {"made.$": "$.CreationDate"},
    }
    assert ends(accounts, one(task, "JSONPath")) == ["FAILED", "SUCCEEDED"]
    made = json.loads(run(accounts[1], one(task, "JSONPath"))["output"])["made"]
    assert made.endswith("Z")


def test_an_error_of_a_service_begins_with_its_name(local_aws: LocalAws) -> None:
    task = {
        "Type": "Task",
        "End": True,
        "Resource": "arn:aws:states:::aws-sdk:appflow:describeFlow",
        "Parameters": {"FlowName": "nowhere"},
    }
    assert run(local_aws, one(task, "JSONPath"))["error"] == "Appflow.ResourceNotFoundException"


def test_states_errors(accounts: Both) -> None:
    fail = {"Type": "Fail", "ErrorPath": "$.error", "CausePath": "$.cause"}
    told = [run(account, one(fail, "JSONPath"), error="States.TaskFailed", cause="so") for account in accounts]
    assert [one.get("error") for one in told] == ["States.Runtime", "States.TaskFailed"]


def test_states_glue(accounts: Both) -> None:
    for account in accounts:
        command = {"Name": "glueetl", "ScriptLocation": "s3://none/job.py"}
        account.client("glue").create_job(Name="for-states", Role=ROLE, Command=command)
    task = {
        "Type": "Task",
        "End": True,
        "Resource": "arn:aws:states:::glue:startJobRun.sync",
        "Parameters": {"JobName": "for-states"},
    }
    # The patched account ran the script, which is not there; the plain one never came to know how the run ended.
    assert [run(account, one(task, "JSONPath"))["error"] for account in accounts] == [
        "States.Runtime",
        "States.TaskFailed",
    ]


def test_states_operations(accounts: Both) -> None:
    definition = one({"Type": "Pass", "End": True})
    told = []
    for account in accounts:
        states = account.client("stepfunctions")
        made = machine(account, definition)
        try:
            valid = states.validate_state_machine_definition(definition=json.dumps(definition))["result"]
            broken = states.validate_state_machine_definition(definition="{}")["result"]
            versions = states.list_state_machine_versions(stateMachineArn=made)["stateMachineVersions"]
            told.append((valid, broken, versions))
        except ClientError as error:
            told.append(error.response["Error"]["Code"])
    assert told == ["NotImplemented", ("OK", "FAIL", [])]


def test_waits_pass_at_the_account_s_pace() -> None:
    with LocalAws(pace=0.0001) as account:
        definition = one({"Type": "Wait", "Seconds": 40_000, "End": True})
        assert run(account, definition)["status"] == "SUCCEEDED"


def test_states_redrive(accounts: Both) -> None:
    """What had succeeded before the stop is not run again, and its variables are there."""
    states: dict[str, Any] = {
        "first": {"Type": "Pass", "Assign": {"kept": "{% $states.context.Execution.Name %}"}, "Next": "pause"},
        "pause": {"Type": "Wait", "Seconds": 2, "Next": "last"},
        "last": {"Type": "Pass", "Output": {"kept": "{% $kept %}"}, "End": True},
    }
    definition = {"QueryLanguage": "JSONata", "StartAt": "first", "States": states}
    plain, patched = accounts
    with pytest.raises(ClientError):
        plain.client("stepfunctions").redrive_execution(
            executionArn=f"arn:aws:states:eu-west-1:{ACCOUNT}:execution:a:b"
        )
    client = patched.client("stepfunctions")
    started = client.start_execution(stateMachineArn=machine(patched, definition), name="stopped")["executionArn"]
    while "WaitStateEntered" not in str(client.get_execution_history(executionArn=started)):
        time.sleep(0.05)
    client.stop_execution(executionArn=started)
    until(client, started, "ABORTED")
    client.redrive_execution(executionArn=started)
    assert json.loads(until(client, started, "SUCCEEDED")["output"]) == {"kept": "stopped"}
    events = client.get_execution_history(executionArn=started)["events"]
    entered = [one["stateEnteredEventDetails"]["name"] for one in events if "stateEnteredEventDetails" in one]
    assert entered == ["first", "pause", "pause", "last"]


def test_a_redrive_of_a_fail_state_fails_again_and_of_a_success_is_refused(local_aws: LocalAws) -> None:
    states = local_aws.client("stepfunctions")
    arns = []
    for state in ({"Type": "Fail", "Error": "Mine", "Cause": "told"}, {"Type": "Succeed"}):
        made = machine(local_aws, one(state))
        arns.append(states.start_execution(stateMachineArn=made, name="whole")["executionArn"])
    until(states, arns[0], "FAILED")
    states.redrive_execution(executionArn=arns[0])
    again = until(states, arns[0], "FAILED")
    assert (again["error"], again["cause"]) == ("Mine", "told")
    until(states, arns[1], "SUCCEEDED")
    with pytest.raises(ClientError, match="cannot be redriven"):
        states.redrive_execution(executionArn=arns[1])


def until(states: Any, execution: str, status: str) -> dict[str, Any]:
    deadline = time.monotonic() + LONGEST_S
    while time.monotonic() < deadline:
        found: dict[str, Any] = states.describe_execution(executionArn=execution)
        if found["status"] == status:
            return found
        time.sleep(0.02)
    raise TimeoutError(f"the execution is {found['status']}")
