"""Tokens that are asked for: OAuth 2.0 (RFC 6749, RFC 7523), JSON web tokens (RFC 7519) and logins."""

import base64
import hashlib
import hmac
import json
import math
import uuid
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple
from urllib.parse import urlencode

import msgspec

from lakehouse_common.secret_store import Secrets, sign
from rest_to_raw.http.exchange import Answer, Request, RetryableError, Send
from rest_to_raw.outcome import IngestionError
from rest_to_raw.pagination.fields import at
from rest_to_raw.retry import seconds_until
from rest_to_raw.settings.resource import Resource

FORM = {"Content-Type": "application/x-www-form-urlencoded"}
OK, BUSY, BROKEN = (200, 201), (408, 425, 429), 500
# Where the server says nothing of it, or no length of time.
USUAL_LIFETIME_S = 3600
ASSERTION = "urn:ietf:params:oauth:grant-type:jwt-bearer"

Claims = dict[str, Any]


class Token(NamedTuple):
    """A token and for how many seconds it is good."""

    value: str
    lifetime: float

    def __repr__(self) -> str:
        return "Token(...)"


class TokenRefusedError(IngestionError):
    """The server gives no token for this secret."""


class Issuer:
    """Gets the tokens of one resource; each call asks for a new one."""

    def __init__(self, resource: Resource, secrets: Secrets, send: Send, now: Callable[[], float]) -> None:
        self.resource = resource
        self.told = resource.auth
        self.name = resource.auth.secret or ""
        self.called = f"secret '{self.name}'" if self.name else f"key '{resource.auth.kms_key}'"
        self.secrets = secrets
        self.send = send
        self.now = now

    def token(self, *, fresh: bool) -> Token:
        """A new token; `fresh` reads the secret anew, as does a refusal, and what was changed meanwhile is tried.

        Raises:
            IngestionError: the secret is not what the kind of auth wants, or the server refuses it.
            RetryableError: the server is not able to give one now.
            SecretMissingError: the secret has no value.
        """
        # A refresh token that another function has spent since then must not be sent once more: there are servers that
        # take it for a theft, and end the whole grant.
        value = self._secret(fresh=fresh or self.told.kind == "oauth2_refresh")
        try:
            return self._by(value)
        except TokenRefusedError:
            newer = self._secret(fresh=True)
            if newer == value:
                raise
        return self._by(newer)

    def _secret(self, *, fresh: bool) -> str:
        return self.secrets(self.name, fresh=fresh) if self.name else ""

    def _by(self, value: str) -> Token:
        return {
            "oauth2_client_credentials": self._client_credentials,
            "oauth2_refresh": self._refresh,
            "jwt": self._jwt,
            "session": self._session,
        }[self.told.kind](value)

    def _client_credentials(self, value: str) -> Token:
        known = self._members(value, "client_id", "client_secret")
        audience = {"audience": self.told.audience} if self.told.audience else {}
        return self._granted({"grant_type": "client_credentials", **known, **self._scope(), **audience})

    def _refresh(self, value: str) -> Token:
        known = self._members(value, "client_id", "client_secret", "refresh_token")
        answer = self._asked({"grant_type": "refresh_token", **known, **self._scope()})
        rotated = self._found(answer, "refresh_token", str | None)
        if rotated and rotated != known["refresh_token"]:
            # Before the token is used: the old one is void already, and a kill from here on would lose the new one.
            self.secrets.write(self.name, json.dumps(json.loads(value) | {"refresh_token": rotated}))
        return self._of(answer)

    def _jwt(self, value: str) -> Token:
        lifetime = self.told.lifetime or 0
        begun = int(self.now())
        said = {"iss": self.told.issuer, "sub": self.told.subject, "aud": self.told.audience}
        claims: Claims = {name: one for name, one in said.items() if one}
        scope = {"scope": " ".join(self.told.scopes)} if self.told.scopes else {}
        claims |= {**scope, "iat": begun, "exp": begun + lifetime, "jti": str(uuid.uuid4())}
        signed = rs256(claims, self.told.kms_key) if self.told.kms_key else hs256(claims, value)
        if self.told.token_url:
            return self._granted({"grant_type": ASSERTION, "assertion": signed})
        return Token(signed, lifetime)

    def _session(self, value: str) -> Token:
        self._members(value)
        url = self.resource.base_url.rstrip("/") + (self.told.login_path or "")
        headers = {"Content-Type": "application/json"}
        answer = self._answered(Request(url, headers=headers, method="POST", body=value.encode()))
        return Token(self._found(answer, self.told.token or "", str), self.told.lifetime or 0)

    def _scope(self) -> Mapping[str, str]:
        return {"scope": " ".join(self.told.scopes)} if self.told.scopes else {}

    def _granted(self, form: Mapping[str, str]) -> Token:
        return self._of(self._asked(form))

    def _asked(self, form: Mapping[str, str]) -> Answer:
        body = urlencode(form).encode()
        return self._answered(Request(self.told.token_url or "", headers=FORM, method="POST", body=body))

    def _of(self, answer: Answer) -> Token:
        value = self._found(answer, "access_token", str)
        return Token(value, _seconds(self._found(answer, "expires_in", int | float | str | None)))

    def _answered(self, request: Request) -> Answer:
        """The answer to a request for a token.

        Raises:
            IngestionError: when it is refused, RetryableError when another may succeed.
        """
        answer = self.send(request)
        if answer.status in BUSY or answer.status >= BROKEN:
            after = answer.headers.get("Retry-After")
            wait = seconds_until(after, answer.headers.get("Date")) if after else None
            raise RetryableError(f"status {answer.status} for a token", wait)
        if answer.status not in OK:
            raise TokenRefusedError(
                "config", f"no token for {self.called}: status {answer.status}; check it, and 'auth'"
            )
        return answer

    def _found(self, answer: Answer, path: str, kind: Any) -> Any:
        try:
            around = msgspec.json.decode(answer.body, type=dict[str, msgspec.Raw])
            return msgspec.json.decode(at(around, path) or b"null", type=kind)
        except (msgspec.DecodeError, UnicodeDecodeError):
            raise IngestionError(
                "contract", f"an answer to the request for a token has none at '{path}'; compare 'auth'"
            ) from None

    def _members(self, value: str, *names: str) -> dict[str, str]:
        """The members of the secret's JSON. Raises: IngestionError when it is none, or one is missing."""
        try:
            found = msgspec.json.decode(value, type=dict[str, Any])
        except msgspec.DecodeError:
            raise IngestionError(
                "config", f"secret '{self.name}' is no JSON object, as auth '{self.told.kind}' wants"
            ) from None
        missing = [name for name in names if not isinstance(found.get(name), str) or not found[name]]
        if missing:
            raise IngestionError(
                "config", f"secret '{self.name}' has no '{missing[0]}', which auth '{self.told.kind}' wants"
            )
        return {name: found[name] for name in names}


def _seconds(told: float | str | None) -> float:
    """How long a token is good for by what its server says."""
    try:
        seconds = float(told or 0)
    except ValueError:
        return USUAL_LIFETIME_S
    return seconds if 0 < seconds < math.inf else USUAL_LIFETIME_S


def hs256(claims: Claims, key: str) -> str:
    """A JSON web token signed with HMAC-SHA-256 (RFC 7515, A.1)."""
    signed = _unsigned("HS256", claims)
    return f"{signed}.{_base64url(hmac.digest(key.encode(), signed.encode(), hashlib.sha256))}"


def rs256(claims: Claims, key: str) -> str:
    """A JSON web token signed in KMS with RSA and SHA-256 (RFC 7515, A.2)."""
    signed = _unsigned("RS256", claims)
    return f"{signed}.{_base64url(sign(key, signed.encode()))}"


def _unsigned(algorithm: str, claims: Claims) -> str:
    head = {"alg": algorithm, "typ": "JWT"}
    return ".".join(_base64url(json.dumps(part, separators=(",", ":")).encode()) for part in (head, claims))


def _base64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()
