"""The emulated account as the DAG finds it: flows, functions, the job and the topic, under the contract's names.

The account is a process of the project's own environment; here is Airflow's, with its boto3.
"""

import io
import json
import os
import subprocess
import zipfile
from pathlib import Path
from typing import Any

import boto3
from botocore.config import Config

ROOT = Path(__file__).parents[2]
PYTHON = ROOT / ".venv" / "bin" / "python"
NAME = "lakehouse-dev"
WORK = "tests.airflow_dag.flow_work:work"
KEPT = "what-was-asked"
ROLE = "arn:aws:iam::123456789012:role/any"
KEYS = {"AWS_ACCESS_KEY_ID": "testing", "AWS_SECRET_ACCESS_KEY": "testing", "AWS_DEFAULT_REGION": "eu-west-1"}

# Each answers as its variable ANSWERS says, by the key of the event: the first answer at the first call, and so on.
FUNCTION = """
import json, os, boto3
ANSWERS = json.loads(os.environ["ANSWERS"])
def handler(event, context):
    key = "{api}.{resource}".format(**event["resource"]) if "resource" in event else "raw_ready"
    answers = ANSWERS[key]
    name = f"{key}/{len(answers):02}"
    boto3.client("s3").put_object(Bucket="what-was-asked", Key=name, Body=json.dumps(event).encode())
    return answers.pop(0)
"""
JOB = """
import json, sys, boto3
body = json.dumps(sys.argv[1:]).encode()
boto3.client("s3").put_object(Bucket="what-was-asked", Key="job/arguments", Body=body)
"""
FAILING_JOB = 'raise SystemExit("silver.account: 3 of 19 checks failed")'


