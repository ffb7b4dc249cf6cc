"""How the API knows its caller: what each attempt of a request carries, and what is tried once it is refused."""

import base64
import time
from collections.abc import Callable
from typing import Protocol

from lakehouse_common.secret_store import Secrets
from rest_to_raw.auth.tokens import Issuer, Token
from rest_to_raw.http.exchange import Request, Send
from rest_to_raw.outcome import IngestionError
from rest_to_raw.settings.resource import Resource
from rest_to_raw.settings.structs import Auth as Told

STATIC = ("api_key", "basic", "bearer")
# So long before its end a token is replaced: it must not run out on the way.
EARLY_S = 60.0


class Auth(Protocol):
    """Adds to a request what lets it in."""

    def attach(self, request: Request) -> Request:
        """The request with it.

        Raises:
            IngestionError: for a secret that is no such thing, RetryableError where no token came.
        """
        ...

    def renew(self) -> bool:
        """After a refusal: whether there is something new to try; reads the secret anew, or drops the token."""
        ...


class Nobody:
    """An API that asks nobody who they are."""

    def attach(self, request: Request) -> Request:
        """The request as it is."""
        return request

    def renew(self) -> bool:
        """There is nothing to renew."""
        return False


class Static:
    """A secret that is sent as it is: api_key, basic, bearer."""

    def __init__(self, told: Told, secrets: Secrets) -> None:
        self.told = told
        self.secrets = secrets
        self.name = told.secret or ""
        self._value: str | None = None

    def attach(self, request: Request) -> Request:
        """The request with the secret in its header, or in its query where the contract says so."""
        value = self._value = self._value if self._value is not None else self.secrets(self.name)
        if self.told.query_param:
            return request._replace(params={**request.params, self.told.query_param: value})
        if self.told.kind == "basic":
            return _with(request, "Authorization", f"Basic {self._pair(value)}")
        carried = fit(value, f"secret '{self.name}'")
        if self.told.kind == "bearer":
            return _with(request, "Authorization", f"Bearer {carried}")
        return _with(request, self.told.header or "", carried)

    def _pair(self, value: str) -> str:
        """User and password, as RFC 7617 sends them. Raises: IngestionError when it is no such pair."""
        if ":" not in value:
            raise IngestionError("config", f"secret '{self.name}' is not user:password, as auth 'basic' wants")
        return base64.b64encode(value.encode()).decode()

    def renew(self) -> bool:
        """Whether the secret has another value by now."""
        value = self.secrets(self.name, fresh=True)
        is_new, self._value = value != self._value, value
        return is_new


class Issued:
    """A token that is asked for, and replaced a minute before it ends."""

    def __init__(self, told: Told, issuer: Issuer, now: Callable[[], float]) -> None:
        self.told = told
        self.issuer = issuer
        self.now = now
        self._token: Token | None = None
        self._until = 0.0
        self._is_fresh = False

    def attach(self, request: Request) -> Request:
        """The request with a token that is good for a while."""
        if self._token is None or self.now() >= self._until:
            began = self.now()
            self._token = self.issuer.token(fresh=self._is_fresh)
            self._until = began + max(self._token.lifetime - EARLY_S, self._token.lifetime / 2)
            self._is_fresh = False
        name = self.told.header or "Authorization"
        value = fit(self._token.value, f"the token for {self.issuer.called}")
        return _with(request, name, f"Bearer {value}" if name.lower() == "authorization" else value)

    def renew(self) -> bool:
        """Another token, by the secret as it is by now."""
        had_one = self._token is not None
        self._token, self._is_fresh = None, True
        return had_one


def fit(value: str, called: str) -> str:
    """The value. Raises: IngestionError when no header can carry it."""
    if not (value.isascii() and value.isprintable() and value.strip() == value != ""):
        raise IngestionError("config", f"{called} holds characters that no header can carry")
    return value


def open_auth(resource: Resource, secrets: Secrets, send: Send, now: Callable[[], float] = time.time) -> Auth:
    """The auth of a resource; `send` asks for tokens, `now` is in epoch seconds."""
    if resource.auth.kind == "none":
        return Nobody()
    if resource.auth.kind in STATIC:
        return Static(resource.auth, secrets)
    return Issued(resource.auth, Issuer(resource, secrets, send, now), now)


def _with(request: Request, name: str, value: str) -> Request:
    return request._replace(headers={**request.headers, name: value})
