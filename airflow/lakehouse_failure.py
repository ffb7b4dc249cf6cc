"""The messages about a failed run, sent to the topic of every alarm."""

from airflow.providers.amazon.aws.hooks.sns import SnsHook
from airflow.sdk import Context
from airflow.sdk.exceptions import AirflowFailException
from lakehouse_settings import DERIVED, NAME, RUNS


def report_failure(context: Context) -> None:
    """Send to the topic of the alarms which task failed, why, and what to do next."""
    ti = context["ti"]
    stage, error = ti.task_id.split(".")[0], context.get("exception")
    # Only what is written in this file is known to quote no record.
    why = str(error) if isinstance(error, AirflowFailException) else f"{type(error).__name__}: see the task's log"
    lines = [f"{ti.task_id}: {why}", f"Next: {next_step(stage)}. Then clear the task in Airflow."]
    ready = ti.xcom_pull(task_ids="raw_ready") if stage == "raw_to_gold" else None
    lines += [f"Report: {RUNS}/{ready['run_id']}/run.json"] if ready else []
    publish(f"{NAME}: a run failed in {stage}", [f"Run {ti.run_id} failed", *lines, f"Log: {ti.log_url}"])


def next_step(stage: str) -> str:
    """Return what to do next; of a task that the compiled contract does not know, to look at its log."""
    steps: dict[str, str] = DERIVED["next_steps"]
    if stage not in steps:
        return "look at the log"
    return steps[stage]


def report_timeout(context: Context) -> None:
    """Send that a run has timed out; any other failure was reported by its task."""
    if context.get("reason") == "timed_out":
        publish(
            f"{NAME}: a run timed out",
            [f"Run {context['run_id']} was still going when its time was over: see which task in Airflow"],
        )


def publish(subject: str, lines: list[str]) -> None:
    """Send the lines to the topic of the alarms."""
    sns = SnsHook()  # type: ignore[no-untyped-call]
    topic = f"arn:{sns.conn_partition}:sns:{sns.conn_region_name}:{sns.account_id}:{NAME}-alarms"
    sns.publish_to_target(topic, "\n".join(lines), subject)
