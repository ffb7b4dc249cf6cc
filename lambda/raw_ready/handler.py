"""The Lambda function that writes the manifest: the only module of the package that reads the environment."""

import json
import os
from collections.abc import Sequence
from typing import Any

from lakehouse_common import execution_records, object_store
from lakehouse_common.object_store import ObjectNotFoundError, ObjectStore
from raw_ready import manifest
from raw_ready.build import NotReadyError, build_manifest, check_form

# How far each table had been read when a run last published.
WATERMARKS = "watermarks.json"
MOST_PROBLEMS = 100


def handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    """Write the manifest of one run.

    The event is {"run_id": ..., "watermarks": {silver table: position}}; with no watermarks at all, those that the last
    publication left in RUNS count. RAW and RUNS name the two zones, PIPELINE the compiled contract, and
    EXECUTION_RECORDS says `aws` where AppFlow's execution records are to be fetched first. Returns {"status": "READY",
    "manifest": its key below RUNS, "rows": n, "batches": n}, or {"status": "NOT_READY", "problems": [one line each]}.
    """
    raw, runs = (object_store.open_store(os.environ[zone]) for zone in ("RAW", "RUNS"))
    key = f"{event['run_id']}/manifest.json"
    try:
        # A run that starts again reads what it read before, whatever has arrived since.
        if not runs.exists(key):
            pipeline = json.loads(object_store.read_object(os.environ["PIPELINE"]))
            check_form(pipeline)
            if os.environ.get("EXECUTION_RECORDS") == "aws":
                execution_records.fetch_from_aws(raw, execution_records.flows_of(pipeline))
            watermarks = event["watermarks"] or _published_watermarks(runs)
            runs.put_if_absent(key, manifest.encode(build_manifest(pipeline, raw, watermarks)))
    except NotReadyError as error:
        return {"status": "NOT_READY", "problems": first_problems(error.problems)}
    stored = manifest.decode(runs.get(key))
    batches = sum(len(table.batches) for table in stored.tables.values())
    return {"status": "READY", "manifest": key, "rows": stored.rows, "batches": batches}


def first_problems(problems: Sequence[str]) -> list[str]:
    """Returns the first problems and a line that counts the others: a state machine accepts at most 256 KB."""
    more = len(problems) - MOST_PROBLEMS
    return [*problems[:MOST_PROBLEMS], *([f"and {more} more of the kind"] if more > 0 else [])]


def _published_watermarks(runs: ObjectStore) -> dict[str, str]:
    """Returns the watermarks of the last publication; none before the first."""
    try:
        watermarks: dict[str, str] = json.loads(runs.get(WATERMARKS))
    except ObjectNotFoundError:
        return {}
    return watermarks
