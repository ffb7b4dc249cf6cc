"""What a person does after the first apply, and what can be looked at once runs have ended."""

import io
import json
import time
from typing import Any

import pyarrow.parquet as pq

from tests.localaws.account import LocalAws

NAME = "lakehouse-dev"
KEY = "k" * 64
GOLD = ("account_360", "opportunity", "rep_performance")
LONGEST_S = 300
# One run of Opportunity fails, and one object is read twice.
RUNS = 3
# The arguments that the job itself reads; the others are Glue's.
OWN_ARGUMENTS = ("--pipeline", "--raw", "--runs", "--warehouse", "--databases", "--secrets")


def give_secret(account: LocalAws, name: str, value: str) -> None:
    account.client("secretsmanager").put_secret_value(SecretId=f"{NAME}/{name}", SecretString=value)


def start_scheduled_flows(account: LocalAws) -> None:
    """Starts each once, which makes it active, and lets its time come."""
    appflow = account.client("appflow")
    for flow in appflow.list_flows()["flows"]:
        if flow["triggerType"] == "Scheduled":
            appflow.start_flow(flowName=flow["flowName"])
    for _ in range(RUNS):
        account.run_schedules()


def execute(account: LocalAws, name: str, **given: Any) -> dict[str, Any]:
    """An execution of the state machine at its end."""
    return ended(account, begin(account, name, **given))


def begin(account: LocalAws, name: str, **given: Any) -> str:
    """The ARN of an execution that begins."""
    states = account.client("stepfunctions")
    machine = states.list_state_machines()["stateMachines"][0]["stateMachineArn"]
    started = states.start_execution(stateMachineArn=machine, name=name, input=json.dumps(given))
    return str(started["executionArn"])


def ended(account: LocalAws, execution: str) -> dict[str, Any]:
    states = account.client("stepfunctions")
    return end_of(lambda: states.describe_execution(executionArn=execution), "status", ("RUNNING",))


def run_job(account: LocalAws, **arguments: str) -> dict[str, Any]:
    """A run of the job at its end."""
    glue, job = account.client("glue"), f"{NAME}-raw-to-gold"
    run = glue.start_job_run(JobName=job, Arguments={f"--{name}": value for name, value in arguments.items()})[
        "JobRunId"
    ]
    return end_of(lambda: glue.get_job_run(JobName=job, RunId=run)["JobRun"], "JobRunState", ("STARTING", "RUNNING"))


def run_job_on_emr(account: LocalAws, **arguments: str) -> dict[str, Any]:
    """The same job on an application of EMR Serverless, with what the Glue job is given; its run at its end."""
    emr, job = account.client("emr-serverless"), account.client("glue").get_job(JobName=f"{NAME}-raw-to-gold")["Job"]
    given = job["DefaultArguments"] | job.get("NonOverridableArguments", {})
    own = {name: value for name, value in given.items() if name in OWN_ARGUMENTS}
    own |= {"--profile": "emr", **{f"--{name}": value for name, value in arguments.items()}}
    submit = {
        "entryPoint": job["Command"]["ScriptLocation"],
        "entryPointArguments": [word for pair in own.items() for word in pair],
        "sparkSubmitParameters": f"--py-files {given['--extra-py-files']} --conf {given['--conf']}",
    }
    application = emr.create_application(name="by-hand", releaseLabel="emr-7.10.0", type="SPARK")["applicationId"]
    run = emr.start_job_run(
        applicationId=application, executionRoleArn=job["Role"], jobDriver={"sparkSubmit": submit}, clientToken="one"
    )["jobRunId"]
    ended = end_of(
        lambda: emr.get_job_run(applicationId=application, jobRunId=run)["jobRun"], "state", ("SUBMITTED", "RUNNING")
    )
    emr.stop_application(applicationId=application)
    emr.delete_application(applicationId=application)
    return ended


def end_of(look: Any, state: str, unfinished: tuple[str, ...]) -> dict[str, Any]:
    deadline = time.monotonic() + LONGEST_S
    while time.monotonic() < deadline:
        found: dict[str, Any] = look()
        if found[state] not in unfinished:
            return found
        time.sleep(0.2)
    raise TimeoutError("it does not end")


def kept(account: LocalAws, name: str) -> list[dict[str, Any]]:
    """The files of that name of all runs, in the order of the runs."""
    s3 = account.client("s3")
    keys = [one["Key"] for one in s3.list_objects_v2(Bucket=f"{NAME}-logs", Prefix="runs/")["Contents"]]
    bodies = [s3.get_object(Bucket=f"{NAME}-logs", Key=key)["Body"].read() for key in keys if key.endswith(f"/{name}")]
    return [json.loads(body) for body in bodies]


def data_files(account: LocalAws, table: str) -> set[str]:
    """The keys of a gold table's data files; each publication builds gold anew, so its new files are all rows."""
    listed = account.client("s3").list_objects_v2(Bucket=f"{NAME}-gold", Prefix=f"{table}/data/")
    return {one["Key"] for one in listed["Contents"]}


def bodies(account: LocalAws, keys: set[str]) -> list[bytes]:
    s3 = account.client("s3")
    return [s3.get_object(Bucket=f"{NAME}-gold", Key=key)["Body"].read() for key in keys]


def rows(parquet: list[bytes]) -> list[str]:
    found = [row for body in parquet for row in pq.read_table(io.BytesIO(body)).to_pylist()]
    assert found
    return sorted(repr(sorted(row.items())) for row in found)
