"""How the API knows its caller: what each attempt of a request carries, and what is tried once it is refused."""

import base64
from typing import Protocol

from rest_to_raw.resource import Resource
from rest_to_raw.result import Failure
from rest_to_raw.settings import Auth as Told
from rest_to_raw.wire import Request, Send
from secret_store import Secrets


class Auth(Protocol):
    """Adds to a request what lets it in."""

    def attach(self, request: Request) -> Request:
        """The request with it. Raises: Failure for a secret that is no such thing, Trouble where no token came."""
        ...

    def renew(self) -> bool:
        """After a refusal: whether there is something new to try; reads the secret anew, or gets another token."""
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
            name, header = "Authorization", f"Basic {base64.b64encode(value.encode()).decode()}"
        elif self.told.kind == "bearer":
            name, header = "Authorization", f"Bearer {value}"
        else:
            name, header = self.told.header or "", value
        return request._replace(headers={**request.headers, name: fit(header, value, self.name)})

    def renew(self) -> bool:
        """Whether the secret has another value by now."""
        value = self.secrets(self.name)
        is_new, self._value = value != self._value, value
        return is_new


def fit(header: str, value: str, secret: str) -> str:
    """The header. Raises: Failure when no header can carry the value."""
    if not (value.isascii() and value.isprintable() and value.strip() == value != ""):
        raise Failure("config", f"secret '{secret}' holds characters that no header can carry")
    return header


def open_auth(resource: Resource, secrets: Secrets, send: Send) -> Auth:
    """The auth of a resource; `send` is for those that ask for a token."""
    return Nobody() if resource.auth.kind == "none" else Static(resource.auth, secrets)
