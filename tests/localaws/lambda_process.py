"""A Lambda function as AWS runs it: its own zip under AWS's runtime interface client, in a process of its own.

The runtime API is a loopback server of this module; a function's process is kept warm for its next call.
"""

import json
import os
import queue
import subprocess
import sys
import tempfile
import threading
import time
import uuid
import zipfile
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import boto3

# What the runtime brings: boto3's and the client's own dependencies, and nothing else of this environment.
BROUGHT = (
    "awslambdaric", "runtime_client*", "boto3", "botocore", "s3transfer", "jmespath", "dateutil", "python_dateutil*",
    "six.py", "urllib3", "simplejson", "snapshot_restore_py",
)  # fmt: skip
LONGEST_S = 900


class RuntimeApi(ThreadingHTTPServer):
    """Hands the next event to the process that asks for one, and takes its answer."""

    daemon_threads = True

    def __init__(self) -> None:
        self.events = queue.Queue[tuple[str, bytes]]()
        self.answers = queue.Queue[tuple[str, bytes]]()
        super().__init__(("127.0.0.1", 0), _Handler)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    # Headers and body leave apart: without this the body waits 40 ms for the other side's acknowledgement.
    disable_nagle_algorithm = True
    server: RuntimeApi

    def log_message(self, *_: Any) -> None:
        """Says nothing."""

    def do_GET(self) -> None:
        request, event = self.server.events.get()
        self.send_response(200)
        headers = {
            "Lambda-Runtime-Aws-Request-Id": request,
            "Lambda-Runtime-Deadline-Ms": str(int((time.time() + LONGEST_S) * 1000)),
            "Lambda-Runtime-Invoked-Function-Arn": "arn:aws:lambda:eu-west-1:123456789012:function:any",
            "Content-Type": "application/json",
            "Content-Length": str(len(event)),
        }
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(event)

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"] or 0))
        kind = "error" if self.path.endswith("/error") else "response"
        self.server.answers.put((kind, body))
        self.send_response(202)
        self.send_header("Content-Length", "0")
        self.end_headers()


class FunctionProcess:
    """One function's warm process; calls are answered one at a time."""

    def __init__(self, code: bytes, handler: str, variables: dict[str, str], libraries: Path) -> None:
        self.lock = threading.Lock()
        self.api = RuntimeApi()
        threading.Thread(target=self.api.serve_forever, daemon=True).start()
        self.root = tempfile.TemporaryDirectory()
        self.log = tempfile.TemporaryFile("w+")  # noqa: SIM115
        zip_path = Path(self.root.name) / "function.zip"
        zip_path.write_bytes(code)
        task = Path(self.root.name) / "task"
        with zipfile.ZipFile(zip_path) as archive:
            archive.extractall(task)
        environment = {
            "PATH": os.defpath,
            "PYTHONPATH": f"{task}{os.pathsep}{libraries}",
            "LAMBDA_TASK_ROOT": str(task),
            "AWS_LAMBDA_RUNTIME_API": f"127.0.0.1:{self.api.server_port}",
            "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "512",
            **variables,
        }
        # -S: none of this environment's packages.
        command = [sys.executable, "-S", "-m", "awslambdaric", handler]
        self.process = subprocess.Popen(command, cwd=task, env=environment, stdout=self.log, stderr=subprocess.STDOUT)

    def call(self, event: Any) -> tuple[str, bool]:
        """The answer as JSON text, and whether it is an error of the function."""
        with self.lock:
            self.api.events.put((str(uuid.uuid4()), json.dumps(event).encode()))
            while True:
                try:
                    kind, body = self.api.answers.get(timeout=0.2)
                    return body.decode(), kind == "error"
                except queue.Empty:
                    if self.process.poll() is not None:
                        return json.dumps({"errorType": "Runtime.ExitError", "errorMessage": self.end_of_log()}), True

    def end_of_log(self) -> str:
        self.log.seek(0)
        return self.log.read()[-2000:]

    def close(self) -> None:
        self.process.kill()
        self.process.wait()
        self.api.shutdown()
        self.api.server_close()
        self.root.cleanup()


def runtime_libraries(folder: Path) -> Path:
    """A folder that holds what Lambda's runtime brings, as links to this environment's packages."""
    site = Path(str(boto3.__file__)).parents[1]
    for place in (place for pattern in BROUGHT for place in site.glob(pattern)):
        link = folder / place.name
        if not link.exists():
            link.symlink_to(place)
    return folder
