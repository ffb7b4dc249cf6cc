"""What a file holds, however it is packed: its own bytes and every value that a reader would get out of it."""

import gzip
import io
import zlib
from collections.abc import Iterator
from pathlib import Path

import pyarrow.parquet as parquet

SYNC_MARKER = 16


def contents(path: Path) -> Iterator[bytes]:
    """The bytes of the file as they lie there, then unpacked: gzip, Parquet's columns, Avro's blocks.

    Raises:
        ValueError: an Avro file is packed in another way than Iceberg packs its manifests.
    """
    body = path.read_bytes()
    yield body
    if body.startswith(b"\x1f\x8b"):
        yield gzip.decompress(body)
    elif body.startswith(b"PAR1"):
        table = parquet.read_table(io.BytesIO(body))
        yield from (repr(column.to_pylist()).encode() for column in table.columns)
        yield from (text for column in table.columns for text in _texts(column.to_pylist()))
    elif body.startswith(b"Obj\x01"):
        yield from _avro_blocks(path, body)


def _texts(values: list[object]) -> Iterator[bytes]:
    return (value.encode() for value in values if isinstance(value, str))


def _avro_blocks(path: Path, body: bytes) -> Iterator[bytes]:
    """The unpacked blocks of an Avro object container: after the header, (rows, bytes, block, sync marker) repeated."""
    if b"avro.codec\x0edeflate" not in body:
        raise ValueError(f"{path} is not packed with deflate")
    marker = body[-SYNC_MARKER:]
    at = body.index(marker) + SYNC_MARKER
    while at < len(body):
        _, at = _long(body, at)
        size, at = _long(body, at)
        yield zlib.decompress(body[at : at + size], wbits=-15)
        at += size + SYNC_MARKER


def _long(body: bytes, at: int) -> tuple[int, int]:
    """Avro's variable-length zig-zag integer, and where it ends."""
    value = shift = 0
    while True:
        byte = body[at]
        value |= (byte & 0x7F) << shift
        at, shift = at + 1, shift + 7
        if not byte & 0x80:
            return (value >> 1) ^ -(value & 1), at
