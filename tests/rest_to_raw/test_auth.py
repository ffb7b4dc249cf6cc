"""Laws of secrets that are sent as they are, of signed tokens, and of what is tried once they are refused."""

import base64
import hashlib
import hmac
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import boto3
import pytest

from lakehouse_common.object_store import FolderStore
from lakehouse_common.secret_store import SecretMissingError, Secrets
from rest_to_raw import Done, Failed
from rest_to_raw.auth.auth_table import open_auth
from rest_to_raw.auth.token_client import Token
from rest_to_raw.http.exchange import Request, Response
from rest_to_raw.outcome import IngestionError
from tests.rest_to_raw.conftest import Bench, Known, compiled
from tests.rest_to_raw.fake_api import Answer, Asked
from tests.rest_to_raw.token_api import CLIENT, LOGIN_ANSWERS, RECORDS, Tokens, sent


@pytest.fixture
def store(tmp_path: Path) -> FolderStore:
    """One kind of store: it makes no difference to these laws."""
    return FolderStore(tmp_path / "raw")


@pytest.fixture
def tokens(bench: Bench) -> Tokens:
    return Tokens(bench)


@pytest.mark.parametrize(
    ("said", "value", "headers", "query"),
    [
        ({"kind": "bearer"}, "abc", {"Authorization": "Bearer abc"}, {}),
        ({"kind": "api_key"}, "abc", {"X-API-Key": "abc"}, {}),
        ({"kind": "api_key", "header": "X-Token"}, "abc", {"X-Token": "abc"}, {}),
        ({"kind": "api_key", "query_param": "key", "accept_key_in_url": True}, "a&b", {}, {"key": "a&b"}),
        ({"kind": "basic"}, "me:pass", {"Authorization": "Basic bWU6cGFzcw=="}, {}),
    ],
)
def test_a_secret_is_sent_as_its_kind_wants_it(
    bench: Bench, said: dict[str, Any], value: str, headers: dict[str, str], query: dict[str, str]
) -> None:
    bench.api.records = RECORDS[:5]
    bench.place.value = value
    bench.changes = {"auth": {"secret": "billing/token", **said}, "params": {}}
    assert bench.finish() == Done(1, 5, 1)
    assert sent(bench) == (headers, query)


def test_no_repr_tells_what_a_request_or_its_answer_carries() -> None:
    request = Request(
        "https://api.example/canary", {"key": "canary"}, {"Authorization": "canary"}, "POST", b"canary", "/invoices"
    )
    answer = Response(200, {"Set-Cookie": "canary"}, b"canary", "https://api.example/?key=canary")
    token = Token("canary", 60)
    told = [f"{request}", f"{answer!r}", f"{token}", repr({"all": (request, answer, token)})]
    texts = ["Request(POST /invoices)", "Response(200, 6 bytes)", "Token(...)"]
    assert told == [*texts, f"{{'all': ({', '.join(texts)})}}"]


def test_a_secret_that_was_changed_meanwhile_is_read_anew_and_the_page_asked_for_again(bench: Bench) -> None:
    bench.api.records = RECORDS

    def serve(asked: Asked) -> Answer:
        if len(bench.api.asked) == 2:
            bench.place.value = "canary-new"
        is_new = asked.headers["Authorization"] == "Bearer canary-new"
        return bench.api.page(asked) if is_new or len(bench.api.asked) == 1 else Answer(b"{}", 401)

    bench.api.answer = serve
    assert (bench.finish(), bench.rows()) == (Done(1, 15, 1), RECORDS)
    assert (bench.place.read, len(bench.api.asked)) == ([False, True], 3)


def test_a_secret_that_is_refused_and_has_not_changed_is_not_sent_again(bench: Bench) -> None:
    bench.api.answer = lambda asked: Answer(b"{}", 401)
    sentence = "/v1/invoices answered with status 401; check secret 'billing/token' and its rights"
    assert (bench.finish(), len(bench.api.asked)) == (Failed("config", sentence), 1)
    assert bench.place.read == [False, True]


class Clock:
    """Counts seconds when it is told to."""

    def __init__(self) -> None:
        self.seconds = 1_000_000.0

    def __call__(self) -> float:
        return self.seconds


def opened(clock: Callable[[], float], place: Known, send: Callable[[Request], Response], **auth: Any) -> Any:
    said = {"base_url": "https://api.example", "path": "/x", "records": "data", "api": "a", "resource": "b"}
    return open_auth(compiled(**said, auth={"secret": "a/b", **auth}), Secrets(place), send, clock)


