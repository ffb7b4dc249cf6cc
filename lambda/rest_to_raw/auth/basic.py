"""Auth `basic`."""

import base64

from rest_to_raw.auth.base_auth import with_header
from rest_to_raw.auth.static_auth import StaticAuth
from rest_to_raw.http.exchange import Request
from rest_to_raw.outcome import IngestionError


class BasicAuth(StaticAuth):
    """The secret is `user:password` (RFC 7617)."""

    kind = "basic"
    needs = {"secret"}

    def carry(self, request: Request, value: str) -> Request:
        """Returns the request with the pair in Base64."""
        if ":" not in value:
            raise IngestionError("config", f"secret '{self.name}' is not user:password, as auth 'basic' wants")
        return with_header(request, "Authorization", f"Basic {base64.b64encode(value.encode()).decode()}")
