"""The run from the sources to the sinks as an Airflow 3 DAG, built from the compiled contract.

It does what the state machine of terraform/modules/orchestration does, with the same names; have one of them scheduled.
Read where the file is parsed, from the environment:

- LAKEHOUSE_CONTRACT: path of the compiled contract; build/pipeline.json beside this folder.
- LAKEHOUSE_DEPLOYMENT: path of what `terraform output -json airflow` prints; without it the job is the Glue job, and no
  view of Redshift is checked.
- LAKEHOUSE_SCHEDULE: a cron expression; without it the DAG is started by hand.
- LAKEHOUSE_POLL_SECONDS: seconds between two looks at a flow or a job; 30.

AWS is reached by the connection aws_default; every other name in AWS follows from the contract's.
"""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

from airflow.providers.amazon.aws.operators.appflow import AppflowRunOperator
from airflow.providers.amazon.aws.operators.emr import EmrServerlessStartJobOperator
from airflow.providers.amazon.aws.operators.glue import GlueJobOperator
from airflow.providers.amazon.aws.operators.redshift_data import RedshiftDataOperator
from airflow.sdk import DAG, BaseOperator, TaskGroup, task
from airflow.sdk.exceptions import AirflowFailException
from lakehouse_failure import report_failure, report_timeout
from lakehouse_settings import (
    CONTRACT,
    DEPLOYMENT,
    DERIVED,
    NAME,
    POLL_S,
    RUNS,
    Json,
    resources,
    served_by_redshift,
    setting,
)
from lakehouse_tasks import CALL_S, FlowEnded, ResourceLanded, activate, call

FLOW_MINUTES = REST_MINUTES = JOB_MINUTES = 180
VIEW_MINUTES, RUN_MINUTES = 15, 720
# Every task, or one look of a task that looks again and again.
STEP = timedelta(seconds=CALL_S + 60)


def salesforce_to_raw() -> TaskGroup:
    """Returns the tasks that run the flows on demand and activate the others."""
    with TaskGroup("salesforce_to_raw") as group:
        for flow, kind in [(flow["name"], flow["kind"]) for flow in DERIVED["flows"]]:
            name = re.sub(r"[^A-Za-z0-9_-]", "_", flow.removeprefix(f"{NAME}-"))
            if kind != "on_demand":
                task(task_id=name)(activate)(flow)
                continue
            with TaskGroup(name):
                started = AppflowRunOperator(task_id="start", flow_name=flow, wait_for_completion=False)
                started >> FlowEnded(
                    task_id="ended",
                    flow=flow,
                    started=started.task_id,
                    mode="reschedule",
                    poke_interval=POLL_S,
                    timeout=FLOW_MINUTES * 60,
                )
    return group


def rest_to_raw() -> TaskGroup:
    """Returns a task for each REST resource, a child after its parent."""
    with TaskGroup("rest_to_raw") as group:
        landed = {
            name: ResourceLanded(task_id=name, resource=resource, mode="reschedule", timeout=REST_MINUTES * 60)
            for name, resource in resources(CONTRACT).items()
        }
        for child, parent in DERIVED["parents"].items():
            landed[parent] >> landed[child]
    return group


@task
def raw_ready() -> Json:
    """List what the run reads. To clear this task starts a new run, to clear a later one goes on with this run."""
    run_id = datetime.now(UTC).strftime("r%Y%m%d_%H%M%S_airflow")
    answer = call("raw-ready", {"run_id": run_id, "watermarks": {}})
    if answer["status"] != "READY":
        raise AirflowFailException(" | ".join(answer["problems"]))
    return {"run_id": run_id, "manifest": f"{RUNS}/{answer['manifest']}", "batches": answer["batches"]}


@task.short_circuit
def anything_new(ready: Any) -> bool:
    """Returns whether there is a new batch; without one the run ends here as a success."""
    return bool(ready["batches"])


def raw_to_gold() -> BaseOperator:
    """Returns the task that runs the job, on EMR Serverless where the deployment has it, else in Glue."""
    arguments = {f"--{name}": f"{{{{ ti.xcom_pull('raw_ready')['{name}'] }}}}" for name in ("manifest", "run_id")}
    # Not tried again: a run that failed says what to mend. durable would add an argument of its own to the job's.
    waiting = {"waiter_delay": POLL_S, "waiter_max_attempts": JOB_MINUTES * 60 // POLL_S}
    options: Json = {"retries": 0, "execution_timeout": timedelta(minutes=JOB_MINUTES), "deferrable": True} | waiting
    if DEPLOYMENT.get("emr_job_run"):
        return EmrServerlessStartJobOperator(
            task_id="raw_to_gold", **emr(DEPLOYMENT["emr_job_run"], arguments), **options
        )
    return GlueJobOperator(
        task_id="raw_to_gold",
        job_name=f"{NAME}-raw-to-gold",
        script_args=arguments,
        update_config=False,
        durable=False,
        **options,
    )


def emr(run: Json, arguments: dict[str, str]) -> Json:
    """Returns the operator's arguments from Terraform's, which are in Step Functions' spelling."""
    request = spelled_for_boto(run)
    request["jobDriver"]["sparkSubmit"]["entryPointArguments"] += [word for pair in arguments.items() for word in pair]
    return {
        "name": request["name"],
        "application_id": request["applicationId"],
        "execution_role_arn": request["executionRoleArn"],
        "job_driver": request["jobDriver"],
        "configuration_overrides": request["configurationOverrides"],
        "config": {"executionTimeoutMinutes": request["executionTimeoutMinutes"]},
    }


def spelled_for_boto(value: Any) -> Any:
    """Returns the value with small first letters in its keys; a key all in capitals is a name and stays."""
    if isinstance(value, list):
        return [spelled_for_boto(item) for item in value]
    if not isinstance(value, dict):
        return value
    return {key if key.isupper() else key[0].lower() + key[1:]: spelled_for_boto(item) for key, item in value.items()}


def gold_to_sinks(redshift: Json) -> TaskGroup:
    """Returns a task for each view of Redshift that checks that it can be read; nothing is copied."""
    with TaskGroup("gold_to_sinks") as group:
        for table in served_by_redshift():
            RedshiftDataOperator(
                task_id=table,
                sql=f'SELECT 1 FROM "gold"."{table}" LIMIT 1',  # noqa: S608
                database=redshift["database"],
                workgroup_name=redshift["workgroup"],
                secret_arn=redshift["secret_arn"],
                statement_name=f"{NAME}-gold-to-sinks",
                deferrable=True,
                execution_timeout=timedelta(minutes=VIEW_MINUTES),
            )
    return group


with DAG(
    dag_id=NAME,
    description="Salesforce and REST data to audited Iceberg tables",
    doc_md=__doc__,
    tags=[CONTRACT["name"], CONTRACT["environment"]],
    schedule=setting("SCHEDULE", "") or None,
    start_date=datetime(2026, 1, 1, tzinfo=UTC),
    catchup=False,
    max_active_runs=1,
    max_active_tasks=10,
    dagrun_timeout=timedelta(minutes=RUN_MINUTES),
    on_failure_callback=report_timeout,
    default_args={
        "retries": 1,
        "retry_delay": timedelta(minutes=2),
        "execution_timeout": STEP,
        "on_failure_callback": report_failure,
    },
) as dag:
    ready = raw_ready()
    new = anything_new(ready)
    job = raw_to_gold()
    [salesforce_to_raw(), rest_to_raw()] >> ready
    new >> job
    if DEPLOYMENT.get("redshift") and served_by_redshift():
        job >> gold_to_sinks(DEPLOYMENT["redshift"])
