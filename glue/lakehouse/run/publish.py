"""Publishing: all audited tables of a run or none, and the manifest of the snapshots that belong together.

No commit covers several tables, so the intent is written first: a run that was killed halfway is completed by the next.
"""

import json
from dataclasses import asdict, dataclass
from typing import Any

from pyspark.sql import SparkSession

from lakehouse.spark import iceberg, staging
from lakehouse_common.object_store import ObjectStore

MANIFEST = "publication.json"
WATERMARK, INPUTS, FINGERPRINT = "lakehouse.watermark", "lakehouse.inputs", "lakehouse.fingerprint"


@dataclass(frozen=True)
class AuditedTable:
    """A table's audited branch: the snapshot that was checked, and the properties to set with its publication.

    Where the table was made anew beside the published one, `is_staged`: the snapshot is the staged table's, and `base`
    the one that main had meanwhile.
    """

    table: str
    branch: str
    snapshot: int
    properties: dict[str, str]
    is_staged: bool = False
    base: int | None = None

    def as_json(self) -> dict[str, Any]:
        """Returns the form that the manifest holds; only a staged table has the last two fields."""
        fields = asdict(self)
        return fields if self.is_staged else {key: fields[key] for key in ("table", "branch", "snapshot", "properties")}


def publish_tables(spark: SparkSession, runs: ObjectStore, run_id: str, audited: list[AuditedTable]) -> dict[str, int]:
    """Publish every table, then the manifest; returns table -> snapshot. A second call changes nothing.

    Raises:
        NotAuditedError: a table is not where the audit left it; raised before anything is published.
    """
    for table in audited:
        if table.is_staged:
            staging.check_takeable(spark, table.table, table.snapshot, table.base)
        else:
            iceberg.check_publishable(spark, table.table, table.branch, table.snapshot)
    _write_manifest(runs, run_id, "publishing", audited)
    snapshots = {table.table: _publish_table(spark, run_id, table) for table in audited}
    _write_manifest(runs, run_id, "published", audited)
    return snapshots


def complete_interrupted(spark: SparkSession, runs: ObjectStore) -> str | None:
    """Finish the publication of a run that was killed while it published; returns that run's id, or None.

    Raises:
        NotAuditedError: another writer has changed a table since; the message says how to give the publication up.
    """
    if not runs.exists(MANIFEST):
        return None
    manifest = json.loads(runs.get(MANIFEST))
    if manifest["state"] == "published":
        return None
    run_id = str(manifest["run_id"])
    try:
        publish_tables(spark, runs, run_id, [AuditedTable(**table) for table in manifest["tables"]])
    except iceberg.NotAuditedError as error:
        raise iceberg.NotAuditedError(
            f"run {run_id} was interrupted while it published and can't be completed: {error}. To give it up, remove "
            f"{runs.uri(MANIFEST)}; tables that it has published stay as they are, the others are read again"
        ) from error
    return run_id


def _publish_table(spark: SparkSession, run_id: str, table: AuditedTable) -> int:
    tag = f"pub_{run_id}"
    if table.is_staged:
        return staging.take_over(spark, table.table, table.snapshot, table.base, tag, table.properties)
    return iceberg.publish(spark, table.table, table.branch, table.snapshot, tag, table.properties)


def _write_manifest(runs: ObjectStore, run_id: str, state: str, audited: list[AuditedTable]) -> None:
    body = {"run_id": run_id, "state": state, "tables": [table.as_json() for table in audited]}
    runs.put(MANIFEST, json.dumps(body, indent=2).encode())
