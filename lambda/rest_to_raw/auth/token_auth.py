"""The base of auth by a token that a server issues."""

from abc import abstractmethod
from typing import Any, ClassVar

import msgspec

from rest_to_raw.auth.base_auth import Auth, check_printable, with_header
from rest_to_raw.auth.token_client import Token, TokenClient, TokenRefusedError
from rest_to_raw.http.exchange import Request
from rest_to_raw.outcome import IngestionError

# So long before its end a token is replaced: it must not run out on the way.
EARLY_S = 60.0


class TokenAuth(Auth):
    """A token is sent, and replaced a minute before it ends.

    `reads_secret_anew` says that the secret may have been spent since it was read last.
    """

    reads_secret_anew: ClassVar[bool] = False

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self.name = self.settings.secret
        self.noun = f"secret '{self.name}'" if self.name else f"key '{self.settings.kms_key}'"
        self.client = TokenClient(self.send, self.noun)
        self._token: Token | None = None
        self._until = 0.0
        self._is_refused = False

    @abstractmethod
    def issue(self, secret: str) -> Token:
        """Returns a new token for the secret's value, which is empty where a key in KMS signs.

        Raises:
            IngestionError: the secret is not what this kind wants, or the server refuses it.
            RetryableError: the server is not able to give one now.
        """

    def attach(self, request: Request) -> Request:
        """Returns the request with a token that is still valid."""
        if self._token is None or self.now() >= self._until:
            begun = self.now()
            self._token = self._new_token(fresh=self._is_refused or self.reads_secret_anew)
            self._until = begun + max(self._token.lifetime - EARLY_S, self._token.lifetime / 2)
            self._is_refused = False
        header = self.settings.header or "Authorization"
        check_printable(self._token.value, f"the token for {self.noun}")
        value = f"Bearer {self._token.value}" if header.lower() == "authorization" else self._token.value
        return with_header(request, header, value)

    def renew(self) -> bool:
        """Drop the token; returns whether there was one."""
        had_one = self._token is not None
        self._token, self._is_refused = None, True
        return had_one

    def members(self, secret: str, *names: str) -> dict[str, str]:
        """Returns the members of the secret's JSON. Raises: IngestionError when it is none, or one is missing."""
        try:
            members = msgspec.json.decode(secret, type=dict[str, Any])
        except msgspec.DecodeError:
            raise IngestionError(
                "config", f"secret '{self.name}' is no JSON object, as auth '{self.kind}' wants"
            ) from None
        missing = [name for name in names if not isinstance(members.get(name), str) or not members[name]]
        if missing:
            raise IngestionError(
                "config", f"secret '{self.name}' has no '{missing[0]}', which auth '{self.kind}' wants"
            )
        return {name: members[name] for name in names}

    def scope(self) -> dict[str, str]:
        """Returns the parameter with the scopes, if there are any."""
        return {"scope": " ".join(self.settings.scopes)} if self.settings.scopes else {}

    def _new_token(self, *, fresh: bool) -> Token:
        """Returns a new token; after a refusal the secret is read again and, if it has changed, tried."""
        secret = self._secret(fresh=fresh)
        try:
            return self.issue(secret)
        except TokenRefusedError:
            newer = self._secret(fresh=True)
            if newer == secret:
                raise
        return self.issue(newer)

    def _secret(self, *, fresh: bool) -> str:
        return self.secrets(self.name, fresh=fresh) if self.name else ""
