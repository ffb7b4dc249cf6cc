"""The Lambda function around the manifest: the only part of it that reads an environment."""

import json
import os
from collections.abc import Sequence
from typing import Any

from lakehouse_common import execution_records, object_store
from lakehouse_common.object_store import ObjectNotFoundError, ObjectStore
from raw_ready import manifest
from raw_ready.build import NotReadyError, build_manifest

# How far each table had been read when a run last published.
WATERMARKS = "watermarks.json"
MOST_TOLD = 100


def handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    """Writes the manifest of one run.

    The event is {"run_id": ..., "watermarks": {silver table: position}}; with no watermarks at all, those that the last
    publication left in RUNS count. RAW and RUNS name the two zones, PIPELINE the compiled contract, and
    EXECUTION_RECORDS says `aws` where AppFlow is to be asked for its executions first. Answers {"status": "READY",
    "manifest": its key below RUNS, "rows": n, "batches": n}, or {"status": "NOT_READY", "problems": [one line each]}.
    """
    raw, runs = (object_store.open_store(os.environ[zone]) for zone in ("RAW", "RUNS"))
    key = f"{event['run_id']}/manifest.json"
    try:
        # A run that starts again reads what it read before, whatever has arrived since.
        if not runs.exists(key):
            pipeline = json.loads(object_store.read_object(os.environ["PIPELINE"]))
            if os.environ.get("EXECUTION_RECORDS") == "aws":
                execution_records.fetch_from_aws(raw, execution_records.flows_of(pipeline))
            runs.put_if_absent(
                key, manifest.encode(build_manifest(pipeline, raw, event["watermarks"] or _published(runs)))
            )
    except NotReadyError as error:
        return {"status": "NOT_READY", "problems": _told(error.problems)}
    made = manifest.decode(runs.get(key))
    batches = sum(len(table.batches) for table in made.tables.values())
    return {"status": "READY", "manifest": key, "rows": made.rows, "batches": batches}


def _told(problems: Sequence[str]) -> list[str]:
    """The first problems, and how many more there are: a state machine takes answers of 256 KB at most."""
    more = len(problems) - MOST_TOLD
    return [*problems[:MOST_TOLD], *([f"and {more} more of the kind"] if more > 0 else [])]


def _published(runs: ObjectStore) -> dict[str, str]:
    """The watermarks of the last publication; none before the first."""
    try:
        watermarks: dict[str, str] = json.loads(runs.get(WATERMARKS))
    except ObjectNotFoundError:
        return {}
    return watermarks
