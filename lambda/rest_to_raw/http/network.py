"""Requests to one origin and to the other hosts that the contract allows, checked before anything is sent."""

import logging
import time
from collections.abc import Iterable
from typing import NamedTuple
from urllib.parse import urljoin, urlsplit

import requests
import urllib3
from requests.adapters import HTTPAdapter

from rest_to_raw.counters import Counters
from rest_to_raw.deadline import Deadline
from rest_to_raw.http import body
from rest_to_raw.http.addresses import PublicOnly
from rest_to_raw.http.exchange import Request, Response, RetryableError
from rest_to_raw.outcome import IngestionError
from rest_to_raw.settings.structs import Http

REDIRECTS = 3
REDIRECTING = (301, 302, 303, 307, 308)
HERE = ("localhost", "127.0.0.1")
# It would log every URL with its query.
logging.getLogger("urllib3.connectionpool").setLevel(logging.WARNING)
PORTS = {"https": 443, "http": 80}
# Of what is left of a call, so much is for landing what was read.
RESERVE_SECONDS, LEAST_SECONDS = 10.0, 5.0
TRANSPORT = (
    requests.ConnectionError,
    requests.Timeout,
    requests.exceptions.ChunkedEncodingError,
    urllib3.exceptions.HTTPError,
    OSError,
)


class Origin(NamedTuple):
    """Scheme, host and port of a URL."""

    scheme: str
    host: str
    port: int

    @classmethod
    def of(cls, url: str) -> "Origin | None":
        """Returns the origin, or None where the URL has no such parts or names a user."""
        try:
            parts = urlsplit(url)
            port = parts.port or PORTS[parts.scheme]
        except (ValueError, KeyError):
            return None
        is_url = parts.hostname is not None and "@" not in parts.netloc
        return cls(parts.scheme, str(parts.hostname).rstrip("."), port) if is_url else None


class _Session(requests.Session):
    """A session that ignores redirects, so that none is followed, parsed or prepared."""

    def get_redirect_target(self, resp: requests.Response) -> str | None:
        return None


class Network:
    """Sends requests over kept connections."""

    def __init__(self, http: Http, urls: Iterable[str], counters: Counters, deadline: Deadline) -> None:
        """`urls` are those whose origins may be spoken to."""
        self.http = http
        self.origins = {Origin.of(url) for url in urls} - {None}
        self.counters = counters
        self.deadline = deadline
        self.session = _Session()
        # Nothing of the machine's: no proxy, no .netrc, no other certificates.
        self.session.trust_env = False
        adapter = HTTPAdapter() if http.private_network else PublicOnly()
        self.session.mount("https://", adapter)
        self.session.mount("http://", adapter)

    def send(self, request: Request) -> Response:
        """Returns the response, after at most three redirects.

        Raises:
            IngestionError: the request, or a redirect, leads elsewhere than the contract allows, or the body is too
                large.
            RetryableError: no whole response came.
        """
        for _ in range(REDIRECTS + 1):
            self._check(request)
            response = self._once(request)
            location = response.headers.get("Location")
            if response.status not in REDIRECTING or request.method != "GET":
                return response
            target = _target(request.url, location or "")
            if target is None or Origin.of(target) not in self.origins:
                raise IngestionError(
                    "security",
                    f"{request.name} redirects (status {response.status}) to a place that is not the API's, "
                    "and nothing "
                    "was sent there; correct base_url, or name the host in 'allowed_hosts'",
                )
            request = request._replace(url=target, params={})
        raise IngestionError(
            "contract", f"{request.name} redirects more than {REDIRECTS} times; correct base_url or path"
        )

    def _check(self, request: Request) -> None:
        origin = Origin.of(request.url)
        if origin is None or origin not in self.origins:
            raise IngestionError(
                "security",
                "the API names a page at a place that is not its own, and nothing was sent there; if it "
                "belongs to the API, "
                "name the host in 'allowed_hosts'",
            )
        if origin.scheme != "https" and not (origin.host in HERE and self.http.private_network):
            raise IngestionError(
                "security",
                f"{request.name} would be asked for without TLS, and nothing was sent; say https in base_url",
            )

    def _once(self, request: Request) -> Response:
        begun = time.monotonic()
        self.counters.requests += 1
        headers = {"Accept": "application/json", "Accept-Encoding": "gzip", **request.headers}
        try:
            with self.session.request(
                request.method,
                request.url,
                params=request.params,
                headers=headers,
                data=request.body,
                timeout=(self.http.connect, self.http.read),
                allow_redirects=False,
                stream=True,
            ) as reply:
                seconds = min(self.http.page, max(LEAST_SECONDS, self.deadline.left() - RESERVE_SECONDS))
                data, wire = body.read(reply.raw, self.http, seconds, begun)
                self.counters.bytes += wire
                return Response(reply.status_code, reply.headers, data, request.url)
        except TRANSPORT as error:
            raise RetryableError(type(error).__name__) from None
        except requests.RequestException:
            raise IngestionError(
                "config", f"{request.name} cannot be requested; correct base_url, path or params"
            ) from None


def _target(url: str, location: str) -> str | None:
    """Returns the URL that a redirect names, or None where it names none."""
    try:
        return urljoin(url, location) if location else None
    except ValueError:
        return None
