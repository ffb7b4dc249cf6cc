"""Laws of tokens that are asked for: how long they serve, and that nothing of them is lost or told."""

import json
import logging
from pathlib import Path
from typing import Any

import pytest

from lakehouse_common.object_store import FolderStore
from rest_to_raw import Done, Failed
from tests.rest_to_raw.conftest import Bench
from tests.rest_to_raw.fake_api import Answer, Asked
from tests.rest_to_raw.token_api import CLIENT, LOGIN, LOGIN_ANSWERS, RECORDS, REFRESH, Tokens, sent


@pytest.fixture
def store(tmp_path: Path) -> FolderStore:
    """One kind of store: it makes no difference to these laws."""
    return FolderStore(tmp_path / "raw")


@pytest.fixture
def tokens(bench: Bench) -> Tokens:
    return Tokens(bench)


@pytest.mark.parametrize(
    ("kind", "secret", "form"),
    [
        ("oauth2_client_credentials", CLIENT, {"grant_type": "client_credentials", **CLIENT, "audience": "api"}),
        ("oauth2_refresh", REFRESH, {"grant_type": "refresh_token", **REFRESH}),
    ],
)
def test_one_token_is_asked_for_and_serves_every_page(
    tokens: Tokens, bench: Bench, kind: str, secret: dict[str, str], form: dict[str, str]
) -> None:
    audience = {"audience": "api"} if kind == "oauth2_client_credentials" else {}
    tokens.use(kind, secret, scopes=["read", "list"], **audience)
    assert (bench.finish(), bench.rows()) == (Done(1, 15, 1), RECORDS)
    assert tokens.forms() == [{**form, "scope": "read list"}]
    assert sent(bench)[0] == {"Authorization": "Bearer canary-token-1"}


def test_a_session_s_token_comes_from_a_login(tokens: Tokens, bench: Bench) -> None:
    tokens.use("session", LOGIN, login_path="/login", token=LOGIN_ANSWERS, header="X-Session")
    assert (bench.finish(), bench.rows()) == (Done(1, 15, 1), RECORDS)
    assert [(asked.path, json.loads(asked.body)) for asked in tokens.asked] == [("/v1/login", LOGIN)]
    assert sent(bench)[0] == {"X-Session": "canary-token-1"}


def test_a_token_that_ends_on_the_way_is_replaced_and_the_page_asked_for_again(tokens: Tokens, bench: Bench) -> None:
    bench.api.size, tokens.good_for = 2, 3
    tokens.use("oauth2_client_credentials", CLIENT)
    assert (bench.finish(), bench.rows()) == (Done(1, 15, 1), RECORDS)
    assert len(tokens.asked) == 3


def test_a_new_token_that_is_refused_too_ends_the_run(tokens: Tokens, bench: Bench) -> None:
    tokens.good_for = 0
    tokens.use("oauth2_client_credentials", CLIENT)
    sentence = "/v1/invoices answered with status 401; check secret 'billing/token' and its rights"
    assert (bench.finish(), len(tokens.asked)) == (Failed("config", sentence), 2)


def test_a_rotated_refresh_token_is_kept_before_the_new_token_is_used(tokens: Tokens, bench: Bench) -> None:
    tokens.more = {"expires_in": 3600, "refresh_token": "canary-second"}
    tokens.use("oauth2_refresh", REFRESH)
    kept_at_first_page: list[list[str]] = []
    serve = bench.api.answer

    def watch(asked: Asked) -> Answer:
        if asked.method == "GET":
            kept_at_first_page.append(list(bench.place.written))
        return serve(asked)

    bench.api.answer = watch
    assert isinstance(bench.finish(), Done)
    assert [json.loads(one) for one in kept_at_first_page[0]] == [{**REFRESH, "refresh_token": "canary-second"}]
    bench.finish("run-2")
    assert [form["refresh_token"] for form in tokens.forms()] == ["canary-first", "canary-second"]


def test_a_rotated_refresh_token_that_can_not_be_kept_ends_the_run_before_the_new_token_is_used(
    tokens: Tokens, bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    tokens.more = {"expires_in": 3600, "refresh_token": "canary-second"}
    tokens.use("oauth2_refresh", REFRESH)
    monkeypatch.setenv("BILLING_TOKEN", json.dumps(REFRESH))
    sentence = "secret 'billing/token' changes and can't be kept in BILLING_TOKEN: keep it in a file instead"
    assert bench.finish() == Failed("config", sentence)
    assert [asked.method for asked in bench.api.asked] == ["POST"]


def test_a_refresh_token_is_never_taken_from_what_was_read_a_moment_ago(tokens: Tokens, bench: Bench) -> None:
    tokens.use("oauth2_refresh", REFRESH)
    assert (bench.finish(), bench.place.read) == (Done(1, 15, 1), [True])


@pytest.mark.parametrize("status", [400, 401])
@pytest.mark.parametrize(("kind", "secret"), [("oauth2_client_credentials", CLIENT), ("oauth2_refresh", REFRESH)])
def test_a_secret_that_was_changed_since_it_was_read_is_read_anew_and_the_token_asked_for_again(
    tokens: Tokens, bench: Bench, kind: str, secret: dict[str, str], status: int
) -> None:
    changed = {name: f"{value}-changed" for name, value in secret.items()}
    serve = tokens.answer

    def change(asked: Asked) -> Answer:
        bench.place.value = json.dumps(changed)
        return serve(asked)

    tokens.use(kind, secret)
    tokens.stumbles = [Answer(b"canary", status)]
    bench.api.answer = change
    assert bench.finish() == Done(1, 15, 1)
    sent_secrets = [{name: form[name] for name in secret} for form in tokens.forms()]
    assert (sent_secrets, bench.place.read[-1]) == ([secret, changed], True)


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"Retry-After": "30"}, 30),
        ({"Date": "Wed, 25 Nov 2026 10:00:00 GMT", "Retry-After": "Wed, 25 Nov 2026 10:00:40 GMT"}, 40),
    ],
)
def test_the_time_that_a_token_server_names_is_waited_for(
    tokens: Tokens, bench: Bench, headers: dict[str, str], seconds: int
) -> None:
    tokens.stumbles = [Answer(b"canary", 429, headers)]
    tokens.use("oauth2_client_credentials", CLIENT)
    assert bench.finish() == Done(1, 15, 1)
    assert [seconds <= nap <= seconds + 1 for nap in bench.naps] == [True]


