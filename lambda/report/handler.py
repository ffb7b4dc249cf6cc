"""The Lambda function: the only part of the report that knows AWS and the environment."""

import json
import os
from typing import Any

import boto3

from lakehouse_common import object_store
from lakehouse_common.object_store import ObjectNotFoundError, ObjectStore
from report import history, messages, time_split


def handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    """Reports one execution of the state machine, up to this call.

    The event is {"run_id", "execution_arn", "logical_date"} with either "outcome", or "error": {"state", "name",
    "cause"}; RUNS names where runs are kept. Writes `<run_id>/orchestration.json` there and answers {"report": its URI,
    "message": the text for people}.

    Raises:
        botocore.exceptions.ClientError: the history or RUNS can't be read or written.
    """
    runs = object_store.open_store(os.environ["RUNS"])
    job = _report_of_job(runs, event["run_id"])
    events = _events(event["execution_arn"])
    report = compose(event, events, job)
    key = f"{event['run_id']}/orchestration.json"
    runs.put(key, json.dumps(report, indent=2).encode() + b"\n")
    places = [runs.uri(key), *([runs.uri(_job_key(event["run_id"]))] if job else [])]
    return {"report": places[0], "message": messages.message(report, places)}


def compose(event: dict[str, Any], events: list[dict[str, Any]], job: dict[str, Any] | None) -> dict[str, Any]:
    """The report, from the event, the execution's history and the report of the job, where it made one."""
    states = time_split.rows(history.read(events), job["milliseconds"] if job else None)
    error = event.get("error")
    return {
        "run_id": event["run_id"],
        "execution": event["execution_arn"],
        "logical_date": event["logical_date"],
        "outcome": "failed" if error else event["outcome"],
        "milliseconds": time_split.total(states),
        "states": states,
        "problems": messages.problems(error, job) if error else [],
        "next_step": messages.next_step(error) if error else None,
    }


def _events(execution: str) -> list[dict[str, Any]]:
    """The whole history, without what went through the states."""
    pages = boto3.client("stepfunctions").get_paginator("get_execution_history")
    found = pages.paginate(executionArn=execution, includeExecutionData=False)
    return [event for page in found for event in page["events"]]


def _report_of_job(runs: ObjectStore, run_id: str) -> dict[str, Any] | None:
    try:
        report: dict[str, Any] = json.loads(runs.get(_job_key(run_id)))
    except ObjectNotFoundError:
        return None
    return report


def _job_key(run_id: str) -> str:
    return f"{run_id}/run.json"
