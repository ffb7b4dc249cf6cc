"""The one address of the emulated account: the stand-ins by the service that signed a request, moto for the rest."""

import json
import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from werkzeug.datastructures import Headers

Environ = dict[str, Any]
Application = Callable[[Environ, Any], Iterable[bytes]]
SCOPE = re.compile(r"AWS4-HMAC-SHA256 Credential=[^/]*/\d{8}/[^/]*/([^/]+)/aws4_request")
NO_ROUTE = b"<title>404 Not Found</title>"
CALLS_PATH = "/localaws/calls"
GAPS_PATH = "/localaws/gaps"
SCHEDULES_PATH = "/localaws/schedules"


def signed_by(environ: Environ) -> str:
    """The service of the signature's credential scope; empty without a signature."""
    found = SCOPE.match(environ.get("HTTP_AUTHORIZATION", ""))
    return found.group(1) if found else ""


class FrontDoor:
    """A WSGI application. What has no answer is a 400, for SDKs repeat a 500 for minutes, and is kept in `gaps`."""

    def __init__(
        self, stand_ins: Mapping[str, Application], moto: Application, own: Mapping[str, Callable[[], object]]
    ) -> None:
        self.stand_ins = stand_ins
        self.moto = moto
        self.gaps: list[str] = []
        self.calls: dict[str, set[str]] = {}
        # By path, what a test asks the account itself.
        self.own = {GAPS_PATH: lambda: self.gaps, CALLS_PATH: self.callers, **own}

    def __call__(self, environ: Environ, start_response: Any) -> Iterable[bytes]:
        if environ["PATH_INFO"] in self.own:
            return answer(start_response, "200 OK", self.own[environ["PATH_INFO"]]())
        return self.ask(self.stand_ins.get(signed_by(environ), self.moto), environ, start_response)

    def callers(self) -> dict[str, list[str]]:
        """What was called, and the products that called it, as they name themselves."""
        return {called: sorted(by) for called, by in self.calls.items()}

    def ask(self, behind: Application, environ: Environ, start_response: Any) -> Iterable[bytes]:
        held: list[Any] = []
        name = operation(environ)
        products = re.findall(r"([\w.-]+)/", environ.get("HTTP_USER_AGENT", ""))
        self.calls.setdefault(name, set()).update(products)
        try:
            body = behind(environ, lambda *head: held.append(head))
        except Exception as error:
            return self.refuse(start_response, f"{name}: {type(error).__name__}: {error}")
        status, headers, *more = held[-1]
        page = b"".join(body) if is_page(status, headers) else b""
        if status.startswith("5") or NO_ROUTE in page:
            return self.refuse(start_response, f"{name}: {status}")
        start_response(status, headers, *more)
        return [page] if page else body

    def refuse(self, start_response: Any, gap: str) -> Iterable[bytes]:
        self.gaps.append(gap)
        body = {"__type": "NotImplemented", "message": f"no answer: {gap}"}
        # Step Functions asks every error for the id of its request.
        headers = ("x-amzn-ErrorType", "NotImplemented"), ("x-amzn-RequestId", "refused")
        return answer(start_response, "400 Bad Request", body, *headers)


def is_page(status: str, headers: list[tuple[str, str]]) -> bool:
    """Whether nothing was found and the answer is for people to read: no service answers so."""
    return status.startswith("404") and Headers(headers).get("Content-Type", "").startswith("text/html")


def operation(environ: Environ) -> str:
    """What was called, in the words of the request."""
    target = environ.get("HTTP_X_AMZ_TARGET")
    return f"{signed_by(environ)} {target or environ['REQUEST_METHOD'] + ' ' + environ['PATH_INFO']}"


def answer(start_response: Any, status: str, body: object, *headers: tuple[str, str]) -> Iterable[bytes]:
    start_response(status, [("Content-Type", "application/json"), *headers])
    return [json.dumps(body).encode()]
