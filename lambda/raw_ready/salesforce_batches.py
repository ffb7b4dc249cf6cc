"""The files of AppFlow's executions that its own records call Successful, and of no others."""

import re
from collections import Counter
from collections.abc import Sequence

import msgspec

from lakehouse_common.instants import utc_text
from lakehouse_common.object_store import ObjectNotFoundError, ObjectStore
from raw_ready import executions
from raw_ready.executions import Execution
from raw_ready.manifest import Batch, File, SourceBatches

POSITION = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z/.+")


def find_batches(store: ObjectStore, source: str, flows: Sequence[str], after: str) -> SourceBatches:
    """Returns the successful executions of the source's flows after the position `after`, in order, with their files.

    AppFlow runs one execution of a flow at a time. While one is unfinished, nothing that started later is listed, of
    no flow of the source: the watermark would otherwise pass its rows before they arrive.
    """
    if after and not POSITION.fullmatch(after):
        return _problem(
            source, f"its watermark '{after}' is no execution's position; remove it to read everything again"
        )
    records: list[tuple[str, Execution]] = []
    for flow in flows:
        flow_records, problem = _read_records(store, flow, after)
        if problem:
            return _problem(source, problem)
        records += [(flow, record) for record in flow_records]
    records.sort(key=lambda flow_and_record: flow_and_record[1].position)
    return _unread_batches(store, source, flows[0], records, after)


def _read_records(store: ObjectStore, flow: str, after: str) -> tuple[list[Execution], str]:
    """Returns the flow's execution records and no problem, or no records and what is wrong with them."""
    key = f"salesforce/{flow}/executions.json"
    fetch = _fetch_advice(flow, store.uri(key))
    try:
        records, is_cut = executions.decode(store.get(key))
    except ObjectNotFoundError as missing:
        return [], f"{missing}; {fetch}"
    except (msgspec.MsgspecError, ValueError) as error:
        return [], f"{store.uri(key)} holds no execution records ({error}); {fetch}"
    # The newest records come first: when older ones are cut off, only a known one proves that none is missing between.
    if is_cut and not any(record.position <= after for record in records):
        return [], f"{store.uri(key)} is cut off before the last execution read; fetch all its pages"
    return records, ""


def _fetch_advice(flow: str, uri: str) -> str:
    write = f"> '{uri.removeprefix('file://')}'" if uri.startswith("file://") else f"| aws s3 cp - '{uri}'"
    return f"fetch them: aws appflow describe-flow-execution-records --flow-name '{flow}' --max-results 100 {write}"


def _unread_batches(
    store: ObjectStore, source: str, main_flow: str, records: Sequence[tuple[str, Execution]], after: str
) -> SourceBatches:
    complete = _complete(records)
    if not complete and not after:
        counts = Counter[str](record.execution_status for _, record in records)
        line = f"flow '{main_flow}' has no successful execution yet ({_count_by_status(counts)})"
        return _problem(source, f"{line}; {_start_advice(main_flow, counts)}")
    unread = [(flow, record) for flow, record in complete if record.position > after]
    folders = {flow: _schema_folders(store, flow) for flow in {flow for flow, _ in unread}}
    batches = tuple(_batch(store, folders[flow], record) for flow, record in unread)
    problems = [_execution_problems(flow, record, batch) for (flow, record), batch in zip(unread, batches, strict=True)]
    return SourceBatches(batches, tuple(f"{source}: {line}" for lines in problems for line in lines))


def _complete(records: Sequence[tuple[str, Execution]]) -> list[tuple[str, Execution]]:
    unfinished = (record.position for _, record in records if record.execution_status in executions.UNFINISHED)
    end = min(unfinished, default=None)
    successful = [(flow, record) for flow, record in records if record.execution_status == "Successful"]
    return [(flow, record) for flow, record in successful if end is None or record.position < end]


def _count_by_status(counts: Counter[str]) -> str:
    words = {"Error": "failed", "InProgress": "running", "CancelStarted": "being canceled", "Canceled": "canceled"}
    counted = [f"{counts[status]} {word}" for status, word in words.items() if counts[status]]
    return ", ".join(counted) or "none was started"


def _start_advice(flow: str, counts: Counter[str]) -> str:
    if executions.UNFINISHED & counts.keys():
        return "wait until it ends, then fetch its records again"
    return f"run the flow: aws appflow start-flow --flow-name '{flow}'"


def _schema_folders(store: ObjectStore, flow: str) -> list[str]:
    root = f"salesforce/{flow}/"
    return [folder for folder in store.folders(root) if folder.startswith(f"{root}schemaVersion_")]


def _batch(store: ObjectStore, folders: Sequence[str], record: Execution) -> Batch:
    prefixes = (f"{folder}{day}/{record.execution_id}/" for folder in folders for day in record.days)
    listed = (key_and_size for prefix in prefixes for key_and_size in store.list(prefix))
    # An object named like the execution is AppFlow's own note, and an empty one holds no rows in any format.
    files = (File(key, size) for key, size in listed if size and key.rpartition("/")[2] != record.execution_id)
    return Batch(record.position, utc_text(record.finished), record.execution_result.records_processed, tuple(files))


def _execution_problems(flow: str, record: Execution, batch: Batch) -> list[str]:
    """Returns what is inconsistent in one successful execution, one line each."""
    name = f"execution {record.execution_id} of flow '{flow}'"
    failures = record.execution_result.error_info.put_failures_count
    remedy = f"load that time once more, then pass over this execution with the watermark '{batch.position}'"
    problems = []
    if failures:
        problems.append(f"{name} is Successful but could not write {failures} object(s); {remedy}")
    if batch.rows and not batch.files:
        problems.append(f"{name} reports {batch.rows} record(s) but left no file below its days' folders; {remedy}")
    if batch.files and not batch.rows:
        problems.append(
            f"{name} reports no record but left {len(batch.files)} file(s); look into them, then remove them"
        )
    return problems


def _problem(source: str, line: str) -> SourceBatches:
    return SourceBatches(problems=(f"{source}: {line}",))
