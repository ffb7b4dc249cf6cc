"""A Parquet file of nullable string columns, the only kind that AppFlow writes by default.

Written by hand after the format's specification (apache/parquet-format: Encodings.md and parquet.thrift, its footer in
Thrift's compact protocol): the demo then needs no Arrow, and the same records always give the same bytes. One row
group, one page per column, plain values, the Snappy codec with literals only, so nothing is made smaller.
"""

import struct
from collections.abc import Sequence

from demo.records import Record

MAGIC = b"PAR1"
BYTE_ARRAY, OPTIONAL, UTF8, PLAIN, RLE, SNAPPY, DATA_PAGE = 6, 1, 0, 0, 3, 1, 0
# Thrift's compact types.
I32, I64, BINARY, LIST, STRUCT = 5, 6, 8, 9, 12
LONG_LIST = 15

Thrift = tuple[int, bytes]


def parquet_file(records: Sequence[Record]) -> bytes:
    """Return the file's bytes; the columns are the first record's fields. Raises: KeyError when a record lacks one."""
    body, chunks = bytearray(MAGIC), []
    for field in records[0]:
        page, plain_bytes = _page([record[field] for record in records])
        chunks.append(_chunk(field, len(records), len(body), len(page), plain_bytes))
        body += page
    footer = _footer(list(records[0]), len(records), chunks, len(body))
    return bytes(body) + footer + struct.pack("<i", len(footer)) + MAGIC


def _page(values: list[str | None]) -> tuple[bytes, int]:
    """Return a data page with its header, and its size in bytes before compression."""
    texts = [value.encode() for value in values if value is not None]
    plain = _presence(values) + b"".join(struct.pack("<i", len(text)) + text for text in texts)
    stored = _snappy(plain)
    about = _struct({1: _i32(len(values)), 2: _i32(PLAIN), 3: _i32(RLE), 4: _i32(RLE)})
    header = _struct({1: _i32(DATA_PAGE), 2: _i32(len(plain)), 3: _i32(len(stored)), 5: about})[1]
    return header + stored, len(header) + len(plain)


def _presence(values: list[str | None]) -> bytes:
    """Return the definition levels: one bit per value, in one bit-packed run of whole bytes."""
    groups = -(-len(values) // 8)
    bits = sum(1 << place for place, value in enumerate(values) if value is not None)
    run = _varint(groups << 1 | 1) + bits.to_bytes(groups, "little")
    return struct.pack("<i", len(run)) + run


def _snappy(plain: bytes) -> bytes:
    """Return a Snappy block of one literal with a length of four bytes."""
    return _varint(len(plain)) + bytes([63 << 2]) + struct.pack("<I", len(plain) - 1) + plain


def _chunk(field: str, rows: int, offset: int, stored_bytes: int, plain_bytes: int) -> Thrift:
    about = {
        1: _i32(BYTE_ARRAY),
        2: _list(_i32(PLAIN), _i32(RLE)),
        3: _list(_binary(field)),
        4: _i32(SNAPPY),
        5: _i64(rows),
        6: _i64(plain_bytes),
        7: _i64(stored_bytes),
        9: _i64(offset),
    }
    return _struct({2: _i64(offset), 3: _struct(about)})


def _footer(fields: list[str], rows: int, chunks: list[Thrift], body_bytes: int) -> bytes:
    root = _struct({4: _binary("schema"), 5: _i32(len(fields))})
    columns = [_struct({1: _i32(BYTE_ARRAY), 3: _i32(OPTIONAL), 4: _binary(name), 6: _i32(UTF8)}) for name in fields]
    group = _struct({1: _list(*chunks), 2: _i64(body_bytes - len(MAGIC)), 3: _i64(rows)})
    return _struct(
        {1: _i32(1), 2: _list(root, *columns), 3: _i64(rows), 4: _list(group), 6: _binary("lakehouse demo")}
    )[1]


def _i32(number: int) -> Thrift:
    return I32, _varint(number << 1)


def _i64(number: int) -> Thrift:
    return I64, _varint(number << 1)


def _binary(text: str) -> Thrift:
    return BINARY, _varint(len(text.encode())) + text.encode()


def _list(*items: Thrift) -> Thrift:
    kind = items[0][0]
    few = len(items) < LONG_LIST
    header = bytes([len(items) << 4 | kind]) if few else bytes([LONG_LIST << 4 | kind]) + _varint(len(items))
    return LIST, header + b"".join(body for _, body in items)


def _struct(fields: dict[int, Thrift]) -> Thrift:
    """Return a struct of the fields by number, ascending; each header holds the step from the number before."""
    body, before = b"", 0
    for number, (kind, content) in fields.items():
        body += bytes([(number - before) << 4 | kind]) + content
        before = number
    return STRUCT, body + b"\0"


def _varint(number: int) -> bytes:
    """Return the number, seven bits a byte, the lowest first; it is never negative here, so zigzag is a shift."""
    encoded = bytearray()
    while number > 127:
        encoded.append(number & 127 | 128)
        number >>= 7
    return bytes(encoded) + bytes([number])
