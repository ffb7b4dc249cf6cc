"""The files of the REST runs: the parts that the commit log names, and no others."""

import re
from collections.abc import Iterator

import msgspec

from lakehouse_common.commit_log import CommitLog, Entry, position
from lakehouse_common.object_store import ObjectStore
from raw_ready.manifest import Batch, File, SourceBatches

POSITION = re.compile(r"\d{12}")


def find_batches(store: ObjectStore, source: str, api: str, resource: str, after: str) -> SourceBatches:
    """Returns the runs committed after the position `after` with the parts of each, in order."""
    if after and not POSITION.fullmatch(after):
        return _problem(source, f"its watermark '{after}' is no version of its log; remove it to read everything again")
    log = CommitLog(store, api, resource)
    read_version = int(after or 0)
    versions = list(log.versions(read_version))
    if not versions and not after:
        return _problem(source, "no run has ever been committed; run rest_to_raw for it and read what that run answers")
    missing = sorted({*range(read_version + 1, max(versions, default=read_version))} - {*versions})
    if missing:
        return _problem(source, f"{store.uri(log.key(missing[0]))} and maybe later entries are gone; restore the log")
    try:
        entries = [entry for entry in map(log.read, versions) if entry]
    except msgspec.MsgspecError as error:
        return _problem(
            source, f"its log behind version {read_version} holds something else ({error}); restore the log"
        )
    problems = (f"{source}: {line}" for entry in entries for line in _entry_problems(log, entry))
    return SourceBatches(tuple(map(_batch, entries)), tuple(problems))


def _batch(entry: Entry) -> Batch:
    files = tuple(File(part.key, part.bytes) for part in entry.parts)
    return Batch(position(entry.version), entry.finished_at, entry.rows, files)


def _entry_problems(log: CommitLog, entry: Entry) -> Iterator[str]:
    """Yields what is inconsistent in one committed run."""
    name = f"run {entry.run_id}, version {entry.version} of the log,"
    sizes = dict(log.store.list(log.run_folder(entry.run_id))) if entry.parts else {}
    for part in entry.parts:
        if part.key not in sizes:
            yield f"{name} names {log.store.uri(part.key)}, which is gone; restore it"
        elif sizes[part.key] != part.bytes:
            yield f"{name} names {part.key} of {part.bytes} bytes, which has {sizes[part.key]}; restore it"
    rows = sum(part.rows for part in entry.parts)
    if rows != entry.rows:
        yield f"{name} counts {entry.rows} row(s), its parts {rows}; restore the entry"


def _problem(source: str, line: str) -> SourceBatches:
    return SourceBatches(problems=(f"{source}: {line}",))
