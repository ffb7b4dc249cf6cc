"""Auth `bearer`."""

from rest_to_raw.auth.base_auth import check_printable, with_header
from rest_to_raw.auth.static_auth import StaticAuth
from rest_to_raw.http.exchange import Request


class BearerAuth(StaticAuth):
    """The secret is a token (RFC 6750)."""

    kind = "bearer"
    needs = {"secret"}

    def carry(self, request: Request, value: str) -> Request:
        """Returns the request with the token in its Authorization header."""
        check_printable(value, f"secret '{self.name}'")
        return with_header(request, "Authorization", f"Bearer {value}")
