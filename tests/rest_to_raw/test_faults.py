"""Laws of a source that stumbles, refuses, or answers with something else."""

import hashlib
from pathlib import Path
from typing import Any

import pytest

from lakehouse_common.object_store import FolderStore
from lakehouse_common.secret_store import open_secrets
from rest_to_raw import Continue, Deadline, Done, Failed, run
from tests.rest_to_raw.conftest import TOKEN, Bench
from tests.rest_to_raw.fake_api import Answer

RECORDS = [f'{{"id":{number}}}' for number in range(15)]
BUSY = Answer(b"secret " + TOKEN.encode(), 429, {"Retry-After": "7"})


@pytest.fixture
def store(tmp_path: Path) -> FolderStore:
    """One kind of store: it makes no difference to these laws."""
    return FolderStore(tmp_path / "raw")


@pytest.mark.parametrize(
    "stumble",
    [
        Answer(b"busy", 429),
        Answer(b"busy", 429, {"Retry-After": "0"}),
        Answer(b"busy", 429, {"Retry-After": "soon"}),
        Answer(b"busy", 429, {"Retry-After": "Thu, 01 Jan 2015 00:00:00 GMT"}),
        Answer(b"down", 503),
        Answer(b'{"data":[', cut=100),
        Answer(b"<html>maintenance</html>", headers={"Content-Type": "text/html; charset=utf-8"}),
        Answer(b"not gzip", headers={"Content-Encoding": "gzip"}),
    ],
)
def test_a_source_that_stumbles_five_times_loses_nothing(
    bench: Bench, stumble: Answer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("rest_to_raw.retry.random.uniform", lambda low, high: high)
    bench.api.records, bench.api.stumbles = RECORDS, [stumble] * 5
    assert (bench.finish(), bench.rows()) == (Done(1, 15, 1), RECORDS)
    assert bench.naps == [1, 2, 4, 8, 16]


def test_a_source_that_stumbles_six_times_is_down(bench: Bench) -> None:
    bench.api.stumbles = [Answer(b"down", 503)] * 6
    sentence = "/v1/invoices failed 6 times, at last with status 503; try again later"
    assert (bench.finish(), len(bench.naps), bench.entries()) == (Failed("source_down", sentence), 5, [])


def test_a_source_that_nobody_serves_is_down(bench: Bench) -> None:
    bench.changes = {"base_url": "http://127.0.0.1:1"}
    sentence = "/invoices failed 6 times, at last with ConnectionError; try again later"
    assert bench.finish() == Failed("source_down", sentence)


def test_a_run_goes_on_behind_its_checkpoint_after_the_source_was_down(bench: Bench) -> None:
    bench.api.records, bench.left = RECORDS, 1.0
    bench.call()
    bench.left = 900.0
    bench.api.stumbles = [Answer(b"down", 503)] * 6
    assert isinstance(bench.call(), Failed)
    assert (bench.call(), bench.rows()) == (Done(1, 15, 2), RECORDS)


def test_a_named_wait_is_never_cut_short(bench: Bench) -> None:
    bench.api.records, bench.api.stumbles = RECORDS, [BUSY]
    assert bench.finish() == Done(1, 15, 1)
    assert [7 <= nap <= 8 for nap in bench.naps] == [True]


@pytest.mark.parametrize(("wait", "left"), [(7, 50.0), (3600, 5000.0)])
def test_a_wait_too_long_for_the_call_is_left_to_the_orchestrator(bench: Bench, wait: int, left: float) -> None:
    bench.api.records, bench.left = RECORDS, left
    bench.api.answer = lambda asked: (
        Answer(status=503, headers={"Retry-After": str(wait)}) if "cursor" in asked.query else bench.api.page(asked)
    )
    result = bench.call()
    assert isinstance(result, Continue)
    assert (wait <= result.wait <= wait + 1, bench.naps) == (True, [])
    bench.api.answer = bench.api.page
    assert (bench.call(), bench.rows()) == (Done(1, 15, 2), RECORDS)


def test_a_wait_before_the_first_page_writes_nothing(bench: Bench) -> None:
    bench.api.stumbles = [Answer(status=429, headers={"Retry-After": "3600"})]
    assert isinstance(bench.call(), Continue)
    assert bench.everything() == {}


@pytest.mark.parametrize(
    ("status", "sentence"),
    [
        (401, "/v1/invoices answered with status 401; check secret 'billing/token' and its rights"),
        (403, "/v1/invoices answered with status 403; check secret 'billing/token' and its rights"),
        (404, "/v1/invoices answered with status 404; correct base_url or path"),
        (400, "/v1/invoices answered with status 400; correct path, params or since"),
    ],
)
def test_a_refusal_ends_the_run_at_once(bench: Bench, status: int, sentence: str) -> None:
    bench.api.stumbles = [Answer(b"{}", status)]
    assert (bench.finish(), len(bench.api.asked)) == (Failed("config", sentence), 1)


def test_a_refusal_without_auth_says_that_a_secret_is_wanted(bench: Bench) -> None:
    bench.changes = {"auth": {"kind": "none", "secret": None}}
    bench.api.stumbles = [Answer(b"{}", 401)]
    sentence = "/v1/invoices answered with status 401; it wants a secret: set auth"
    assert bench.finish() == Failed("config", sentence)
    assert "Authorization" not in bench.api.asked[0].headers


@pytest.mark.parametrize("body", [b'{"data":[{"id":1},{"i', b"<html>maintenance</html>", b'{"data":[{"id":NaN}]}', b""])
def test_an_answer_that_is_no_json_is_asked_for_again_once(bench: Bench, body: bytes) -> None:
    bench.api.records, bench.api.stumbles = RECORDS, [Answer(body)]
    assert bench.finish("run-1") == Done(1, 15, 1)
    bench.api.stumbles = [Answer(body)] * 2
    digest = hashlib.sha256(body).hexdigest()[:12]
    sentence = (
        f"/v1/invoices answered twice with the same {len(body)} bytes (sha256 {digest}...), each time an answer "
        "that is not "
        "JSON; ask the API's owner"
    )
    assert bench.finish("run-2") == Failed("contract", sentence)


@pytest.mark.parametrize(
    ("body", "path", "expected"),
    [
        ('{"error":"quota"}', "data", "a list of records"),
        ('{"data":null}', "data", "a list of records"),
        ('{"data":{"id":1}}', "data", "a list of records"),
        ('{"data":[1]}', "data", "a list of objects"),
        ('{"data":[null]}', "data", "a list of objects"),
        ("[]", "data", "an object"),
        ('{"data":[],"meta":[]}', "meta.next", "a text, a whole number or nothing"),
        ('{"data":[],"meta":{"next":{}}}', "meta.next", "a text, a whole number or nothing"),
        ('{"data":[],"meta":{"next":true}}', "meta.next", "a text, a whole number or nothing"),
    ],
)
def test_an_answer_that_the_contract_does_not_describe_is_never_no_records(
    bench: Bench, body: str, path: str, expected: str
) -> None:
    bench.api.records, bench.left = RECORDS, 1.0
    bench.call()
    bench.api.stumbles = [Answer(body.encode())]
    sentence = (
        f"/v1/invoices answered with something at '{path}' that is not {expected}; compare the API's documentation "
        "with rest.billing.resources.invoices of the contract"
    )
    assert (bench.call(), bench.entries()) == (Failed("contract", sentence), [])


def test_records_may_lie_deep(bench: Bench) -> None:
    bench.changes = {"records": "answer.page.items"}
    bench.api.stumbles = [Answer(b'{"answer":{"page":{"items":[{"id":1}]}}}')]
    assert (bench.finish(), bench.rows()) == (Done(1, 1, 1), ['{"id":1}'])


def test_bytes_that_are_no_utf_8_fail_the_run(bench: Bench) -> None:
    bench.api.stumbles = [Answer(b'{"data":[{"name":"Zo\xeb"}]}')]
    sentence = "/v1/invoices answered with bytes that are not UTF-8; ask the API's owner"
    assert (bench.finish(), bench.entries()) == (Failed("contract", sentence), [])


@pytest.mark.parametrize("left", [900.0, 1.0])
@pytest.mark.parametrize("period", [1, 2, 3])
def test_pages_that_lead_in_a_circle_fail_the_run(bench: Bench, period: int, left: float) -> None:
    bench.left = left

    def circling(asked: Any) -> Answer:
        following = (int(asked.query.get("cursor", "-1")) + 1) % period
        return Answer(f'{{"data":[],"meta":{{"next":{following}}}}}'.encode())

    bench.api.answer = circling
    sentence = "the pages of run run-1 lead back to one that was read; ask the API's owner"
    assert bench.finish() == Failed("contract", sentence)
    assert (len(bench.api.asked), bench.entries()) == (period + 1, [])


def test_the_machines_proxy_and_netrc_are_not_used(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "netrc").write_text("machine 127.0.0.1 login someone password else", encoding="utf-8")
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    monkeypatch.delenv("NO_PROXY", raising=False)
    bench.changes = {"auth": {"kind": "none", "secret": None}}
    assert bench.finish() == Done(1, 0, 0)
    assert "Authorization" not in bench.api.asked[0].headers


def test_an_empty_token_is_told_before_anything_is_asked_for(bench: Bench) -> None:
    bench.place.value = ""
    sentence = "secret 'billing/token' is empty: put another value in its place"
    assert (bench.finish(), bench.api.asked) == (Failed("config", sentence), [])


@pytest.mark.parametrize("token", [" x", "x\ny", "x\x00", "ключ"])
def test_a_token_that_no_header_can_carry_is_named_and_not_told(bench: Bench, token: str) -> None:
    bench.place.value = token
    sentence = "secret 'billing/token' holds characters that no header can carry"
    assert (bench.finish(), bench.api.asked) == (Failed("config", sentence), [])


@pytest.mark.parametrize(
    "stumbles",
    [
        [BUSY] * 6,
        [Answer(TOKEN.encode(), 500)] * 6,
        [Answer(TOKEN.encode())] * 6,
        [Answer(f'{{"{TOKEN}":1}}'.encode())],
        [Answer(TOKEN.encode(), 401)],
        [Answer(b"", 302, {"Location": f"http://127.0.0.1:1/{TOKEN}"})],
    ],
)
def test_a_server_that_echoes_the_token_finds_it_in_no_result_and_no_object(
    bench: Bench, stumbles: list[Answer]
) -> None:
    bench.api.stumbles = stumbles
    assert TOKEN not in repr(bench.finish())
    assert [key for key, body in bench.everything().items() if TOKEN.encode() in body] == []


def test_a_missing_secret_fails_the_run_before_any_request(bench: Bench, tmp_path: Path) -> None:
    result = run(bench.resource, "run-1", bench.store, open_secrets(str(tmp_path)), Deadline.after(900))
    path = tmp_path / "billing" / "token"
    sentence = f"secret 'billing/token' is missing: set BILLING_TOKEN or write the file {path}"
    assert (result, bench.api.asked) == (Failed("config", sentence), [])
