"""The Lambda function: the only module of the report that knows AWS and the environment."""

import json
import os
from typing import Any

import boto3

from lakehouse_common import object_store
from lakehouse_common.object_store import ObjectNotFoundError, ObjectStore
from report import history, messages, time_split


def handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    """Report one execution of the state machine, up to this call.

    The event is {"run_id", "execution_arn", "logical_date"} with either "outcome", or "error": {"state", "name",
    "cause"}; RUNS names where reports are stored. Writes `<run_id>/orchestration.json` there and returns {"report": its
    URI, "message": the text for people}.

    Raises:
        botocore.exceptions.ClientError: the history or RUNS can't be read or written.
    """
    runs = object_store.open_store(os.environ["RUNS"])
    job = _read_job_report(runs, event["run_id"])
    events = _read_history(event["execution_arn"])
    report = compose(event, events, job)
    key = f"{event['run_id']}/orchestration.json"
    runs.put(key, json.dumps(report, indent=2).encode() + b"\n")
    places = [runs.uri(key), *([runs.uri(_job_key(event["run_id"]))] if job else [])]
    return {"report": places[0], "message": messages.message(report, places)}


def compose(event: dict[str, Any], events: list[dict[str, Any]], job: dict[str, Any] | None) -> dict[str, Any]:
    """Returns the report, from the event, the execution's history and the report of the job, where there is one."""
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


def _read_history(execution: str) -> list[dict[str, Any]]:
    """Returns all events of the execution, without the inputs and outputs of the states."""
    paginator = boto3.client("stepfunctions").get_paginator("get_execution_history")
    pages = paginator.paginate(executionArn=execution, includeExecutionData=False)
    return [event for page in pages for event in page["events"]]


def _read_job_report(runs: ObjectStore, run_id: str) -> dict[str, Any] | None:
    try:
        report: dict[str, Any] = json.loads(runs.get(_job_key(run_id)))
    except ObjectNotFoundError:
        return None
    return report


def _job_key(run_id: str) -> str:
    return f"{run_id}/run.json"
