"""Auth `oauth2_client_credentials`."""

from rest_to_raw.auth.token_auth import TokenAuth
from rest_to_raw.auth.token_client import Token
from rest_to_raw.settings.resource import needed


class ClientCredentialsAuth(TokenAuth):
    """The secret is JSON with `client_id` and `client_secret`; a token is asked for at `token_url` (RFC 6749, 4.4)."""

    kind = "oauth2_client_credentials"
    needs = {"secret", "token_url"}
    allows = {"scopes", "audience"}

    def issue(self, secret: str) -> Token:
        """Returns the token of the grant."""
        client = self.members(secret, "client_id", "client_secret")
        audience = {"audience": self.settings.audience} if self.settings.audience else {}
        form = {"grant_type": "client_credentials", **client, **self.scope(), **audience}
        return self.client.access_token(self.client.grant(needed(self.settings.token_url, "token_url"), form))
