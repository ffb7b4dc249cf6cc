"""The base of auth by a secret that is sent as it is."""

from abc import abstractmethod
from typing import Any

from rest_to_raw.auth.base_auth import Auth
from rest_to_raw.http.exchange import Request
from rest_to_raw.settings.resource import needed


class StaticAuth(Auth):
    """The secret is read once, and again after a refusal."""

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self.name = needed(self.settings.secret, "secret")
        self._value: str | None = None

    @abstractmethod
    def carry(self, request: Request, value: str) -> Request:
        """Returns the request with the secret's value. Raises: IngestionError when the value is not of this kind."""

    def attach(self, request: Request) -> Request:
        """Returns the request with the secret."""
        if self._value is None:
            self._value = self.secrets(self.name)
        return self.carry(request, self._value)

    def renew(self) -> bool:
        """Read the secret again; returns whether its value has changed."""
        value = self.secrets(self.name, fresh=True)
        is_new, self._value = value != self._value, value
        return is_new
