"""Auth `jwt`."""

import uuid

from rest_to_raw.auth.signing import Claims, hs256, rs256
from rest_to_raw.auth.token_auth import TokenAuth
from rest_to_raw.auth.token_client import Token
from rest_to_raw.settings.resource import needed

ASSERTION = "urn:ietf:params:oauth:grant-type:jwt-bearer"


class JsonWebTokenAuth(TokenAuth):
    """The secret is the signing key of HS256; RS256 signs in KMS with `kms_key`, the id of a key there.

    The claims are `issuer`, `subject` and `audience` (RFC 7519). It is sent as the bearer token, or exchanged for one
    where there is a `token_url` (RFC 7523, 2.1).
    """

    kind = "jwt"
    needs = {"algorithm"}
    allows = {"secret", "kms_key", "issuer", "subject", "audience", "scopes", "lifetime", "token_url"}
    defaults = {"lifetime": 300}

    def issue(self, secret: str) -> Token:
        """Returns the signed token, or the one that it is exchanged for."""
        lifetime = needed(self.settings.lifetime, "lifetime")
        signed = self._sign(self._claims(lifetime), secret)
        if self.settings.token_url:
            form = {"grant_type": ASSERTION, "assertion": signed}
            return self.client.access_token(self.client.grant(self.settings.token_url, form))
        return Token(signed, lifetime)

    def _claims(self, lifetime: int) -> Claims:
        begun = int(self.now())
        names = {"iss": self.settings.issuer, "sub": self.settings.subject, "aud": self.settings.audience}
        caller = {name: value for name, value in names.items() if value}
        return {**caller, **self.scope(), "iat": begun, "exp": begun + lifetime, "jti": str(uuid.uuid4())}

    def _sign(self, claims: Claims, secret: str) -> str:
        return rs256(claims, self.settings.kms_key) if self.settings.kms_key else hs256(claims, secret)
