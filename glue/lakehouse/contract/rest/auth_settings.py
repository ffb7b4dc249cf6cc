"""The contract's model of how a REST API knows its caller."""

from functools import partial
from typing import Annotated, Literal, Self

from pydantic import BeforeValidator, Field, ValidationInfo, model_validator

from lakehouse.contract.rest.kinds import Kind, check_word, kind_of, list_words
from lakehouse.contract.strict import StrictModel, problem
from lakehouse.contract.strings import FieldPath, HeaderName, KmsKey, QueryName, Seconds, SecretName, Url, UrlPath

AuthKind = Annotated[
    str,
    BeforeValidator(partial(check_word, "auth"), json_schema_input_type=str),
    Field(json_schema_extra=partial(list_words, "auth")),
]


class Auth(StrictModel):
    """How a REST API knows its caller; a secret is always a reference, never a value.

    What the secret's value is, and which keys belong to a kind, say the classes of `rest_to_raw.auth`.
    """

    kind: AuthKind = "none"
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
    def check_keys_of_kind(self, info: ValidationInfo) -> Self:
        """Check the keys of the kind, and fill in the defaults of absent ones.

        Raises:
            ValueError: a key is missing that the kind needs, or there that it does not know.
        """
        kind = kind_of("auth", self.kind, info)
        if kind is None:
            return self
        kind.check_keys(self.kind, {name for name in type(self).model_fields if name != "kind" and getattr(self, name)})
        self._check_key_in_url()
        signs_with = {"HS256": "secret", "RS256": "kms_key", None: None}[self.algorithm]
        if signs_with and {name for name in ("secret", "kms_key") if getattr(self, name)} != {signs_with}:
            raise problem(f"algorithm '{self.algorithm}' signs with a '{signs_with}', and with nothing else")
        self._fill_in(kind)
        return self

    def _check_key_in_url(self) -> None:
        if self.query_param and self.header:
            raise problem("'header' and 'query_param' exclude each other: the key is sent once")
        if self.query_param and not self.accept_key_in_url:
            raise problem(
                "'query_param' puts the key into the URL, which servers and proxies log; send it in a 'header', "
                "or say 'accept_key_in_url: true'"
            )

    def _fill_in(self, kind: Kind) -> None:
        """Fill in the kind's defaults of absent keys; a key that is sent in the query needs no header."""
        for name, value in kind.defaults.items():
            if getattr(self, name) is None and not (name == "header" and self.query_param):
                object.__setattr__(self, name, value)
