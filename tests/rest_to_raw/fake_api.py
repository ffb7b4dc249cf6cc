"""A real HTTP server on this machine that plays a paged REST API, and stumbles when told to."""

import json
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any, NamedTuple, Self
from urllib.parse import parse_qsl, urlsplit


class Answer(NamedTuple):
    """What the server sends; with `cut` it promises that many bytes more and hangs up."""

    body: bytes = b"{}"
    status: int = 200
    headers: dict[str, str] = {}
    cut: int = 0


class Asked(NamedTuple):
    """One request as it came in."""

    path: str
    query: dict[str, str]
    headers: dict[str, str]
    method: str = "GET"
    body: bytes = b""


class FakeApi:
    """Serves `records` (JSON texts) in pages of `size`; `stumbles` are sent first, one for each request."""

    def __init__(self) -> None:
        self.records: list[str] = []
        self.size = 10
        self.stumbles: list[Answer] = []
        self.asked: list[Asked] = []
        self.answer: Callable[[Asked], Answer] = self.page
        self.server = _Server(("127.0.0.1", 0), _handler_of(self))
        self.url = f"http://127.0.0.1:{self.server.server_port}/v1"

    def page(self, asked: Asked) -> Answer:
        """The page at `cursor`, of the records whose `at` is at or after `since`."""
        since = asked.query.get("since", "")
        records = [record for record in self.records if json.loads(record).get("at", "~") >= since]
        start = int(asked.query.get("cursor", "0"))
        end = start + self.size
        following = f'"{end}"' if end < len(records) else "null"
        return Answer(f'{{"data":[{",".join(records[start:end])}],"meta":{{"next":{following}}}}}'.encode())

    def __enter__(self) -> Self:
        Thread(target=self.server.serve_forever, args=(0.01,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.server.shutdown()
        self.server.server_close()


class _Server(ThreadingHTTPServer):
    def handle_error(self, request: Any, client_address: Any) -> None:
        """A caller that hangs up is none of its troubles."""


def _handler_of(api: FakeApi) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            sent = self.rfile.read(int(self.headers.get("Content-Length", "0")))
            query = dict(parse_qsl(parts.query, keep_blank_values=True))
            asked = Asked(parts.path, query, dict(self.headers.items()), self.command, sent)
            api.asked.append(asked)
            answer = api.stumbles.pop(0) if api.stumbles else api.answer(asked)
            self.send_response_only(answer.status)
            for name, value in answer.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(answer.body) + answer.cut))
            self.end_headers()
            self.wfile.write(b"" if self.command == "HEAD" else answer.body)
            self.close_connection = self.close_connection or answer.cut > 0

        do_POST = do_HEAD = do_GET

        def log_message(self, format: str, *args: Any) -> None:
            """Says nothing."""

    return Handler
