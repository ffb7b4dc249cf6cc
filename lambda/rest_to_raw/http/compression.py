"""gzip by ISA-L, which needs a seventh of zlib's time, or by zlib's fastest level where ISA-L is not installed."""

import gzip
import io
import zlib
from typing import Any

try:
    from isal import igzip, isal_zlib

    _files: Any = igzip.IGzipFile
    _streams: Any = isal_zlib
    _level = 2
except ImportError:
    _files, _streams, _level = gzip.GzipFile, zlib, 1

Broken: tuple[type[Exception], ...] = (zlib.error, _streams.error)


def compressor(target: io.BytesIO) -> Any:
    """Returns a file that writes gzip into `target`, the same bytes for the same input."""
    return _files(filename="", mode="wb", compresslevel=_level, fileobj=target, mtime=0)


def decompressor(wbits: int) -> Any:
    """Returns an object like zlib's decompressobj; it raises one of `Broken`."""
    return _streams.decompressobj(wbits=wbits)
