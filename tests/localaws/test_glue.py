"""Job runs are processes: the script from S3 with the job's own arguments and settings; its end is the run's."""

import json
import time
from typing import Any

import pytest

from tests.localaws.account import ACCOUNT, LocalAws

SCRIPT = """
import os, sys, json
import boto3
import beside
given = dict(zip(sys.argv[1::2], sys.argv[2::2]))
if given.get("--fail"):
    sys.exit("told to")
body = json.dumps([given, beside.HERE, os.environ["PYSPARK_SUBMIT_ARGS"].count("spark.mine=1")])
boto3.client("s3").put_object(Bucket="glue-code", Key="said.json", Body=body)
"""
LONGEST_S = 60


@pytest.fixture(scope="module")
def glue(local_aws: LocalAws) -> Any:
    s3 = local_aws.client("s3")
    s3.create_bucket(Bucket="glue-code", CreateBucketConfiguration={"LocationConstraint": local_aws.region})
    s3.put_object(Bucket="glue-code", Key="job.py", Body=SCRIPT)
    s3.put_object(Bucket="glue-code", Key="beside.py", Body="HERE = 'beside'")
    glue = local_aws.client("glue")
    glue.create_job(
        Name="real",
        Role=f"arn:aws:iam::{ACCOUNT}:role/any",
        Command={"Name": "glueetl", "ScriptLocation": "s3://glue-code/job.py"},
        DefaultArguments={"--conf": "spark.mine=1 --conf spark.other=2", "--tables": "all"},
        NonOverridableArguments={"--raw": "s3://raw", "--extra-py-files": "s3://glue-code/beside.py"},
    )
    return glue


def ended(glue: Any, arguments: dict[str, str]) -> dict[str, Any]:
    run = glue.start_job_run(JobName="real", Arguments=arguments)["JobRunId"]
    deadline = time.monotonic() + LONGEST_S
    while time.monotonic() < deadline:
        found: dict[str, Any] = glue.get_job_run(JobName="real", RunId=run)["JobRun"]
        if found["JobRunState"] not in ("STARTING", "RUNNING"):
            return found
        time.sleep(0.05)
    raise TimeoutError("the run does not end")


def test_glue_runs(plain_moto: LocalAws, local_aws: LocalAws, glue: Any) -> None:
    plain = plain_moto.client("glue")
    command = {"Name": "glueetl", "ScriptLocation": "s3://nowhere/job.py"}
    plain.create_job(Name="real", Role=f"arn:aws:iam::{ACCOUNT}:role/any", Command=command)
    assert ended(plain, {})["JobRunState"] == "SUCCEEDED"
    assert ended(glue, {"--tables": "one", "--raw": "s3://other"})["JobRunState"] == "SUCCEEDED"
    said = json.loads(local_aws.client("s3").get_object(Bucket="glue-code", Key="said.json")["Body"].read())
    assert said[1:] == ["beside", 1]
    assert {name: said[0][name] for name in ("--tables", "--raw", "--JOB_NAME")} == {
        "--tables": "one",
        "--raw": "s3://raw",
        "--JOB_NAME": "real",
    }


def test_a_run_that_fails_says_the_last_line_of_its_script(glue: Any) -> None:
    run = ended(glue, {"--fail": "yes"})
    assert (run["JobRunState"], run["ErrorMessage"]) == ("FAILED", "told to")
