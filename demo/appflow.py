"""A local AppFlow: writes into the raw zone as AppFlow writes to S3, the files first, the execution's record last."""

import hashlib
import json
import math
import os
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Literal

from demo.appflow_files import encode
from demo.records import Record
from lakehouse.contract.salesforce import Format

Outcome = Literal["successful", "failed", "empty"]
SCHEMA_FOLDER = "schemaVersion_1"
# From this many records on, an execution writes two files, three, ...
RECORDS_OF_MORE_FILES = (60, 2_500)
FIRST_PULL_FROM = "2015-01-01T00:00:00Z"


class LocalAppFlow:
    """The flows that write into the folder `raw`; an execution that has a record is not written again."""

    def __init__(self, raw: Path) -> None:
        self.raw = raw

    def run(
        self,
        flow: str,
        fmt: Format,
        records: Sequence[Record],
        started_at: datetime,
        execution_id: str,
        outcome: Outcome = "successful",
        leaves_note: bool = False,
    ) -> None:
        """Land one execution.

        A failed one leaves the first half of its files, an empty one none. With `leaves_note` there is also an object
        of no bytes that is named like the execution, as AppFlow sometimes leaves one.

        Raises:
            ValueError: an empty execution has records, or another one has none.
        """
        if (outcome == "empty") == bool(records):
            raise ValueError(f"an execution that is {outcome} cannot have {len(records)} records")
        earlier = self._executions(flow)
        if any(record["executionId"] == execution_id for record in earlier):
            return
        folder = self.raw / "salesforce" / flow / SCHEMA_FOLDER / f"{started_at:%Y/%m/%d}" / execution_id
        landed = list(files(fmt, records, outcome))
        for number, (body, _) in enumerate(landed):
            _write(folder / file_name(execution_id, number, started_at), body)
        if leaves_note:
            _write(folder / execution_id, b"")
        self._record(flow, [_execution(earlier, landed, started_at, execution_id, outcome), *earlier])

    def _executions(self, flow: str) -> list[dict[str, Any]]:
        path = self._path(flow)
        return list(json.loads(path.read_text())["flowExecutions"]) if path.exists() else []

    def _record(self, flow: str, executions: list[dict[str, Any]]) -> None:
        """Replace the records in one step, newest first, as `describe-flow-execution-records` returns them."""
        executions.sort(key=lambda record: str(record["startedAt"]), reverse=True)
        path = self._path(flow)
        temporary = path.with_name(f".{path.name}.{os.getpid()}")
        _write(temporary, (json.dumps({"flowExecutions": executions}, indent=2) + "\n").encode())
        os.replace(temporary, path)

    def _path(self, flow: str) -> Path:
        return self.raw / "salesforce" / flow / "executions.json"


def files(fmt: Format, records: Sequence[Record], outcome: Outcome) -> Iterator[tuple[bytes, int]]:
    """Yield the bytes and the count of records of each file that the execution writes."""
    count = 1 + sum(len(records) >= least for least in RECORDS_OF_MORE_FILES)
    if outcome == "failed":
        count = max(2, count)
    size = max(1, math.ceil(len(records) / count))
    starts = range(0, len(records), size)
    for start in starts[: len(starts) // 2] if outcome == "failed" else starts:
        part = records[start : start + size]
        yield encode(fmt, part), len(part)


def file_name(execution_id: str, number: int, started_at: datetime) -> str:
    """Return digits and the instant: without extension and with colons, since readers must accept both."""
    digits = int(hashlib.sha256(f"{execution_id}/{number}".encode()).hexdigest()[:8], 16)
    return f"{digits}-{started_at:%Y-%m-%dT%H:%M:%S}"


def _execution(
    earlier: Sequence[dict[str, Any]],
    landed: Sequence[tuple[bytes, int]],
    started_at: datetime,
    execution_id: str,
    outcome: Outcome,
) -> dict[str, Any]:
    """Return the execution's record; it pulls what changed since the last successful execution."""
    rows, written = sum(rows for _, rows in landed), sum(len(body) for body, _ in landed)
    result: dict[str, Any] = {"bytesProcessed": written, "bytesWritten": written, "recordsProcessed": rows}
    if outcome == "failed":
        message = "The request to Salesforce failed: REQUEST_LIMIT_EXCEEDED"
        result["errorInfo"] = {"putFailuresCount": 0, "executionMessage": message}
    pulled = [record["dataPullEndTime"] for record in earlier if record["executionStatus"] == "Successful"]
    return {
        "executionId": execution_id,
        "executionStatus": "Error" if outcome == "failed" else "Successful",
        "executionResult": result,
        "startedAt": _utc(started_at),
        "lastUpdatedAt": _utc(started_at + timedelta(seconds=20 + rows // 500)),
        "dataPullStartTime": max(pulled, default=FIRST_PULL_FROM),
        "dataPullEndTime": _utc(started_at),
    }


def _utc(moment: datetime) -> str:
    return f"{moment:%Y-%m-%dT%H:%M:%SZ}"


def _write(path: Path, body: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(body)
