"""Requests to one resource: our own auth on each, no redirects, patience with a source that stumbles."""

import math
import random
from typing import NamedTuple

import msgspec
import requests

from rest_to_raw import page
from rest_to_raw.deadline import Deadline
from rest_to_raw.page import Page
from rest_to_raw.resource import Resource
from rest_to_raw.result import Failure, Pause

TIMEOUTS = (5.0, 30.0)
ATTEMPTS = 6
BACKOFF_SECONDS = 1.0
# A longer wait is cheaper in the orchestrator than in a running function.
LONGEST_WAIT_SECONDS = 60.0
TRANSPORT = (
    requests.ConnectionError,
    requests.Timeout,
    requests.exceptions.ChunkedEncodingError,
    requests.exceptions.ContentDecodingError,
)


class Trouble(NamedTuple):
    """Why an attempt failed that is worth another; `retry_after` in seconds, where the source said so."""

    reason: str
    retry_after: int | None = None


class _Session(requests.Session):
    """Sees no redirect, so that nothing of it is followed, parsed or prepared."""

    def get_redirect_target(self, resp: requests.Response) -> str | None:
        return None


class Client:
    """Reads pages of one resource, all over one connection."""

    def __init__(self, resource: Resource, token: str | None, deadline: Deadline) -> None:
        """Raises: Failure when the token cannot be sent in a header."""
        if token is not None and not (token.isascii() and token.isprintable() and token.strip() == token != ""):
            raise Failure("config", f"secret '{resource.auth.secret}' holds characters that no header can carry")
        self.resource = resource
        self.token = token
        self.deadline = deadline
        self.path = resource.url_path
        self.session = _Session()
        # Nothing of the machine's: no proxy, no .netrc, no other certificates.
        self.session.trust_env = False

    def page(self, params: dict[str, str]) -> Page:
        """The page that these query parameters ask for.

        Raises:
            Failure: the source refuses, redirects, keeps failing or answers with what the contract does not describe.
            Pause: the wait before the next attempt is too long for this call.
        """
        reason = ""
        for attempt in range(1, ATTEMPTS + 1):
            outcome = self._attempt(params)
            if isinstance(outcome, Page):
                return outcome
            reason = outcome.reason
            if attempt < ATTEMPTS:
                self._wait(outcome, attempt)
        raise Failure("source_down", f"{self.path} failed {ATTEMPTS} times, at last with {reason}; try again later")

    def _attempt(self, params: dict[str, str]) -> Page | Trouble:
        headers = {"Accept": "application/json"}
        if self.token is not None:
            headers["Authorization"] = f"Bearer {self.token}"
        try:
            answer = self.session.get(
                self.resource.url, params=params, headers=headers, timeout=TIMEOUTS, allow_redirects=False
            )
        except TRANSPORT as error:
            return Trouble(type(error).__name__)
        except requests.RequestException:
            raise Failure("config", f"{self.path} cannot be requested; correct base_url, path or params") from None
        return self._refusal(answer) or self._page(answer)

    def _refusal(self, answer: requests.Response) -> Trouble | None:
        """None for an answer that may hold a page. Raises: Failure when another attempt is of no use."""
        status = answer.status_code
        if status == 200:
            return None
        if status == 429 or status >= 500:
            return Trouble(f"status {status}", _retry_after(answer))
        if 300 <= status < 400:
            raise Failure(
                "security", f"{self.path} redirects (status {status}), which is never followed; correct base_url"
            )
        raise Failure("config", f"{self.path} answered with status {status}; {self._advice(status)}")

    def _advice(self, status: int) -> str:
        if status in (401, 403):
            secret = self.resource.auth.secret
            return f"check secret '{secret}' and its rights" if secret else "it wants a secret: set auth"
        return "correct base_url or path" if status == 404 else "correct path, params or since"

    def _page(self, answer: requests.Response) -> Page | Trouble:
        try:
            return page.decode(answer.content, self.resource)
        except msgspec.DecodeError:
            return Trouble("an answer that is not JSON")

    def _wait(self, trouble: Trouble, attempt: int) -> None:
        """Full jitter, unless the source named a time: that is never cut short."""
        if trouble.retry_after:
            seconds = trouble.retry_after + random.uniform(0, 1)
        else:
            seconds = random.uniform(0, BACKOFF_SECONDS * 2 ** (attempt - 1))
        if seconds > min(LONGEST_WAIT_SECONDS, self.deadline.usable):
            raise Pause(math.ceil(seconds))
        self.deadline.sleep(seconds)


def _retry_after(answer: requests.Response) -> int | None:
    value = answer.headers.get("Retry-After", "")
    return int(value) if value.isascii() and value.isdecimal() else None
