"""Laws of headers and parameters: which names and values stand for a secret, and which only sound like one."""

import pytest
from pydantic import ValidationError

from lakehouse.contract.rest.api import ResourceDefaults

SECRETS = [
    "Authorization",
    "authorisation",
    "Authentication",
    "X-Auth",
    "X-Auth-Token",
    "Cookie",
    "X-API-Key",
    "apikey",
    "api_key",
    "Ocp-Apim-Subscription-Key",
    "X-Functions-Key",
    "X-Key",
    "key",
    "appid",
    "access_key",
    "client_secret",
    "password",
    "passwd",
    "pwd",
    "passphrase",
    "credentials",
    "private-key",
    "X-Session-Id",
    "access_token",
    "jwt",
]
OTHERS = [
    "Accept",
    "Accept-Language",
    "X-Request-Id",
    "author",
    "authority",
    "sort_key",
    "primary_key",
    "keyword",
    "monkey",
    "pageToken",
    "next_token",
    "cursor_token",
    "continuation-token",
    "expand",
    "app",
    "application",
    "session",
    "signed_after",
    "credentialed",
]


def is_refused(kind: str, said: dict[str, str]) -> bool:
    try:
        ResourceDefaults.model_validate({kind: said})
    except ValidationError as error:
        return "would carry a secret in clear" in str(error)
    return False


def test_what_is_called_like_a_secret_is_refused_and_nothing_else() -> None:
    assert {name for name in (*SECRETS, *OTHERS) if is_refused("params", {name: "x"})} == set(SECRETS)


@pytest.mark.parametrize("kind", ["headers", "params"])
def test_what_looks_like_a_secret_is_refused_whatever_it_is_called(kind: str) -> None:
    values = {
        "Bearer 0123456789abcdef": True,
        "basic MDEyMzQ1Njc4OWFiY2RlZg==": True,
        " eyJhbGciOiJub25lIn0.eyJzdWIiOiJtZSJ9.c2ln ": True,
        "bearer": False,
        "basic customers": False,
        "application/json": False,
        "2024-01-01T00:00:00Z": False,
    }
    assert {value: is_refused(kind, {"X-Caller": value}) for value in values} == values
