"""The job of the deployment, started by hand with no arguments, on what flows and functions have landed."""

import io
import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from demo.call_apis import TOKEN
from tests.e2e.conftest import ROOT, Deployment
from tests.localaws.account import LocalAws
from tests.localaws.flows import ended
from tests.localaws.org import SCALE

pytestmark = pytest.mark.terraform

NAME = "lakehouse-dev"
KEY = "k" * 64
LONGEST_S = 300
# One run of Opportunity fails, and one object is read twice.
RUNS = 3


@pytest.fixture(scope="module")
def landed(deployment: Deployment, account: LocalAws) -> Deployment:
    """The deployment after the steps that a person does by hand, and after its schedules have come."""
    deployment.edit()
    secrets, appflow = account.client("secretsmanager"), account.client("appflow")
    for name, value in (("masking/key", KEY), ("billing/token", TOKEN)):
        secrets.put_secret_value(SecretId=f"{NAME}/{name}", SecretString=value)
    for flow in appflow.list_flows()["flows"]:
        appflow.start_flow(flowName=flow["flowName"])
    ended(appflow, f"{NAME}-lead")
    for _ in range(RUNS):
        account.run_schedules()
    contract = json.loads((deployment.root / "build" / "pipeline.json").read_text())
    for api in contract["rest"].values():
        for resource in api["resources"].values():
            assert called(account, {"resource": resource, "run_id": "2026-01-07T06:00:00Z"})["status"] == "DONE"
    return deployment


def called(account: LocalAws, event: dict[str, Any]) -> dict[str, Any]:
    told = account.client("lambda").invoke(FunctionName=f"{NAME}-rest-to-raw", Payload=json.dumps(event).encode())
    return dict(json.loads(told["Payload"].read()))


def run_job(account: LocalAws, **arguments: str) -> dict[str, Any]:
    """The job's run at its end."""
    glue = account.client("glue")
    named = {f"--{name}": value for name, value in arguments.items()}
    run = glue.start_job_run(JobName=f"{NAME}-raw-to-gold", Arguments=named)["JobRunId"]
    deadline = time.monotonic() + LONGEST_S
    while time.monotonic() < deadline:
        found: dict[str, Any] = glue.get_job_run(JobName=f"{NAME}-raw-to-gold", RunId=run)["JobRun"]
        if found["JobRunState"] not in ("STARTING", "RUNNING"):
            return found
        time.sleep(0.2)
    raise TimeoutError("the job does not end")


def reports(account: LocalAws) -> list[dict[str, Any]]:
    """The reports of all runs, in their order."""
    s3 = account.client("s3")
    keys = [one["Key"] for one in s3.list_objects_v2(Bucket=f"{NAME}-logs", Prefix="runs/")["Contents"]]
    bodies = [s3.get_object(Bucket=f"{NAME}-logs", Key=key)["Body"].read() for key in keys if key.endswith("/run.json")]
    return [json.loads(body) for body in bodies]


def test_with_no_arguments_it_publishes_everything_that_has_landed(landed: Deployment, account: LocalAws) -> None:
    run = run_job(account)
    assert run["JobRunState"] == "SUCCEEDED", run.get("ErrorMessage")
    report = reports(account)[-1]
    assert (report["outcome"], report["problems"]) == ("published", [])
    tables = {
        table["Name"] for table in account.client("glue").get_tables(DatabaseName="lakehouse_dev_gold")["TableList"]
    }
    assert tables == {"account_360", "opportunity", "rep_performance"}


def test_its_gold_is_that_of_the_same_org_on_a_laptop(landed: Deployment, account: LocalAws, tmp_path: Path) -> None:
    path = os.pathsep.join(str(ROOT / folder) for folder in ("glue", "lambda", "."))
    arguments = ("--lake", str(tmp_path), "--scale", str(SCALE), "--contract", str(ROOT / "pipeline.yaml"))
    environment = {**os.environ, "PYTHONPATH": path, "MASKING_KEY": KEY}
    subprocess.run([sys.executable, "-m", "demo", *arguments], cwd=tmp_path, env=environment, check=True)
    for table in ("account_360", "opportunity", "rep_performance"):
        here = [path.read_bytes() for path in (tmp_path / "gold" / table / "data").rglob("*.parquet")]
        assert rows(files(account, table)) == rows(here), table


def files(account: LocalAws, table: str) -> list[bytes]:
    """The bytes of a gold table's data files; it was built once, so all of them are its rows."""
    s3, bucket = account.client("s3"), f"{NAME}-gold"
    keys = [one["Key"] for one in s3.list_objects_v2(Bucket=bucket, Prefix=f"{table}/data/")["Contents"]]
    return [s3.get_object(Bucket=bucket, Key=key)["Body"].read() for key in keys]


def rows(parquet: list[bytes]) -> list[str]:
    found = [row for body in parquet for row in pq.read_table(io.BytesIO(body)).to_pylist()]
    assert found
    return sorted(repr(sorted(row.items())) for row in found)


def test_again_it_finds_nothing_new(landed: Deployment, account: LocalAws) -> None:
    assert run_job(account)["JobRunState"] == "SUCCEEDED"
    assert reports(account)[-1]["outcome"] == "nothing new"
