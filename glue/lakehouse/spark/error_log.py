"""What errors say in full, values of the data included: in a place that the operator alone reads."""

import os
import traceback
from collections.abc import Iterator
from itertools import count
from pathlib import Path

from lakehouse_common.object_store import ObjectStore, open_store


class ErrorLog:
    """The texts of one run's errors below `root`: one file `<run_id>.log` in a folder, `<run_id>/<n>.log` on S3."""

    def __init__(self, root: str, run_id: str):
        self._root, self._run_id = root, run_id

    def store(self, error: BaseException) -> str | None:
        """Write the error with its traceback and Java's stack; returns the place, None where nothing can be written."""
        try:
            body = full_text(error).encode(errors="backslashreplace")
            if self._root.startswith("s3://"):
                return self._put(open_store(self._root), body)
            return self._append(Path(self._root), body)
        except Exception:  # the disk is full, or S3 is away: the error itself goes before
            return None

    def _put(self, store: ObjectStore, body: bytes) -> str:
        key = next(key for n in count(1) if store.put_if_absent(key := f"{self._run_id}/{n}.log", body))
        return store.uri(key)

    def _append(self, folder: Path, body: bytes) -> str:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        folder.chmod(0o700)
        path = folder / f"{self._run_id}.log"
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "ab") as file:
            file.write(body)
        return str(path)


def full_text(error: BaseException) -> str:
    """Returns the traceback, those of its causes, and the stacks of what came from Java."""
    stacks = [getattr(step, "_stackTrace", None) for step in _chain(error)]
    return "\n".join(["".join(traceback.format_exception(error)), *(str(stack) for stack in stacks if stack), ""])


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        error = error.__cause__ or error.__context__
