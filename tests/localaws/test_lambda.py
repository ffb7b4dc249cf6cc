"""Functions run from their own zips, as AWS runs them."""

import inspect
import io
import json
import sys
import zipfile
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from moto.awslambda.models import LambdaFunction

from lakehouse_common.versions import PYTHON
from tests.localaws.account import ACCOUNT, LocalAws

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="AWS's runtime interface client is for Linux")

ROLE = f"arn:aws:iam::{ACCOUNT}:role/function"
TRUST = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
CODE = """
import os
import boto3
import beside
CALLS = []
def answer(event, context):
    CALLS.append(event)
    if event.get("fail"):
        raise ValueError("told to")
    names = boto3.client("sqs").list_queues()["ResponseMetadata"]["HTTPStatusCode"]
    left = context.get_remaining_time_in_millis() > 0
    return {"calls": len(CALLS), "beside": beside.HERE, "mine": os.environ["MINE"], "asked": names, "has_time": left}
"""


def zipped(**files: str) -> bytes:
    body = io.BytesIO()
    with zipfile.ZipFile(body, "w") as archive:
        for name, text in files.items():
            archive.writestr(f"{name}.py", text)
    return body.getvalue()


def made(account: LocalAws, name: str, **files: str) -> None:
    iam = account.client("iam")
    if "function" not in [role["RoleName"] for role in iam.list_roles()["Roles"]]:
        policy = json.dumps({"Version": "2012-10-17", "Statement": [TRUST]})
        iam.create_role(RoleName="function", AssumeRolePolicyDocument=policy)
    account.client("lambda").create_function(
        FunctionName=name,
        Runtime=f"python{PYTHON}",
        Role=ROLE,
        Handler="main.answer",
        Code={"ZipFile": zipped(**files)},
        Environment={"Variables": {"MINE": "a setting"}},
    )


def called(account: LocalAws, name: str, event: Any) -> tuple[str | None, Any]:
    told = account.client("lambda").invoke(FunctionName=name, Payload=json.dumps(event).encode())
    return told.get("FunctionError"), json.loads(told["Payload"].read())


def test_lambda_invoke(local_aws: LocalAws) -> None:
    # Asked of its code: where there is a Docker, a call would fetch images.
    assert "docker" in inspect.getsource(LambdaFunction._invoke_lambda)
    made(local_aws, "works", main=CODE, beside="HERE = 'in the zip'")
    said = {"beside": "in the zip", "mine": "a setting", "asked": 200, "has_time": True}
    assert called(local_aws, "works", {}) == (None, {"calls": 1, **said})
    error, told = called(local_aws, "works", {"fail": True})
    assert (bool(error), told["errorType"], told["errorMessage"]) == (True, "ValueError", "told to")
    assert called(local_aws, "works", {}) == (None, {"calls": 3, **said})


def test_lambda_throttle(local_aws: LocalAws) -> None:
    # Asked of its code, as above.
    assert "concurrency" not in inspect.getsource(LambdaFunction.invoke)
    made(local_aws, "stopped", main=CODE, beside="HERE = 'in the zip'")
    function = local_aws.client("lambda")
    function.put_function_concurrency(FunctionName="stopped", ReservedConcurrentExecutions=0)
    with pytest.raises(function.exceptions.TooManyRequestsException, match="Rate Exceeded"):
        called(local_aws, "stopped", {})
    function.put_function_concurrency(FunctionName="stopped", ReservedConcurrentExecutions=5)
    assert called(local_aws, "stopped", {})[1]["calls"] == 1


def test_a_zip_that_lacks_a_library_can_t_start(local_aws: LocalAws) -> None:
    made(local_aws, "lacks", main="import msgspec\ndef answer(event, context): ...")
    error, told = called(local_aws, "lacks", {})
    assert (bool(error), told["errorType"]) == (True, "Runtime.ImportModuleError")


def test_first_calls_at_once_start_one_process(local_aws: LocalAws) -> None:
    for name in ("left", "right"):
        made(local_aws, name, main=CODE, beside="HERE = 'in the zip'")
    with ThreadPoolExecutor(8) as pool:
        told = list(pool.map(lambda name: called(local_aws, name, {})[1]["calls"], ["left", "right"] * 4))
    assert sorted(told) == [1, 1, 2, 2, 3, 3, 4, 4]
