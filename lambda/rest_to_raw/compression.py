"""gzip by ISA-L, which takes a seventh of zlib's time, and by zlib's fastest level where there is no wheel of it."""

import gzip
import io
import zlib
from contextlib import suppress
from typing import Any

_ISAL_GZIP: Any = None
_ISAL_ZLIB: Any = None
# A statement, since a function's zip gets what the import statements of its code name.
with suppress(ImportError):
    from isal import igzip as _ISAL_GZIP
    from isal import isal_zlib as _ISAL_ZLIB

Broken: tuple[type[Exception], ...] = (zlib.error, *([_ISAL_ZLIB.error] if _ISAL_ZLIB else []))


def compressor(target: io.BytesIO) -> Any:
    """A file that writes gzip into `target`, the same bytes for the same input."""
    options = {"filename": "", "mode": "wb", "fileobj": target, "mtime": 0}
    if _ISAL_GZIP:
        return _ISAL_GZIP.IGzipFile(compresslevel=2, **options)
    return gzip.GzipFile(compresslevel=1, **options)  # type: ignore[call-overload]


def decompressor(wbits: int) -> Any:
    """An object like zlib's decompressobj; it raises one of `Broken`."""
    return (_ISAL_ZLIB or zlib).decompressobj(wbits=wbits)
