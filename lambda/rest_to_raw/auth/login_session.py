"""Auth `session`."""

from rest_to_raw.auth.token_auth import TokenAuth
from rest_to_raw.auth.token_client import Token
from rest_to_raw.http.exchange import Request
from rest_to_raw.settings.resource import needed


class SessionAuth(TokenAuth):
    """The secret is a JSON object that is posted to `login_path`; the token is in the response at `token`."""

    kind = "session"
    needs = {"secret", "login_path", "token"}
    allows = {"header", "lifetime"}
    defaults = {"header": "Authorization", "lifetime": 1800}

    def issue(self, secret: str) -> Token:
        """Returns the token of a login."""
        self.members(secret)
        url = self.resource.base_url.rstrip("/") + needed(self.settings.login_path, "login_path")
        headers = {"Content-Type": "application/json"}
        response = self.client.ask(Request(url, headers=headers, method="POST", body=secret.encode()))
        value = self.client.value_at(response, needed(self.settings.token, "token"), str)
        return Token(value, needed(self.settings.lifetime, "lifetime"))
