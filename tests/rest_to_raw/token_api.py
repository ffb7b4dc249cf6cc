"""The fake API behind tokens that it gives out itself."""

import json
from typing import Any, NamedTuple
from urllib.parse import parse_qsl

from tests.rest_to_raw.conftest import Bench
from tests.rest_to_raw.fake_api import Answer, Asked

RECORDS = [f'{{"id":{number}}}' for number in range(15)]
LOGIN_ANSWERS = "data.token"
CLIENT = {"client_id": "canary-id", "client_secret": "canary-secret"}
REFRESH = {**CLIENT, "refresh_token": "canary-first"}
LOGIN = {"user": "canary-user", "password": "canary-password"}


class Caller(NamedTuple):
    """One kind of auth: the secret, what the contract says, the headers of a request, and whether a token is got."""

    secret: dict[str, str] | str
    settings: dict[str, Any]
    headers: dict[str, str]
    is_token: bool


TOKEN = {"Authorization": "Bearer canary-token-1"}
# `{url}` stands for the API's address.
CALLERS = {
    "none": Caller("", {}, {}, False),
    "api_key": Caller("abc", {}, {"X-API-Key": "abc"}, False),
    "basic": Caller("me:pass", {}, {"Authorization": "Basic bWU6cGFzcw=="}, False),
    "bearer": Caller("abc", {}, {"Authorization": "Bearer abc"}, False),
    "oauth2_client_credentials": Caller(CLIENT, {}, TOKEN, True),
    "oauth2_refresh": Caller(REFRESH, {}, TOKEN, True),
    "jwt": Caller("canary-key", {"algorithm": "HS256", "token_url": "{url}/token"}, TOKEN, True),
    "session": Caller(LOGIN, {"login_path": "/login", "token": LOGIN_ANSWERS}, TOKEN, True),
}


class Tokens:
    """The fake API with a token endpoint: pages for the newest token alone, of which `good_for` pages can be read."""

    def __init__(self, bench: Bench) -> None:
        self.bench = bench
        self.asked: list[Asked] = []
        self.good_for = 100
        self.pages = 0
        self.stumbles: list[Answer] = []
        self.more: dict[str, Any] = {"expires_in": 3600}
        bench.api.records = RECORDS
        bench.api.answer = self.answer

    @property
    def token(self) -> str:
        return f"canary-token-{len(self.asked)}"

    def answer(self, asked: Asked) -> Answer:
        if asked.method == "POST":
            self.asked.append(asked)
            if self.stumbles:
                return self.stumbles.pop(0)
            self.pages = 0
            return Answer(json.dumps({"access_token": self.token, "data": {"token": self.token}, **self.more}).encode())
        self.pages += 1
        sent = asked.headers.get("Authorization") or asked.headers.get("X-Session") or ""
        if sent.removeprefix("Bearer ") != self.token or self.pages > self.good_for:
            return Answer(b'{"you sent":"canary"}', 401)
        return self.bench.api.page(asked)

    def use(self, kind: str, secret: dict[str, str] | str, **said: Any) -> None:
        url = {"token_url": f"{self.bench.api.url}/token"} if kind.startswith("oauth2") else {}
        name = {} if kind == "none" else {"secret": "billing/token"}
        self.bench.changes = {"auth": {"kind": kind, **name, **url, **said}}
        self.bench.place.value = secret if isinstance(secret, str) else json.dumps(secret)

    def forms(self) -> list[dict[str, str]]:
        return [dict(parse_qsl(asked.body.decode())) for asked in self.asked]


def sent(bench: Bench) -> tuple[dict[str, str], dict[str, str]]:
    """The last request's own headers, and its query."""
    last = bench.api.asked[-1]
    usual = {"host", "user-agent", "accept", "accept-encoding", "connection"}
    return {name: value for name, value in last.headers.items() if name.lower() not in usual}, last.query
