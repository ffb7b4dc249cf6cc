"""Step Functions as far as the function asks it: one history, in pages, over HTTP."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

PAGE = 3


@contextmanager
def serving(execution: str, events: list[dict[str, Any]]) -> Iterator[str]:
    """The address that answers GetExecutionHistory for this execution, and for no other call."""

    class Answer(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            first = int(asked.pop("nextToken", "0"))
            wanted = {"executionArn": execution, "includeExecutionData": False}
            known = self.headers["X-Amz-Target"] == "AWSStepFunctions.GetExecutionHistory" and asked == wanted
            page = events[first : first + PAGE]
            answer: dict[str, Any] = {"events": page} if known else {"message": "another call was expected"}
            if first + PAGE < len(events):
                answer["nextToken"] = str(first + PAGE)
            body = json.dumps(answer, default=lambda instant: instant.timestamp()).encode()
            self.send_response(200 if known else 400)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: Any) -> None:
            """Nothing is printed."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answer)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
