"""The buffer of the records since the last checkpoint, compressed as they come."""

import io
from collections.abc import Sequence
from typing import Any

from rest_to_raw.http.compression import compressor


class Buffer:
    """The next part, still in memory; equal records make equal bytes. `raw_bytes` is its size before compression."""

    def __init__(self) -> None:
        self.pages = 0
        self.rows = 0
        self.raw_bytes = 0
        self.seen: list[str] = []
        self.target = io.BytesIO()
        self.zipped = compressor(self.target)

    def add(self, records: Sequence[Any]) -> None:
        """Append one page's records, a line each."""
        if records:
            lines = b"\n".join(records)
            self.zipped.write(lines)
            self.zipped.write(b"\n")
            self.raw_bytes += len(lines) + 1
        self.pages += 1
        self.rows += len(records)

    def close(self) -> bytes:
        """Returns the finished gzip file."""
        self.zipped.close()
        return self.target.getvalue()
