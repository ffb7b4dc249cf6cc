"""The body of a response, read in steps so that the sender can make it neither too large nor too slow."""

import time
from collections.abc import Iterator
from typing import Any

from urllib3.response import BaseHTTPResponse

from rest_to_raw.http.compression import Broken, decompressor
from rest_to_raw.http.exchange import RetryableError
from rest_to_raw.outcome import IngestionError
from rest_to_raw.settings.structs import Http

STEP = 1 << 20
MB = 1 << 20
# What a small body may inflate to whatever its ratio is.
SMALL = 4 * MB
WBITS = {"gzip": 31, "x-gzip": 31, "deflate": 15}


def read(raw: BaseHTTPResponse, http: Http, seconds: float, begun: float) -> tuple[bytes, int]:
    """Returns the decompressed body, and how many bytes came over the wire.

    `seconds` after `begun` (monotonic) its time is over.

    Raises:
        RetryableError: it came too slowly, or is not the compressed body that it says it is.
        IngestionError: it is larger, or inflates to more, than the contract allows.
    """
    encoding = raw.headers.get("Content-Encoding", "identity").strip().lower()
    body, wire = bytearray(), 0
    inflate = _inflater(encoding)
    for piece in _pieces(raw, seconds, begun):
        wire += len(piece)
        for step in inflate(piece):
            body += step
            if len(body) > http.body_mb * MB:
                raise IngestionError(
                    "contract", f"a body has more than {http.body_mb} MB; ask for smaller pages, or raise body_mb"
                )
            if len(body) > max(SMALL, wire * http.inflate_ratio):
                raise IngestionError(
                    "security",
                    f"a body of {wire} bytes inflates to more than {http.inflate_ratio} times as much; raise "
                    "'inflate_ratio' only where that is what the API sends",
                )
    if not inflate.is_whole:
        raise RetryableError("a body that breaks off")
    return bytes(body), wire


def _pieces(raw: BaseHTTPResponse, seconds: float, begun: float) -> Iterator[bytes]:
    while True:
        # One read of the socket at a time: a socket's own timeout never fires while bytes drip in.
        piece = raw.read1(STEP, decode_content=False)
        if not piece:
            return
        if time.monotonic() - begun > seconds:
            raise RetryableError(f"a body that took more than {seconds:.0f} s")
        yield piece


class _Plain:
    """A body that is not compressed."""

    is_whole = True

    def __call__(self, piece: bytes) -> Iterator[bytes]:
        yield piece


class _Inflater:
    """A compressed body, inflated in steps of at most one MB; it may have several streams, one after the other."""

    def __init__(self, wbits: int) -> None:
        self.wbits = wbits
        self.stream: Any = None
        self.is_whole = True

    def __call__(self, piece: bytes) -> Iterator[bytes]:
        is_full = False
        while piece or is_full:
            self.stream = self.stream or decompressor(self.wbits)
            try:
                step = self.stream.decompress(piece, STEP)
            except Broken:
                raise RetryableError("a body that is not compressed as it says") from None
            yield step
            piece = self.stream.unconsumed_tail or self.stream.unused_data
            self.is_whole = bool(self.stream.eof)
            # What fills its step may have left more inside.
            is_full = len(step) == STEP and not self.is_whole
            if self.is_whole:
                self.stream = None


def _inflater(encoding: str) -> Any:
    if encoding in ("identity", ""):
        return _Plain()
    if encoding in WBITS:
        return _Inflater(WBITS[encoding])
    raise RetryableError("a body compressed in a way that was not asked for")
