"""What people are told of a failed run, by the topic that every alarm tells."""

from airflow.providers.amazon.aws.hooks.sns import SnsHook
from airflow.sdk import Context
from airflow.sdk.exceptions import AirflowFailException
from lakehouse_settings import NAME, RUNS

NEXT = {
    "salesforce_to_raw": "look at the flow and its run history in AppFlow, and mend it",
    "rest_to_raw": "do what the sentence above says",
    "raw_ready": "do what the lines above say",
    "raw_to_gold": "read the problems in the job's report, or without one the job's error log; nothing is published",
    "gold_to_sinks": "gold is published: look the statement up in Redshift's query history and mend the view",
}


def tell(context: Context) -> None:
    """Tells the alarm topic which task failed, why, and what to do next."""
    ti = context["ti"]
    stage, error = ti.task_id.split(".")[0], context.get("exception")
    # Only what is written in this file is known to quote no record.
    why = str(error) if isinstance(error, AirflowFailException) else f"{type(error).__name__}: see the task's log"
    lines = [f"{ti.task_id}: {why}", f"Next: {NEXT.get(stage, 'look at the log')}. Then clear the task in Airflow."]
    ready = ti.xcom_pull(task_ids="raw_ready") if stage == "raw_to_gold" else None
    lines += [f"Report: {RUNS}/{ready['run_id']}/run.json"] if ready else []
    publish(f"{NAME}: a run failed in {stage}", [f"Run {ti.run_id} failed", *lines, f"Log: {ti.log_url}"])


def tell_of_timeout(context: Context) -> None:
    """Tells of a run that ended from outside; of any other failure its task has told."""
    if context.get("reason") == "timed_out":
        publish(
            f"{NAME}: a run timed out",
            [f"Run {context['run_id']} was still going when its time was over: see which task in Airflow"],
        )


def publish(subject: str, lines: list[str]) -> None:
    sns = SnsHook()  # type: ignore[no-untyped-call]
    topic = f"arn:{sns.conn_partition}:sns:{sns.conn_region_name}:{sns.account_id}:{NAME}-alarms"
    sns.publish_to_target(topic, "\n".join(lines), subject)
