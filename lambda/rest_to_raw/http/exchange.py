"""One request and its response."""

from collections.abc import Callable, Mapping
from typing import NamedTuple

from lakehouse_common.errors import LakehouseError


class Response(NamedTuple):
    """A response; `headers` ignore case, `body` is decompressed, `url` is the address that responded."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    url: str

    def __repr__(self) -> str:
        return f"Response({self.status}, {len(self.body)} bytes)"


class Request(NamedTuple):
    """A request: an absolute URL without a query, its parameters, and headers in addition to the client's own.

    `name` is what messages call it: a URL that carries a value, such as a parent's id, is not shown.
    """

    url: str
    params: Mapping[str, str] = {}
    headers: Mapping[str, str] = {}
    method: str = "GET"
    body: bytes | None = None
    name: str = "the request for a token"

    def __repr__(self) -> str:
        return f"Request({self.method} {self.name})"


class RetryableError(LakehouseError):
    """An attempt failed and another one may succeed; the reason quotes no body, header or query value.

    `retry_after` is in seconds, where the source named a time.
    """

    def __init__(self, reason: str, retry_after: float | None = None) -> None:
        self.reason = reason
        self.retry_after = retry_after
        super().__init__(reason)


class MalformedResponseError(RetryableError):
    """A complete response is not JSON; if the same bytes come again, the network is not the cause."""


Send = Callable[[Request], Response]
