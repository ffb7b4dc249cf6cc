"""The client of one resource: adds auth, tries again where that can help, and applies the contract's `responses`."""

import hashlib
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from enum import Enum
from typing import NoReturn, TypeVar

from lakehouse_common.instants import parse_http_date
from rest_to_raw.auth.base_auth import Auth
from rest_to_raw.counters import Counters
from rest_to_raw.deadline import Deadline
from rest_to_raw.http import response_rules
from rest_to_raw.http.exchange import MalformedResponseError, Request, Response, RetryableError
from rest_to_raw.http.network import Network
from rest_to_raw.http.rate_limit import Throttle
from rest_to_raw.outcome import IngestionError
from rest_to_raw.retry import RetryPolicy, seconds_until
from rest_to_raw.settings.resource import Resource
from rest_to_raw.settings.structs import Action

T = TypeVar("T")
OK, NO_CONTENT, UNAUTHORIZED, FORBIDDEN, NOT_FOUND = 200, 204, 401, 403, 404


class ResponseMeaning(Enum):
    """The meaning of a response that is not a page."""

    IGNORE = "ignore"
    END_OF_DATA = "end_of_data"
    REDUCE_PAGE = "reduce_page"


class Client:
    """Reads from one resource; `spent` is the number of requests of the run's earlier calls."""

    def __init__(
        self, resource: Resource, auth: Auth, network: Network, deadline: Deadline, counters: Counters
    ) -> None:
        self.resource = resource
        self.auth = auth
        self.network = network
        self.counters = counters
        self.retry_policy = RetryPolicy(resource.retry, resource.limits, deadline, counters)
        self.throttle = Throttle(resource.limits.requests_per_second)
        self.spent = 0
        self._clock: tuple[datetime, float] | None = None
        self._malformed_digest: str | None = None
        self._is_renewed = False

    @property
    def requests(self) -> int:
        """Returns the number of the run's requests so far."""
        return self.spent + self.counters.requests

    def read(self, url: str, params: Mapping[str, str], decode: Callable[[Response], T]) -> T | ResponseMeaning:
        """Returns the response as `decode` reads it, or its meaning where it is not a page.

        `decode` raises RetryableError for a response that another attempt may mend, IngestionError for any other that
        it can't read.

        Raises:
            IngestionError: the source refuses, keeps failing or answers with what the contract does not describe.
            WaitTooLongError: the wait before the next attempt is too long for this call.
        """
        path, reason, attempts = self.resource.url_path, "", self.resource.retry.attempts
        self._malformed_digest, self._is_renewed = None, False
        for attempt in range(1, attempts + 1):
            try:
                response = self._send(Request(url, params))
                result = self._meaning(response) or self._decode(response, decode)
            except RetryableError as error:
                reason = error.reason
                if attempt < attempts:
                    self.retry_policy.wait_before_retry(attempt, error.retry_after)
            else:
                self.retry_policy.wait_for_reset(response.headers)
                return result
        raise IngestionError("source_down", f"{path} failed {attempts} times, at last with {reason}; try again later")

    def now(self) -> datetime:
        """Returns the server's time, by a request where no response had a Date yet; else this machine's time."""
        if self._clock is None:
            with suppress(RetryableError):
                self._send(Request(self.resource.url, method="HEAD"))
        return self.server_now() or datetime.now(UTC)

    def server_now(self) -> datetime | None:
        """Returns the last response's `Date` plus the time since then; None before there is one."""
        return self._clock and self._clock[0] + timedelta(seconds=time.monotonic() - self._clock[1])

    def _send(self, request: Request) -> Response:
        limit = self.resource.limits.requests_per_run
        if self.requests >= limit:
            raise IngestionError(
                "contract",
                f"{self.resource.url_path} has taken {limit} requests in one run; raise 'requests_per_run' in "
                "limits of "
                f"{self.resource.name}, or read shorter windows",
            )
        seconds = self.throttle.take()
        if seconds:
            self.retry_policy.wait(seconds)
        headers = {**self.resource.headers, **request.headers}
        named = request._replace(headers=headers, name=self.resource.url_path)
        response = self.network.send(self.auth.attach(named))
        moment = parse_http_date(response.headers.get("Date", ""))
        self._clock = (moment, time.monotonic()) if moment else self._clock
        return response

    def _meaning(self, response: Response) -> ResponseMeaning | None:
        """Returns None for a response that may hold a page. Raises: RetryableError, IngestionError."""
        action = response_rules.action(self.resource.responses, response)
        if action is not None:
            return ACTIONS[action](self, response)
        if response.status == UNAUTHORIZED:
            self._refresh_token(response)
        if response.status in self.resource.retry.statuses:
            self._retry(response)
        if response.status == NO_CONTENT:
            return ResponseMeaning.END_OF_DATA
        if response.status != OK:
            raise self._refusal(response.status)
        return None

    def _fail(self, response: Response) -> NoReturn:
        path, status = self.resource.url_path, response.status
        raise IngestionError("contract", f"{path} answered with status {status}, which 'responses' calls a failure")

    def _retry(self, response: Response) -> NoReturn:
        after = response.headers.get("Retry-After")
        seconds = seconds_until(after, response.headers.get("Date")) if after else None
        raise RetryableError(f"status {response.status}", seconds)

    def _refresh_token(self, response: Response) -> NoReturn:
        """Renew the auth. Raises: RetryableError for another attempt, or IngestionError where nothing is new."""
        if self._is_renewed or not self.auth.renew():
            raise self._refusal(response.status)
        self._is_renewed = True
        raise RetryableError(f"status {response.status}", 0)

    def _decode(self, response: Response, decode: Callable[[Response], T]) -> T:
        try:
            return decode(response)
        except MalformedResponseError as error:
            digest = hashlib.sha256(response.body).hexdigest()[:12]
            if digest == self._malformed_digest:
                raise IngestionError(
                    "contract",
                    f"{self.resource.url_path} answered twice with the same {len(response.body)} bytes (sha256 "
                    f"{digest}...), each time {error.reason}; ask the API's owner",
                ) from None
            self._malformed_digest = digest
            raise

    def _refusal(self, status: int) -> IngestionError:
        return IngestionError(
            "config", f"{self.resource.url_path} answered with status {status}; {self._advice(status)}"
        )

    def _advice(self, status: int) -> str:
        if status in (UNAUTHORIZED, FORBIDDEN):
            secret = self.resource.auth.secret or self.resource.auth.kms_key
            return f"check secret '{secret}' and its rights" if secret else "it wants a secret: set auth"
        return "correct base_url or path" if status == NOT_FOUND else "correct path, params or since"


# What the actions of the contract's `responses` do.
ACTIONS: dict[Action, Callable[[Client, Response], ResponseMeaning]] = {
    "fail": Client._fail,
    "retry": Client._retry,
    "refresh_token": Client._refresh_token,
    "ignore": lambda client, response: ResponseMeaning.IGNORE,
    "end_of_data": lambda client, response: ResponseMeaning.END_OF_DATA,
    "reduce_page": lambda client, response: ResponseMeaning.REDUCE_PAGE,
}