@pytest.mark.parametrize(
    ("lifetime", "kept"),
    [
        (3600, 3540),
        (100, 50),
        ("600", 540),
        (None, 3540),
        (0, 3540),
        (-5, 3540),
        ("nan", 3540),
        ("inf", 3540),
        ("soon", 3540),
    ],
)
def test_a_token_is_replaced_a_minute_before_it_ends(lifetime: object, kept: int) -> None:
    clock, given = Clock(), list[Request]()

    def send(request: Request) -> Response:
        given.append(request)
        return Response(200, {}, json.dumps({"access_token": f"t{len(given)}", "expires_in": lifetime}).encode(), "")

    url = "https://api.example/token"
    auth = opened(clock, Known(json.dumps(CLIENT)), send, kind="oauth2_client_credentials", token_url=url)
    values = []
    for seconds in (0, kept - 1, 1):
        clock.seconds += seconds
        values.append(auth.attach(Request("https://api.example/x")).headers["Authorization"])
    assert values == ["Bearer t1", "Bearer t1", "Bearer t2"]


def test_a_json_web_token_says_who_asks_and_is_signed(bench: Bench) -> None:
    def send(request: Request) -> Response:
        raise AssertionError("nothing is asked for")

    auth = opened(
        Clock(), Known("canary-key"), send, kind="jwt", algorithm="HS256", issuer="me", audience="api", lifetime="10m"
    )
    token = auth.attach(Request("https://api.example/x")).headers["Authorization"].removeprefix("Bearer ")
    *parts, signature = token.split(".")
    head, claims = (json.loads(base64.urlsafe_b64decode(part + "==")) for part in parts)
    claims.pop("jti")
    assert (head, claims) == (
        {"alg": "HS256", "typ": "JWT"},
        {"iss": "me", "aud": "api", "iat": 1_000_000, "exp": 1_000_600},
    )
    expected = hmac.digest(b"canary-key", ".".join(parts).encode(), hashlib.sha256)
    assert base64.urlsafe_b64decode(signature + "==") == expected


def test_a_json_web_token_is_signed_in_kms_by_a_key_that_stays_there(aws: None) -> None:
    def send(request: Request) -> Response:
        raise AssertionError("nothing is asked for")

    kms = boto3.client("kms")
    key = kms.create_key(KeySpec="RSA_2048", KeyUsage="SIGN_VERIFY")["KeyMetadata"]["KeyId"]
    auth = opened(Clock(), Known(""), send, kind="jwt", secret=None, algorithm="RS256", kms_key=key, issuer="me")
    token = auth.attach(Request("https://api.example/x")).headers["Authorization"].removeprefix("Bearer ")
    *parts, signature = token.split(".")
    assert json.loads(base64.urlsafe_b64decode(parts[0] + "==")) == {"alg": "RS256", "typ": "JWT"}
    verified = kms.verify(
        KeyId=key,
        Message=".".join(parts).encode(),
        Signature=base64.urlsafe_b64decode(signature + "=="),
        SigningAlgorithm="RSASSA_PKCS1_V1_5_SHA_256",
    )
    assert verified["SignatureValid"]
    gone = opened(Clock(), Known(""), send, kind="jwt", secret=None, algorithm="RS256", kms_key="0" * 8 + key[8:])
    with pytest.raises(SecretMissingError, match="does not exist: make the RSA key"):
        gone.attach(Request("https://api.example/x"))


def test_a_json_web_token_is_exchanged_where_there_is_a_token_url(tokens: Tokens, bench: Bench) -> None:
    tokens.use("jwt", {}, algorithm="HS256", issuer="me", token_url=f"{bench.api.url}/token")
    bench.place.value = "canary-key"
    assert (bench.finish(), bench.rows()) == (Done(1, 15, 1), RECORDS)
    (form,) = tokens.forms()
    assert form["grant_type"] == "urn:ietf:params:oauth:grant-type:jwt-bearer"
    assert form["assertion"].count(".") == 2


def test_a_refused_json_web_token_is_told_by_the_key_that_signed_it(aws: None) -> None:
    key = boto3.client("kms").create_key(KeySpec="RSA_2048", KeyUsage="SIGN_VERIFY")["KeyMetadata"]["KeyId"]
    said = {"kind": "jwt", "secret": None, "algorithm": "RS256", "kms_key": key, "token_url": "https://api.example/t"}
    auth = opened(Clock(), Known(""), lambda request: Response(400, {}, b"{}", request.url), **said)
    with pytest.raises(IngestionError) as raised:
        auth.attach(Request("https://api.example/x"))
    assert str(raised.value) == f"no token for key '{key}': status 400; check it, and 'auth'"


@pytest.mark.parametrize("header", ["Authorization", "authorization"])
def test_a_session_s_token_is_a_bearer_s_in_the_header_of_that_use(header: str) -> None:
    def send(request: Request) -> Response:
        return Response(200, {}, b'{"data": {"token": "t1"}}', request.url)

    auth = opened(Clock(), Known("{}"), send, kind="session", login_path="/login", token=LOGIN_ANSWERS, header=header)
    assert auth.attach(Request("https://api.example/x")).headers == {header: "Bearer t1"}
