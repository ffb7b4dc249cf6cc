"""Asks for pages with patience: auth on each request, attempts that are worth it, what the contract says of answers."""

import hashlib
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from enum import Enum
from typing import TypeVar

from rest_to_raw.auth.callers import Auth
from rest_to_raw.counters import Tally
from rest_to_raw.deadline import Deadline
from rest_to_raw.http import response_rules
from rest_to_raw.http.exchange import Answer, MalformedResponseError, Request, RetryableError
from rest_to_raw.http.network import Network
from rest_to_raw.http.rate_limit import Throttle
from rest_to_raw.outcome import IngestionError
from rest_to_raw.retry import Patience, seconds_until
from rest_to_raw.settings.resource import Resource

T = TypeVar("T")
OK, NO_CONTENT, UNAUTHORIZED, FORBIDDEN, NOT_FOUND = 200, 204, 401, 403, 404


class Meaning(Enum):
    """An answer that is no page."""

    IGNORE = "ignore"
    END_OF_DATA = "end_of_data"
    REDUCE_PAGE = "reduce_page"


class Client:
    """Reads from one resource. `spent` are the requests of the run's earlier calls."""

    def __init__(self, resource: Resource, auth: Auth, network: Network, deadline: Deadline, tally: Tally) -> None:
        self.resource = resource
        self.auth = auth
        self.network = network
        self.tally = tally
        self.patience = Patience(resource.retry, resource.limits, deadline, tally)
        self.throttle = Throttle(resource.limits.requests_per_second)
        self.spent = 0
        self._clock: tuple[datetime, float] | None = None
        self._bad: str | None = None
        self._renewed = False

    @property
    def requests(self) -> int:
        """The requests of the run so far."""
        return self.spent + self.tally.requests

    def read(self, url: str, params: Mapping[str, str], decode: Callable[[Answer], T]) -> T | Meaning:
        """What `decode` makes of the answer, or what the answer means instead.

        `decode` raises RetryableError for an answer that another attempt may mend, IngestionError for any other that
        it can't read.

        Raises:
            IngestionError: the source refuses, keeps failing or answers with what the contract does not describe.
            WaitTooLongError: the wait before the next attempt is too long for this call.
        """
        path, reason, attempts = self.resource.url_path, "", self.resource.retry.attempts
        self._bad, self._renewed = None, False
        for attempt in range(1, attempts + 1):
            try:
                answer = self._answer(Request(url, params))
                found = self._meaning(answer, path) or self._decoded(answer, path, decode)
            except RetryableError as trouble:
                reason = trouble.reason
                if attempt < attempts:
                    self.patience.before_another(attempt, trouble.retry_after)
            else:
                self.patience.after(answer.headers)
                return found
        raise IngestionError("source_down", f"{path} failed {attempts} times, at last with {reason}; try again later")

    def now(self) -> datetime:
        """The server's time; asks for it where no answer has told it yet, and takes this machine's where none does."""
        if self._clock is None:
            with suppress(RetryableError):
                self._answer(Request(self.resource.url, method="HEAD"))
        return self.server_now() or datetime.now(UTC)

    def server_now(self) -> datetime | None:
        """The time by the last answer's `Date` and this machine's clock since; None before an answer has told it."""
        return self._clock and self._clock[0] + timedelta(seconds=time.monotonic() - self._clock[1])

    def _answer(self, request: Request) -> Answer:
        limit = self.resource.limits.requests_per_run
        if self.requests >= limit:
            raise IngestionError(
                "contract",
                f"{self.resource.url_path} has taken {limit} requests in one run; raise 'requests_per_run' in "
                "limits of "
                f"{self.resource.name}, or read shorter windows",
            )
        wait = self.throttle.take()
        if wait:
            self.patience.wait(wait)
        headers = {**self.resource.headers, **request.headers}
        named = request._replace(headers=headers, name=self.resource.url_path)
        answer = self.network.send(self.auth.attach(named))
        with suppress(TypeError, ValueError):
            self._clock = parsedate_to_datetime(answer.headers.get("Date", "")), time.monotonic()
        return answer

    def _meaning(self, answer: Answer, path: str) -> Meaning | None:
        """None for an answer that may hold a page. Raises: RetryableError, IngestionError."""
        status = answer.status
        action = response_rules.action(self.resource.responses, answer)
        if action == "fail":
            raise IngestionError("contract", f"{path} answered with status {status}, which 'responses' calls a failure")
        if action in ("ignore", "end_of_data", "reduce_page"):
            return Meaning(action)
        if action == "refresh_token" or (action is None and status == UNAUTHORIZED):
            self._renew(status, path)
        if action == "retry" or (action is None and status in self.resource.retry.statuses):
            after = answer.headers.get("Retry-After")
            raise RetryableError(
                f"status {status}", seconds_until(after, answer.headers.get("Date")) if after else None
            )
        if status == NO_CONTENT:
            return Meaning.END_OF_DATA
        if status != OK:
            raise IngestionError("config", f"{path} answered with status {status}; {self._advice(status)}")
        return None

    def _renew(self, status: int, path: str) -> None:
        """Another attempt with a new token, where there is one.

        Raises:
            RetryableError, or: IngestionError where there is none.
        """
        if self._renewed or not self.auth.renew():
            raise IngestionError("config", f"{path} answered with status {status}; {self._advice(status)}")
        self._renewed = True
        raise RetryableError(f"status {status}", 0)

    def _decoded(self, answer: Answer, path: str, decode: Callable[[Answer], T]) -> T:
        try:
            return decode(answer)
        except MalformedResponseError as trouble:
            digest = hashlib.sha256(answer.body).hexdigest()[:12]
            if digest == self._bad:
                raise IngestionError(
                    "contract",
                    f"{path} answered twice with the same {len(answer.body)} bytes (sha256 {digest}...), each time "
                    f"{trouble.reason}; ask the API's owner",
                ) from None
            self._bad = digest
            raise

    def _advice(self, status: int) -> str:
        if status in (UNAUTHORIZED, FORBIDDEN):
            secret = self.resource.auth.secret or self.resource.auth.kms_key
            return f"check secret '{secret}' and its rights" if secret else "it wants a secret: set auth"
        return "correct base_url or path" if status == NOT_FOUND else "correct path, params or since"
