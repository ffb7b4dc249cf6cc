"""Publishing: all audited tables of a run or none, and the manifest that says which snapshots belong together.

No commit spans several tables, so the intent is written first: a run that was killed halfway is completed by the next.
"""

import json
from dataclasses import asdict, dataclass

from pyspark.sql import SparkSession

from lakehouse.spark import iceberg
from lakehouse_common.object_store import ObjectStore

MANIFEST = "publication.json"
WATERMARK, INPUTS = "lakehouse.watermark", "lakehouse.inputs"


@dataclass(frozen=True)
class Audited:
    """A table's audited branch: the snapshot that was checked, and the properties to set with its publication."""

    table: str
    branch: str
    snapshot: int
    properties: dict[str, str]


def publish(spark: SparkSession, runs: ObjectStore, run_id: str, audited: list[Audited]) -> dict[str, int]:
    """Publishes every table, then the manifest (table -> snapshot). Doing it again changes nothing.

    Raises:
        NotAuditedError: a table is not where the audit left it; found before anything is published.
    """
    for one in audited:
        iceberg.is_published(spark, one.table, one.branch, one.snapshot)
    _write(runs, run_id, "publishing", audited)
    done = {one.table: _publish_one(spark, run_id, one) for one in audited}
    _write(runs, run_id, "published", audited)
    return done


def complete_interrupted(spark: SparkSession, runs: ObjectStore) -> str | None:
    """Finishes the publication of a run that was killed while it published; gives that run's id.

    Raises:
        NotAuditedError: a table was changed by other hands since; the message says how to give the publication up.
    """
    if not runs.exists(MANIFEST):
        return None
    manifest = json.loads(runs.get(MANIFEST))
    if manifest["state"] == "published":
        return None
    run_id = str(manifest["run_id"])
    try:
        publish(spark, runs, run_id, [Audited(**one) for one in manifest["tables"]])
    except iceberg.NotAuditedError as error:
        raise iceberg.NotAuditedError(
            f"run {run_id} was interrupted while it published and can't be completed: {error}. To give it up, remove "
            f"{runs.uri(MANIFEST)}; tables that it has published stay as they are, the others are read again"
        ) from error
    return run_id


def _publish_one(spark: SparkSession, run_id: str, one: Audited) -> int:
    return iceberg.publish(spark, one.table, one.branch, one.snapshot, f"pub_{run_id}", one.properties)


def _write(runs: ObjectStore, run_id: str, state: str, audited: list[Audited]) -> None:
    body = {"run_id": run_id, "state": state, "tables": [asdict(one) for one in audited]}
    runs.put(MANIFEST, json.dumps(body, indent=2).encode())
