"""Token requests and their responses."""

import math
from collections.abc import Mapping
from typing import Any, NamedTuple
from urllib.parse import urlencode

import msgspec

from rest_to_raw.http.exchange import Request, Response, RetryableError, Send
from rest_to_raw.json_fields import at
from rest_to_raw.outcome import IngestionError
from rest_to_raw.retry import seconds_until

FORM = {"Content-Type": "application/x-www-form-urlencoded"}
OK, BUSY, BROKEN = (200, 201), (408, 425, 429), 500
# Where the server says nothing of it, or no length of time.
USUAL_LIFETIME_S = 3600


class Token(NamedTuple):
    """A token and the seconds for which it is valid."""

    value: str
    lifetime: float

    def __repr__(self) -> str:
        return "Token(...)"


class TokenRefusedError(IngestionError):
    """The server gives no token for this secret."""


class TokenClient:
    """Sends token requests; messages name the secret by `noun`."""

    def __init__(self, send: Send, noun: str) -> None:
        self.send = send
        self.noun = noun

    def grant(self, url: str, form: Mapping[str, str]) -> Response:
        """Returns the response to a form (RFC 6749, 4). Raises: as `ask`."""
        return self.ask(Request(url, headers=FORM, method="POST", body=urlencode(form).encode()))

    def ask(self, request: Request) -> Response:
        """Returns the response to a token request.

        Raises:
            TokenRefusedError: the server refuses.
            RetryableError: another request may succeed.
        """
        response = self.send(request)
        if response.status in BUSY or response.status >= BROKEN:
            after = response.headers.get("Retry-After")
            wait = seconds_until(after, response.headers.get("Date")) if after else None
            raise RetryableError(f"status {response.status} for a token", wait)
        if response.status not in OK:
            raise TokenRefusedError(
                "config", f"no token for {self.noun}: status {response.status}; check it, and 'auth'"
            )
        return response

    def value_at(self, response: Response, path: str, kind: Any) -> Any:
        """Returns the response's value at the path, as `kind`. Raises: IngestionError when it is something else."""
        try:
            body = msgspec.json.decode(response.body, type=dict[str, msgspec.Raw])
            return msgspec.json.decode(at(body, path) or b"null", type=kind)
        except (msgspec.DecodeError, UnicodeDecodeError):
            raise IngestionError(
                "contract", f"an answer to the request for a token has none at '{path}'; compare 'auth'"
            ) from None

    def access_token(self, response: Response) -> Token:
        """Returns the token of a grant (RFC 6749, 5.1). Raises: IngestionError when there is none."""
        value = self.value_at(response, "access_token", str)
        return Token(value, _lifetime(self.value_at(response, "expires_in", int | float | str | None)))


def _lifetime(expires_in: float | str | None) -> float:
    """Returns for how many seconds a token is valid, as its server says."""
    try:
        seconds = float(expires_in or 0)
    except ValueError:
        return USUAL_LIFETIME_S
    return seconds if 0 < seconds < math.inf else USUAL_LIFETIME_S
