"""An API of invoices in a process of its own: /invoices in pages by `cursor`, /huge as one page of 100 MB.

Prints its address and two sizes once it listens, and ends when its standard input is closed.
"""

import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.parse import parse_qsl, urlsplit

from bench.rest import records

HUGE_BYTES = 100_000_000


class Api(ThreadingHTTPServer):
    """Holds the listing ready, so that a request costs it only the sending."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.pages = list(records.pages())
        # The first page's records over and over: its size counts, not what it says.
        page = records.page(0, is_last=True)
        listed = page[len(b'{"data":[') : page.rindex(b"]")]
        self.huge = b'{"data":[%s],"meta":{"next":null}}' % b",".join([listed] * (HUGE_BYTES // len(listed) + 1))


class Handler(BaseHTTPRequestHandler):
    """Answers over kept connections."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: Api

    def do_GET(self) -> None:
        """Send the page that the cursor names, or the one huge page."""
        parts = urlsplit(self.path)
        number = int(dict(parse_qsl(parts.query)).get("cursor", "0"))
        body = self.server.huge if parts.path == "/huge" else self.server.pages[number]
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Write no log."""


def main() -> None:
    """Serve until standard input is closed."""
    api = Api()
    Thread(target=api.serve_forever, daemon=True).start()
    print(f"http://127.0.0.1:{api.server_port}", sum(map(len, api.pages)), len(api.huge), flush=True)
    sys.stdin.read()
    api.shutdown()


if __name__ == "__main__":
    main()
