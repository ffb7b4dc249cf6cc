"""The base of the auth kinds, each of which is one class in a module of its own in this package.

A class states as literals all that the contract's compiler must know of it, since that reads them without an import:
`kind` (the word in the contract), `needs` and `allows` (keys of `auth`), and `defaults` (what absent keys mean).
"""

import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from collections.abc import Set as AbstractSet
from typing import Any, ClassVar

from lakehouse_common.secret_store import Secrets
from rest_to_raw.http.exchange import Request, Send
from rest_to_raw.outcome import IngestionError
from rest_to_raw.settings.resource import Resource

NOTHING: Mapping[str, Any] = {}


class Auth(ABC):
    """Adds the credentials to each request of one resource; `send` sends token requests, `now` is in epoch seconds."""

    kind: ClassVar[str]
    needs: ClassVar[AbstractSet[str]] = frozenset()
    allows: ClassVar[AbstractSet[str]] = frozenset()
    defaults: ClassVar[Mapping[str, Any]] = NOTHING

    def __init__(self, resource: Resource, secrets: Secrets, send: Send, now: Callable[[], float] = time.time) -> None:
        self.resource = resource
        self.settings = resource.auth
        self.secrets = secrets
        self.send = send
        self.now = now

    @abstractmethod
    def attach(self, request: Request) -> Request:
        """Returns the request with its credentials.

        Raises:
            IngestionError: the secret is no such thing.
            RetryableError: no token came.
            SecretMissingError: the secret has no value.
        """

    @abstractmethod
    def renew(self) -> bool:
        """Read the secret again, or drop the token, after a refusal; returns whether there is something new to try."""


def with_header(request: Request, name: str, value: str) -> Request:
    """Returns the request with one more header."""
    return request._replace(headers={**request.headers, name: value})


def check_printable(value: str, noun: str) -> None:
    """Check that a header can carry the value. Raises: IngestionError when not; the message names it by `noun`."""
    if not (value.isascii() and value.isprintable() and value.strip() == value != ""):
        raise IngestionError("config", f"{noun} holds characters that no header can carry")
