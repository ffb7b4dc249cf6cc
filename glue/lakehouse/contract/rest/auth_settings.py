"""The contract's model of how a REST API knows its caller."""

from typing import Any, Literal, Self

from pydantic import model_validator

from lakehouse.contract.strict import StrictModel, problem
from lakehouse.contract.strings import FieldPath, HeaderName, KmsKey, QueryName, Seconds, SecretName, Url, UrlPath

# By kind: the keys it needs, and those it may have.
KEYS: dict[str, tuple[set[str], set[str]]] = {
    "none": (set(), set()),
    "api_key": ({"secret"}, {"header", "query_param", "accept_key_in_url"}),
    "basic": ({"secret"}, set()),
    "bearer": ({"secret"}, set()),
    "oauth2_client_credentials": ({"secret", "token_url"}, {"scopes", "audience"}),
    "oauth2_refresh": ({"secret", "token_url"}, {"scopes"}),
    "jwt": ({"algorithm"}, {"secret", "kms_key", "issuer", "subject", "audience", "scopes", "lifetime", "token_url"}),
    "session": ({"secret", "login_path", "token"}, {"header", "lifetime"}),
}


class Auth(StrictModel):
    """How a REST API knows its caller; a secret is always a reference, never a value.

    What the secret's value is, by kind:

    - bearer, api_key: the token or key itself. `header` is X-API-Key unless named; `query_param` puts the key into the
      URL, which servers and proxies log, and so wants `accept_key_in_url: true`.
    - basic: `user:password`.
    - oauth2_client_credentials: JSON with `client_id` and `client_secret`; a token is asked for at `token_url`
      (RFC 6749, 4.4).
    - oauth2_refresh: the same and `refresh_token` (RFC 6749, 6); a rotated refresh token is written back to the secret
      before the new token is used.
    - jwt: the signing key of HS256; RS256 signs in KMS with `kms_key`, the id of a key there. The claims are `issuer`,
      `subject` and `audience` (RFC 7519). It is sent as the bearer token, or exchanged for one where there is a
      `token_url` (RFC 7523, 2.1).
    - session: a JSON object that is posted to `login_path`; the token lies in the answer at `token`.
    """

    kind: Literal[
        "none", "api_key", "basic", "bearer", "oauth2_client_credentials", "oauth2_refresh", "jwt", "session"
    ] = "none"
    secret: SecretName | None = None
    header: HeaderName | None = None
    query_param: QueryName | None = None
    accept_key_in_url: bool = False
    token_url: Url | None = None
    scopes: tuple[str, ...] = ()
    audience: str | None = None
    algorithm: Literal["HS256", "RS256"] | None = None
    kms_key: KmsKey | None = None
    issuer: str | None = None
    subject: str | None = None
    lifetime: Seconds | None = None
    login_path: UrlPath | None = None
    token: FieldPath | None = None

    @model_validator(mode="after")
    def keys_belong_to_kind(self) -> Self:
        """Raises: ValueError when a key is missing that the kind needs, or there that it does not know."""
        needed, allowed = KEYS[self.kind]
        given = {name for name in type(self).model_fields if name != "kind" and getattr(self, name)}
        if missing := sorted(needed - given):
            raise problem(f"kind '{self.kind}' needs '{missing[0]}'")
        if surplus := sorted(given - needed - allowed):
            raise problem(f"kind '{self.kind}' takes no '{surplus[0]}'")
        self._key_in_url()
        signs_with = {"HS256": "secret", "RS256": "kms_key"}.get(self.algorithm or "")
        if signs_with and {name for name in ("secret", "kms_key") if getattr(self, name)} != {signs_with}:
            raise problem(f"algorithm '{self.algorithm}' signs with a '{signs_with}', and with nothing else")
        return self

    def _key_in_url(self) -> None:
        if self.query_param and self.header:
            raise problem("'header' and 'query_param' exclude each other: the key is sent once")
        if self.query_param and not self.accept_key_in_url:
            raise problem(
                "'query_param' puts the key into the URL, which servers and proxies log; send it in a 'header', "
                "or say 'accept_key_in_url: true'"
            )

    def model_post_init(self, context: Any, /) -> None:
        """Fills in what a kind's absent key means."""
        if self.kind == "api_key" and not (self.header or self.query_param):
            object.__setattr__(self, "header", "X-API-Key")
        if self.kind == "session" and not self.header:
            object.__setattr__(self, "header", "Authorization")
        if self.kind in ("jwt", "session") and self.lifetime is None:
            object.__setattr__(self, "lifetime", 300 if self.kind == "jwt" else 1800)
