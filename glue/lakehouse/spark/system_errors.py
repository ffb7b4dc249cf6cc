"""Errors of the file system: number, meaning and path hold no value of the data, so a report names them."""

import errno
import os
import re
from collections.abc import Iterator
from typing import Any

ADVICE = {
    errno.ENOSPC: "make room there and run again",
    errno.EDQUOT: "raise the quota or make room, and run again",
    errno.EACCES: "give the user of the run the right to it",
    errno.EPERM: "give the user of the run the right to it",
    errno.EROFS: "make it writable, or name another folder",
    errno.ENOENT: "is the folder there, and is the disk mounted?",
    errno.EMFILE: "raise the limit of open files (ulimit -n)",
}
JAVA_WORDS = {os.strerror(number): number for number in ADVICE}
# Java's own kinds whose whole message is a path.
PATH_ALONE = {"AccessDeniedException": errno.EACCES, "NoSuchFileException": errno.ENOENT}
IO_KINDS = {"IOException", "FileNotFoundException", "FileSystemException", "FSError", *PATH_ALONE}
# `/lake/x (Permission denied)`, `/lake/x: Read-only file system`, `java.io.IOException: No space left on device`.
MESSAGE = re.compile(
    rf"(?:java\.io\.IOException: )?(?:(?:file:)?(?P<path>/[^\n]*?)(?:: | \())?(?P<words>{'|'.join(JAVA_WORDS)})\)?"
)


def system_sentence(error: BaseException) -> str | None:
    """Returns the name of the error's number, its meaning and its path in words; None where it is another error."""
    if isinstance(error, OSError):
        number = error.errno or 0
        path = os.fsdecode(error.filename) if isinstance(error.filename, str | bytes) else ""
        return _sentence(type(error).__name__, number, path) if number in errno.errorcode else None
    return next((line for java in java_errors(error) if (line := _java_sentence(java))), None)


def java_errors(error: BaseException) -> Iterator[Any]:
    """Yields the Java error of one that came over from Spark, and its causes."""
    java = getattr(error, "java_exception", None) or getattr(error, "_origin", None)
    while java is not None:
        yield java
        java = java.getCause()


def _java_sentence(java: Any) -> str | None:
    kind, text = str(java.getClass().getSimpleName()), str(java.getMessage() or "")
    if kind not in IO_KINDS:
        return None
    said = MESSAGE.fullmatch(text)
    if said:
        return _sentence(kind, JAVA_WORDS[said["words"]], said["path"] or "")
    return _sentence(kind, PATH_ALONE[kind], text) if kind in PATH_ALONE and re.fullmatch(r"/[^\n]*", text) else None


def _sentence(kind: str, number: int, path: str) -> str:
    """Returns the sentence.

    >>> _sentence("OSError", errno.ENOSPC, "/lake/silver")
    'OSError (ENOSPC, no space left on device) at /lake/silver; make room there and run again'
    """
    meaning = os.strerror(number)
    advice = f"; {ADVICE[number]}" if number in ADVICE else ""
    where = f" at {path}" if path else ""
    return f"{kind} ({errno.errorcode[number]}, {meaning[0].lower()}{meaning[1:]}){where}{advice}"
