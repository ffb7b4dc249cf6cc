"""gzip by ISA-L, which takes a seventh of zlib's time, and by zlib's fastest level where there is no wheel of it."""

import gzip
import importlib
import io
import zlib
from typing import Any


def _found(name: str) -> Any:
    try:
        return importlib.import_module(name)
    except ImportError:
        return None


_ISAL_ZLIB, _ISAL_GZIP = _found("isal.isal_zlib"), _found("isal.igzip")
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
