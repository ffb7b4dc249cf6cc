"""A sample REST API over real HTTP on this machine: billing, behind a bearer token, and exchange rates."""

import base64
import binascii
import hmac
import threading
from collections.abc import Callable, Mapping
from datetime import datetime
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, NamedTuple, Self
from urllib.parse import parse_qs, urlsplit

import msgspec

from demo.billing import Item, billing, payments
from demo.rates import rates
from demo.sample_org import Org

PAGE_ROWS = 200
APIS = {"billing": "/billing/v1", "fx": "/fx/v1"}
Query = Mapping[str, str]
Response = tuple[HTTPStatus, Any]


class SampleApi:
    """A server that runs as long as the `with` block; the system chooses its port."""

    def __init__(self, org: Org, token: str, day: int) -> None:
        """Prepare the responses of that day. Raises: ValueError when there is no such day."""
        billed = billing(org, day)
        self.token = token
        self._routes: dict[str, Callable[[Query], Response]] = {
            "/billing/v1/invoices": _Pages(billed.invoices).respond,
            "/billing/v1/payments": _Pages(payments(billed)).respond,
            "/fx/v1/rates": _Rates(day).respond,
        }
        self._server = _Server(self._respond)

    def url(self, api: str) -> str:
        """Return the API's base URL. Raises: KeyError when it is neither billing nor fx."""
        return f"http://127.0.0.1:{self._server.server_address[1]}{APIS[api]}"

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()

    def _respond(self, path: str, query: Query, authorization: str) -> Response:
        if path not in self._routes:
            return HTTPStatus.NOT_FOUND, {"error": "no such resource"}
        is_known = hmac.compare_digest(authorization.encode(), f"Bearer {self.token}".encode())
        if path.startswith(APIS["billing"]) and not is_known:
            return HTTPStatus.UNAUTHORIZED, {"error": "a bearer token is needed"}
        try:
            return self._routes[path](query)
        except ValueError:
            return HTTPStatus.BAD_REQUEST, {"error": "a parameter cannot be read"}


class _Position(NamedTuple):
    """The place of a record in the API's order: it changes only with the record."""

    updated_at: datetime
    record_id: str


class _Pages:
    """Records in the order of their last change; a cursor names the last record that was served."""

    def __init__(self, items: list[Item]) -> None:
        placed = ((_Position(datetime.fromisoformat(item["updated_at"]), item["id"]), item) for item in items)
        self._placed = sorted(placed, key=lambda pair: pair[0])

    def respond(self, query: Query) -> Response:
        """Return a page of the records changed since `updated_after`. Raises: ValueError for what cannot be read."""
        since = _moment(query["updated_after"]) if "updated_after" in query else None
        last = _position(query["cursor"]) if "cursor" in query else None
        wanted = [
            pair
            for pair in self._placed
            if (since is None or pair[0].updated_at >= since) and (last is None or pair[0] > last)
        ]
        page, has_more = wanted[:PAGE_ROWS], len(wanted) > PAGE_ROWS
        cursor = _cursor(page[-1][0]) if has_more else None
        return HTTPStatus.OK, {"data": [item for _, item in page], "meta": {"next": cursor}}


class _Rates:
    """All rates from a date on, in one response."""

    def __init__(self, day: int) -> None:
        self._rates = rates(day)

    def respond(self, query: Query) -> Response:
        """Return the rates from a date on. Raises: ValueError for what cannot be read."""
        first = _moment(query["from"]).date().isoformat() if "from" in query else ""
        return HTTPStatus.OK, {"rates": [rate for rate in self._rates if rate["date"] >= first]}


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def __init__(self, respond: Callable[[str, Query, str], Response]) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.respond = respond


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: _Server

    def do_GET(self) -> None:
        """Respond without a Date or Server header, so that the same request always has the same response."""
        url = urlsplit(self.path)
        query = {name: values[-1] for name, values in parse_qs(url.query, keep_blank_values=True).items()}
        status, content = self.server.respond(url.path, query, self.headers.get("Authorization", ""))
        body = msgspec.json.encode(content)
        self.send_response_only(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Log nothing: addresses of requests may be personal."""


def _moment(text: str) -> datetime:
    """Return an instant or a date; without an offset it is UTC."""
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else datetime.fromisoformat(f"{moment:%Y-%m-%dT%H:%M:%S}+00:00")


def _cursor(position: _Position) -> str:
    return base64.urlsafe_b64encode(f"{position.updated_at.isoformat()}|{position.record_id}".encode()).decode()


def _position(cursor: str) -> _Position:
    try:
        updated_at, _, record_id = base64.urlsafe_b64decode(cursor.encode()).decode().partition("|")
    except (binascii.Error, UnicodeError):
        raise ValueError("not a cursor of this API") from None
    return _Position(_moment(updated_at), record_id)
