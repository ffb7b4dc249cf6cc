"""Auth `none`."""

from rest_to_raw.auth.base_auth import Auth
from rest_to_raw.http.exchange import Request


class NoAuth(Auth):
    """The API wants no credentials."""

    kind = "none"

    def attach(self, request: Request) -> Request:
        """Returns the request as it is."""
        return request

    def renew(self) -> bool:
        """Returns False: there is nothing to renew."""
        return False
