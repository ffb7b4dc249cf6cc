"""Auth `oauth2_refresh`."""

import json

from rest_to_raw.auth.token_auth import TokenAuth
from rest_to_raw.auth.token_client import Token
from rest_to_raw.settings.resource import needed


class RefreshAuth(TokenAuth):
    """The secret is JSON with `client_id`, `client_secret` and `refresh_token` (RFC 6749, 6).

    A rotated refresh token is written back to the secret before the new token is used.
    """

    kind = "oauth2_refresh"
    needs = {"secret", "token_url"}
    allows = {"scopes"}
    # A refresh token that another function has spent since then must not be sent once more: there are servers that
    # take it for a theft, and end the whole grant.
    reads_secret_anew = True

    def issue(self, secret: str) -> Token:
        """Returns the token of the grant, after a new refresh token is stored."""
        client = self.members(secret, "client_id", "client_secret", "refresh_token")
        form = {"grant_type": "refresh_token", **client, **self.scope()}
        response = self.client.grant(needed(self.settings.token_url, "token_url"), form)
        rotated = self.client.value_at(response, "refresh_token", str | None)
        if rotated and rotated != client["refresh_token"]:
            # Before the token is used: the old one is void already, and a kill from here on would lose the new one.
            name = needed(self.settings.secret, "secret")
            self.secrets.write(name, json.dumps(json.loads(secret) | {"refresh_token": rotated}))
        return self.client.access_token(response)
