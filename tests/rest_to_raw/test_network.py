"""Laws of the wire: where a request may go, what an answer may cost, and what of it is told."""

import logging
from pathlib import Path

import pytest

from lakehouse_common.object_store import FolderStore
from rest_to_raw import Done, Failed
from tests.rest_to_raw.conftest import TOKEN, Bench
from tests.rest_to_raw.fake_api import Answer, FakeApi

RECORDS = [f'{{"id":{number}}}' for number in range(15)]
ELSEWHERE = (
    "the API names a page at a place that is not its own, and nothing was sent there; if it belongs to the "
    "API, name the "
    "host in 'allowed_hosts'"
)
NEXT_URL = {"pagination": {"kind": "next_url", "next": "next"}, "since": None, "params": {}}


@pytest.fixture
def store(tmp_path: Path) -> FolderStore:
    """One kind of store: it makes no difference to these laws."""
    return FolderStore(tmp_path / "raw")


@pytest.mark.parametrize(
    "link",
    [
        "http://127.0.0.1:1/v1/invoices",
        "https://elsewhere.example/v1/invoices",
        "//elsewhere.example/v1/invoices",
        "http://user@127.0.0.1/v1",
        "ftp://127.0.0.1/v1",
        "file:///etc/passwd",
    ],
)
def test_a_next_link_to_another_place_is_not_followed(bench: Bench, link: str) -> None:
    bench.api.answer = lambda asked: Answer(f'{{"data":[],"next":"{link}"}}'.encode())
    bench.changes = NEXT_URL
    assert (bench.finish(), len(bench.api.asked)) == (Failed("security", ELSEWHERE), 1)


def test_a_next_link_to_an_allowed_host_still_wants_tls(bench: Bench) -> None:
    with FakeApi() as other:
        host = other.url.split("/")[2]
        bench.api.answer = lambda asked: Answer(f'{{"data":[],"next":"{other.url}/x"}}'.encode())
        bench.changes = NEXT_URL | {"allowed_hosts": [host]}
        assert (bench.finish(), other.asked) == (Failed("security", ELSEWHERE), [])


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize(
    "location", ["http://127.0.0.1:1/", "https://127.0.0.1/", "//elsewhere.example/", "http://[", ""]
)
def test_no_redirect_to_another_place_is_followed(bench: Bench, status: int, location: str) -> None:
    bench.api.stumbles = [Answer(b"", status, {"Location": location})]
    sentence = (
        f"/v1/invoices redirects (status {status}) to a place that is not the API's, and nothing was sent "
        "there; correct "
        "base_url, or name the host in 'allowed_hosts'"
    )
    assert (bench.finish(), len(bench.api.asked)) == (Failed("security", sentence), 1)


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_within_the_api_is_followed_with_its_auth(bench: Bench, status: int) -> None:
    bench.api.records = RECORDS
    bench.api.stumbles = [Answer(b"", status, {"Location": "/v2/invoices?page=0"})]
    assert bench.finish() == Done(1, 15, 1)
    assert [(asked.path, asked.query, asked.headers["Authorization"]) for asked in bench.api.asked[:2]] == [
        ("/v1/invoices", {"expand": "lines"}, f"Bearer {TOKEN}"),
        ("/v2/invoices", {"page": "0"}, f"Bearer {TOKEN}"),
    ]


def test_a_redirect_in_a_circle_ends_the_run(bench: Bench) -> None:
    bench.api.answer = lambda asked: Answer(b"", 302, {"Location": "/v1/invoices"})
    sentence = "/v1/invoices redirects more than 3 times; correct base_url or path"
    assert (bench.finish(), len(bench.api.asked)) == (Failed("contract", sentence), 4)


def test_nothing_that_the_server_or_the_contract_keeps_secret_is_told(
    bench: Bench, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    bench.changes = {"params": {"filter": "canary-in-the-query"}, "headers": {"X-Tenant": "canary-in-a-header"}}
    for status in (400, 401, 403, 404, 418, 500):
        echo = Answer(f'{{"you sent":"{TOKEN} canary-in-the-body"}}'.encode(), status, {"X-Echo": "canary-echoed"})
        bench.api.answer = lambda asked, echo=echo: echo  # type: ignore[misc]
        result = bench.finish(f"run-{status}")
        assert isinstance(result, Failed)
        assert "canary" not in result.sentence
    assert "canary" not in str([record.getMessage() for record in caplog.records])
