"""Job runs of EMR Serverless are processes: the entry point with its arguments and settings; its end is the run's."""

import json
import time
from typing import Any

import pytest

from tests.localaws.account import ACCOUNT, LocalAws
from tests.localaws.test_states import run as execute

ROLE = f"arn:aws:iam::{ACCOUNT}:role/any"
SCRIPT = """
import os, sys, json
import boto3
import beside
if "fail" in sys.argv:
    sys.exit("told to")
conf, names = os.environ["PYSPARK_SUBMIT_ARGS"], ("spark.mine=1", "spark.archives", "spark.emr-serverless")
said = [sys.argv[1:], beside.HERE, [name for name in names if name in conf]]
boto3.client("s3").put_object(Bucket="emr-code", Key="said.json", Body=json.dumps(said))
"""
PARAMETERS = (
    "--py-files s3://emr-code/beside.py --conf spark.mine=1 "
    "--conf spark.archives=s3://code/environment.tar.gz#environment "
    "--conf spark.emr-serverless.driverEnv.PYSPARK_PYTHON=./environment/bin/python"
)
LONGEST_S = 60


def application(account: LocalAws) -> str:
    made = account.client("emr-serverless").create_application(name="real", releaseLabel="emr-7.10.0", type="SPARK")
    return str(made["applicationId"])


@pytest.fixture(scope="module")
def emr(local_aws: LocalAws) -> str:
    s3 = local_aws.client("s3")
    s3.create_bucket(Bucket="emr-code", CreateBucketConfiguration={"LocationConstraint": local_aws.region})
    s3.put_object(Bucket="emr-code", Key="job.py", Body=SCRIPT)
    s3.put_object(Bucket="emr-code", Key="beside.py", Body="HERE = 'beside'")
    return application(local_aws)


def begun(account: LocalAws, application: str, token: str, *arguments: str) -> str:
    driver = {
        "entryPoint": "s3://emr-code/job.py",
        "entryPointArguments": list(arguments),
        "sparkSubmitParameters": PARAMETERS,
    }
    started = account.client("emr-serverless").start_job_run(
        applicationId=application, executionRoleArn=ROLE, jobDriver={"sparkSubmit": driver}, clientToken=token
    )
    return str(started["jobRunId"])


def ended(account: LocalAws, application: str, run: str) -> dict[str, Any]:
    deadline = time.monotonic() + LONGEST_S
    while time.monotonic() < deadline:
        found: dict[str, Any] = account.client("emr-serverless").get_job_run(applicationId=application, jobRunId=run)
        if found["jobRun"]["state"] not in ("SUBMITTED", "RUNNING"):
            return dict(found["jobRun"])
        time.sleep(0.05)
    raise TimeoutError("the run does not end")


def test_emrserverless_runs(plain_moto: LocalAws, local_aws: LocalAws, emr: str) -> None:
    plain = application(plain_moto)
    assert ended(plain_moto, plain, begun(plain_moto, plain, "a", "fail"))["state"] == "SUCCESS"
    run = begun(local_aws, emr, "first", "--tables", "one")
    assert begun(local_aws, emr, "first", "--tables", "one") == run
    assert ended(local_aws, emr, run)["state"] == "SUCCESS"
    said = json.loads(local_aws.client("s3").get_object(Bucket="emr-code", Key="said.json")["Body"].read())
    assert said == [["--tables", "one"], "beside", ["spark.mine=1"]]
    state = local_aws.client("emr-serverless").get_application(applicationId=emr)["application"]["state"]
    assert state == "STARTED"


def test_a_run_that_fails_says_the_last_line_of_its_script(local_aws: LocalAws, emr: str) -> None:
    run = ended(local_aws, emr, begun(local_aws, emr, "second", "fail"))
    assert (run["state"], run["stateDetails"]) == ("FAILED", "told to")


def test_a_state_machine_starts_a_run_and_looks_at_it(local_aws: LocalAws, emr: str) -> None:
    submit = {
        "EntryPoint": "s3://emr-code/job.py",
        "EntryPointArguments": ["fail"],
        "SparkSubmitParameters": PARAMETERS,
    }
    asked = {
        "ApplicationId": emr,
        "ExecutionRoleArn": ROLE,
        "JobDriver": {"SparkSubmit": submit},
        "ClientToken": "third",
    }
    look = {"ApplicationId": emr, "JobRunId": "{% $run %}"}
    going = "{% $is in ['SUBMITTED', 'RUNNING'] %}"
    sdk = "arn:aws:states:::aws-sdk:emrserverless"
    begin = {"Resource": f"{sdk}:startJobRun", "Arguments": asked, "Assign": {"run": "{% $states.result.JobRunId %}"}}
    see = {"Resource": f"{sdk}:getJobRun", "Arguments": look, "Assign": {"is": "{% $states.result.JobRun.State %}"}}
    definition = {
        "QueryLanguage": "JSONata",
        "StartAt": "begin",
        "States": {
            "begin": {"Type": "Task", **begin, "Output": {}, "Next": "pause"},
            "pause": {"Type": "Wait", "Seconds": 1, "Next": "look"},
            "look": {"Type": "Task", **see, "Output": {}, "Next": "which"},
            "which": {"Type": "Choice", "Choices": [{"Condition": going, "Next": "pause"}], "Default": "told"},
            "told": {"Type": "Pass", "Output": {"is": "{% $is %}"}, "End": True},
        },
    }
    assert json.loads(execute(local_aws, definition)["output"]) == {"is": "FAILED"}