class Account:
    """A context manager around the process of the account."""

    def __enter__(self) -> "Account":
        clean = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "MOTO_"))}
        self.process = subprocess.Popen(
            [PYTHON, "-m", "tests.localaws.server", "--region", "eu-west-1", "--run-flow", WORK],
            cwd=ROOT,
            env={**clean, **KEYS, "MOTO_ACCOUNT_ID": "123456789012"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self.process.stdout
        self.endpoint = self.process.stdout.readline().strip()
        assert self.endpoint, "the emulated account did not start"
        return self

    def __exit__(self, *_: object) -> None:
        self.process.communicate(timeout=10)

    def client(self, service: str) -> Any:
        return boto3.client(
            service,
            region_name="eu-west-1",
            endpoint_url=self.endpoint,
            aws_access_key_id="testing",
            aws_secret_access_key="testing",  # noqa: S106
            config=Config(s3={"addressing_style": "path"}),
        )

    def fill(self, contract: dict[str, Any]) -> None:
        """Makes what Terraform would make of the contract, as far as the DAG touches it."""
        self.flows: dict[str, dict[str, Any]] = {}
        s3 = self.client("s3")
        for bucket in (KEPT, "code"):
            s3.create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
        for key, script in (("job.py", JOB), ("failing.py", FAILING_JOB)):
            s3.put_object(Bucket="code", Key=key, Body=script.encode())
        command = {"Name": "glueetl", "ScriptLocation": "s3://code/job.py"}
        self.client("glue").create_job(Name=f"{NAME}-raw-to-gold", Role=ROLE, Command=command)
        for object_, spec in contract["salesforce"]["objects"].items():
            self.make_flow(spec["flow"], object_, spec["trigger"]["kind"])
            if spec["formula_refresh"]:
                self.make_flow(spec["formula_refresh"]["flow"], object_, "schedule")
        self.make_functions()
        view = ('CREATE SCHEMA "gold"', 'CREATE TABLE "gold"."account_360" AS SELECT 1 AS n')
        self.client("redshift-data").batch_execute_statement(Sqls=list(view), WorkgroupName="analytics", Database="dev")
        topic = self.client("sns").create_topic(Name=f"{NAME}-alarms")["TopicArn"]
        self.queue = self.client("sqs").create_queue(QueueName="mailbox")["QueueUrl"]
        endpoint = "arn:aws:sqs:eu-west-1:123456789012:mailbox"
        self.client("sns").subscribe(TopicArn=topic, Protocol="sqs", Endpoint=endpoint)

    def make_flow(self, name: str, object_: str, kind: str) -> None:
        schedule = {"Scheduled": {"scheduleExpression": "rate(1hours)", "dataPullMode": "Incremental"}}
        scheduled = {"triggerType": "Scheduled", "triggerProperties": schedule}
        source = {"Salesforce": {"object": object_, "dataTransferApi": "BULKV2"}}
        target = {"S3": {"bucketName": f"{NAME}-raw", "bucketPrefix": "salesforce"}}
        self.flows[name] = {
            "flowName": name,
            "triggerConfig": {"triggerType": "OnDemand"} if kind == "on_demand" else scheduled,
            "sourceFlowConfig": {"connectorType": "Salesforce", "sourceConnectorProperties": source},
            "destinationFlowConfigList": [{"connectorType": "S3", "destinationConnectorProperties": target}],
            "tasks": [{"taskType": "Map_all", "sourceFields": [], "taskProperties": {}}],
        }
        self.client("appflow").create_flow(**self.flows[name])

    def describe_as(self, flow: str, description: str) -> None:
        """Gives the flow another description, which flow_work.py goes by."""
        self.client("appflow").update_flow(**self.flows[flow], description=description)

    def make_functions(self) -> None:
        body = io.BytesIO()
        with zipfile.ZipFile(body, "w") as archive:
            archive.writestr("main.py", FUNCTION)
        trust = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
        policy = json.dumps({"Version": "2012-10-17", "Statement": [trust]})
        self.client("iam").create_role(RoleName="any", AssumeRolePolicyDocument=policy)
        for function in ("rest-to-raw", "raw-ready"):
            self.client("lambda").create_function(
                FunctionName=f"{NAME}-{function}",
                Runtime="python3.11",
                Role=ROLE,
                Handler="main.handler",
                Code={"ZipFile": body.getvalue()},
            )

    def prepare(self, answers: dict[str, list[dict[str, Any]]], script: str = "job.py") -> None:
        """What the functions answer and which script the job is, from now on; what was asked before is forgotten."""
        for function in ("rest-to-raw", "raw-ready"):
            variables = {"ANSWERS": json.dumps(answers), "RUN": os.urandom(4).hex()}
            self.client("lambda").update_function_configuration(
                FunctionName=f"{NAME}-{function}", Environment={"Variables": variables}
            )
        command = {"Name": "glueetl", "ScriptLocation": f"s3://code/{script}"}
        self.client("glue").update_job(JobName=f"{NAME}-raw-to-gold", JobUpdate={"Role": ROLE, "Command": command})
        s3 = self.client("s3")
        for one in s3.list_objects_v2(Bucket=KEPT).get("Contents", []):
            s3.delete_object(Bucket=KEPT, Key=one["Key"])
        self.messages()

    def asked(self) -> dict[str, Any]:
        """What the functions and the job were given, by function and answers left, and `job/arguments`."""
        s3 = self.client("s3")
        keys = [one["Key"] for one in s3.list_objects_v2(Bucket=KEPT).get("Contents", [])]
        return {key: json.loads(s3.get_object(Bucket=KEPT, Key=key)["Body"].read()) for key in keys}

    def messages(self) -> list[tuple[str, list[str]]]:
        """Subject and lines of what the topic was told since the last call."""
        sqs = self.client("sqs")
        found = []
        while told := sqs.receive_message(QueueUrl=self.queue, MaxNumberOfMessages=10).get("Messages"):
            for one in told:
                sqs.delete_message(QueueUrl=self.queue, ReceiptHandle=one["ReceiptHandle"])
                mail = json.loads(one["Body"])
                found.append((mail["Subject"], mail["Message"].split("\n")))
        return found