@pytest.mark.parametrize("status", [429, 500, 503])
def test_a_token_that_does_not_come_now_is_asked_for_again(tokens: Tokens, bench: Bench, status: int) -> None:
    tokens.stumbles = [Answer(b"canary", status)] * 2
    tokens.use("oauth2_client_credentials", CLIENT)
    assert (bench.finish(), len(tokens.asked)) == (Done(1, 15, 1), 3)


@pytest.mark.parametrize("status", [400, 401, 403])
def test_a_refused_secret_ends_the_run_by_its_name(tokens: Tokens, bench: Bench, status: int) -> None:
    tokens.stumbles = [Answer(b'{"error":"canary"}', status)]
    tokens.use("oauth2_client_credentials", CLIENT)
    sentence = f"no token for secret 'billing/token': status {status}; check it, and 'auth'"
    assert (bench.finish(), len(bench.api.asked)) == (Failed("config", sentence), 1)


@pytest.mark.parametrize("body", [b"{}", b"[]", b"canary", b'{"access_token": 5}', b"\xff"])
def test_an_answer_without_a_token_ends_the_run(tokens: Tokens, bench: Bench, body: bytes) -> None:
    tokens.stumbles = [Answer(body)]
    tokens.use("oauth2_client_credentials", CLIENT)
    sentence = "an answer to the request for a token has none at 'access_token'; compare 'auth'"
    assert (bench.finish(), len(bench.api.asked)) == (Failed("contract", sentence), 1)


def test_a_token_that_no_header_can_carry_is_told_as_the_server_s(tokens: Tokens, bench: Bench) -> None:
    tokens.stumbles = [Answer(b'{"access_token": "canary\\nX-Other: 1"}')]
    tokens.use("oauth2_client_credentials", CLIENT)
    sentence = "the token for secret 'billing/token' holds characters that no header can carry"
    assert (bench.finish(), len(bench.api.asked)) == (Failed("config", sentence), 1)


@pytest.mark.parametrize(
    ("kind", "value", "sentence"),
    [
        ("oauth2_client_credentials", "canary", "is no JSON object, as auth 'oauth2_client_credentials' wants"),
        ("oauth2_client_credentials", '["canary"]', "is no JSON object, as auth 'oauth2_client_credentials' wants"),
        ("oauth2_client_credentials", '{"client_id":"canary"}', "has no 'client_secret', which auth "),
        (
            "oauth2_client_credentials",
            '{"client_id":"canary","client_secret":""}',
            "has no 'client_secret', which auth ",
        ),
        ("oauth2_client_credentials", '{"client_id":5,"client_secret":"canary"}', "has no 'client_id', which auth "),
        ("oauth2_refresh", json.dumps(CLIENT), "has no 'refresh_token', which auth 'oauth2_refresh' wants"),
        ("basic", "canary", "is not user:password, as auth 'basic' wants"),
    ],
)
def test_a_secret_of_another_form_is_told_by_what_it_lacks(
    tokens: Tokens, bench: Bench, kind: str, value: str, sentence: str
) -> None:
    tokens.use(kind, {})
    bench.place.value = value
    result = bench.finish()
    assert isinstance(result, Failed)
    assert (result.class_, tokens.asked) == ("config", [])
    assert f"secret 'billing/token' {sentence}" in result.sentence
    assert "canary" not in result.sentence


@pytest.mark.parametrize(
    ("kind", "secret", "said"),
    [
        ("oauth2_client_credentials", CLIENT, {}),
        ("oauth2_refresh", REFRESH, {}),
        ("session", LOGIN, {"login_path": "/login", "token": "data.token"}),
    ],
)
def test_no_secret_and_no_token_is_told_or_landed(
    tokens: Tokens,
    bench: Bench,
    caplog: pytest.LogCaptureFixture,
    kind: str,
    secret: dict[str, str],
    said: dict[str, Any],
) -> None:
    caplog.set_level(logging.DEBUG)
    tokens.more = {"expires_in": 3600, "refresh_token": "canary-second"}
    tokens.use(kind, secret, **said)
    results = [bench.finish("run-1")]
    tokens.good_for = 0
    results.append(bench.finish("run-2"))
    told = [
        *map(str, results),
        *(record.getMessage() for record in caplog.records),
        *map(repr, bench.everything().values()),
    ]
    assert [one for one in told if "canary" in one] == []
