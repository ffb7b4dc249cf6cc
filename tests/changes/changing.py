"""A small lake whose contract, raw data and masking key change between runs."""

import json
import shutil
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

from pyspark.sql import SparkSession

from lakehouse.contract.compiler import compile_contract
from lakehouse.contract.models import Pipeline
from lakehouse.run.report import Report
from lakehouse.run.run import run
from lakehouse.run.scope import RunScope
from lakehouse.spark import iceberg, session

FLOW = "sf-contact"
KEY = "a masking key of more than thirty-two bytes"
Columns = dict[str, dict[str, Any]]
COLUMNS: Columns = {
    "contact_id": {"from": "Id"},
    "name": {"from": "Name"},
    "phone": {"from": "Phone", "type": "phone", "pii": "none"},
}
LINEAGE = ("_version", "_arrived_at", "_row_hash", "_run_id")
_numbers = count()
MIGRATION, FULL_REFRESH = RunScope(is_migration=True), RunScope(is_full_refresh=True)
Record = dict[str, Any]


def contract_of(tables: dict[str, Columns], version: int = 1) -> dict[str, Any]:
    """Returns the contract of some tables over Contact, by their columns."""
    silver = {"description": "one row per contact", "from": "salesforce.Contact", "key": "contact_id"}
    return {
        "name": "sf",
        "masking": {"secret": "masking/key", "version": version},
        "salesforce": {"objects": {"Contact": {"format": "json"}}},
        "silver": {name: silver | {"columns": columns} for name, columns in tables.items()},
    }


def contact(number: int, modified: str = "2026-01-01T00:00:00Z", **fields: Any) -> Record:
    """Returns a record of Salesforce; its id is a text of its own."""
    return {
        "Id": f"c{number}",
        "Name": f"N{number}",
        "Phone": f"555000{number:04}",
        "SystemModstamp": modified,
    } | fields


@dataclass
class ChangingLake:
    """One lake in a folder, under a catalog name of its own."""

    spark: SparkSession
    folder: Path
    catalog: str = field(default_factory=lambda: f"changing{next(_numbers)}")

    def __post_init__(self) -> None:
        self.lake = session.Lake.in_folder(self.folder, self.catalog)
        self.use_key(KEY)

    def use_key(self, key: str) -> None:
        place = self.folder / "secrets" / "masking"
        place.mkdir(parents=True, exist_ok=True)
        (place / "key").write_text(key)

    def compile(self, contract: dict[str, Any]) -> Pipeline:
        file = self.folder / "pipeline.yaml"
        file.write_text(json.dumps(contract))
        return compile_contract(file)

    def land(self, day: int, *records: Record, reported: int | None = None) -> None:
        """Lands an execution of that day of January 2026, which may report another count of records."""
        place = self.folder / "raw" / "salesforce" / FLOW
        started, name = f"2026-01-{day:02}T06:00:00Z", f"e{day:02}"
        body = "".join(f"{json.dumps(record)}\n" for record in records).encode()
        file = place / "schemaVersion_1" / f"2026/01/{day:02}" / name / f"1-{started}"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(body)
        result = {
            "recordsProcessed": reported or len(records),
            "bytesWritten": len(body),
            "errorInfo": {"putFailuresCount": 0},
        }
        record = {"executionId": name, "executionStatus": "Successful", "executionResult": result}
        listed = self._records(place)
        listed.insert(0, record | {"startedAt": started, "lastUpdatedAt": started})
        (place / "executions.json").write_text(json.dumps({"flowExecutions": listed}))

    def expire(self, day: int) -> None:
        """Removes a day's execution from raw, its record too."""
        place = self.folder / "raw" / "salesforce" / FLOW
        shutil.rmtree(place / "schemaVersion_1" / f"2026/01/{day:02}")
        listed = [record for record in self._records(place) if record["executionId"] != f"e{day:02}"]
        (place / "executions.json").write_text(json.dumps({"flowExecutions": listed}))

    def _records(self, place: Path) -> list[Record]:
        file = place / "executions.json"
        return list(json.loads(file.read_text())["flowExecutions"]) if file.exists() else []

    def run(self, contract: dict[str, Any], scope: RunScope | None = None) -> Report:
        """Runs the pipeline; the run's id is the next of the process."""
        pipeline, run_id = self.compile(contract), f"r{next(_numbers):05}"
        return run(pipeline, run_id, self.spark, self.lake, scope=scope or RunScope())

    def rows(self, table: str) -> list[dict[str, Any]]:
        """Returns the published rows without lineage, sorted."""
        name = self.lake.table(table)
        if not iceberg.exists(self.spark, name) or iceberg.snapshot_id(self.spark, name) is None:
            return []
        frame = self.spark.table(name).drop(*LINEAGE, "_source_file")
        names = sorted(frame.columns)
        return sorted((row.asDict() for row in frame.select(*names).collect()), key=repr)

    def columns(self, table: str) -> dict[str, str]:
        return {f.name: f.dataType.simpleString() for f in self.spark.table(self.lake.table(table)).schema}

    def from_nothing(self, contract: dict[str, Any], folder: Path) -> "ChangingLake":
        """Returns a lake that the contract makes of the same raw data and key at one go."""
        fresh = ChangingLake(self.spark, folder)
        shutil.copytree(self.folder / "raw", folder / "raw")
        shutil.copytree(self.folder / "secrets", folder / "secrets", dirs_exist_ok=True)
        fresh.run(contract)
        return fresh
