"""Auth `api_key`."""

from rest_to_raw.auth.base_auth import check_printable, with_header
from rest_to_raw.auth.static_auth import StaticAuth
from rest_to_raw.http.exchange import Request
from rest_to_raw.settings.resource import needed


class ApiKeyAuth(StaticAuth):
    """The secret is a key. It is sent in `header`.

    `query_param` puts it into the URL instead, which servers and proxies log, and so wants `accept_key_in_url: true`.
    """

    kind = "api_key"
    needs = {"secret"}
    allows = {"header", "query_param", "accept_key_in_url"}
    defaults = {"header": "X-API-Key"}

    def carry(self, request: Request, value: str) -> Request:
        """Returns the request with the key in its header, or in its query."""
        if self.settings.query_param:
            return request._replace(params={**request.params, self.settings.query_param: value})
        check_printable(value, f"secret '{self.name}'")
        return with_header(request, needed(self.settings.header, "header"), value)
