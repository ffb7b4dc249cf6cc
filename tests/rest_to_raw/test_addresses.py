"""Laws of connections: to public addresses alone, to the one that was looked at, with the host's own certificate."""

import socket
import ssl
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import trustme

from lakehouse_common.object_store import FolderStore
from rest_to_raw import Done, Failed
from rest_to_raw.http.addresses import is_public
from tests.rest_to_raw.conftest import Bench
from tests.rest_to_raw.fake_api import FakeApi

RECORDS = [f'{{"id":{number}}}' for number in range(15)]


@pytest.fixture
def store(tmp_path: Path) -> FolderStore:
    """One kind of store: it makes no difference to these laws."""
    return FolderStore(tmp_path / "raw")


@pytest.mark.parametrize(
    ("address", "is_it"),
    [
        ("93.184.216.34", True),
        ("2606:2800:220:1:248:1893:25c8:1946", True),
        ("127.0.0.1", False),
        ("10.1.2.3", False),
        ("172.16.0.1", False),
        ("192.168.1.1", False),
        ("169.254.169.254", False),
        ("100.64.0.1", False),
        ("0.0.0.0", False),  # noqa: S104
        ("224.0.0.1", False),
        ("::1", False),
        ("fe80::1%eth0", False),
        ("fd00::1", False),
        ("::ffff:127.0.0.1", False),
        ("::ffff:93.184.216.34", True),
        ("2002:7f00:1::", False),
        ("64:ff9b::7f00:1", False),
    ],
)
def test_which_addresses_are_public(address: str, is_it: bool) -> None:
    assert is_public(address) is is_it


Resolver = Callable[..., list[Any]]


def resolving(monkeypatch: pytest.MonkeyPatch, *answers: str) -> list[str]:
    """Has a name server give these addresses, one for each question and the last one for ever; lists the questions."""
    questions: list[str] = []

    def resolve(host: str, port: int, *_: Any, **__: Any) -> list[Any]:
        questions.append(host)
        address = answers[min(len(questions), len(answers)) - 1]
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port))]

    monkeypatch.setattr("rest_to_raw.http.addresses.socket.getaddrinfo", resolve)
    return questions


def test_a_name_with_an_internal_address_is_not_spoken_to(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    resolving(monkeypatch, "127.0.0.1")
    bench.changes = {"base_url": f"https://api.example:{bench.api.server.server_port}", "http": {}}
    sentence = (
        "api.example has an address that is not public, and no request was sent; if the API lies in a network "
        "of your own, "
        "say 'http: {private_network: true}'"
    )
    assert (bench.finish(), bench.api.asked) == (Failed("security", sentence), [])


def test_the_address_that_was_looked_at_is_the_one_that_is_connected_to(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    questions = resolving(monkeypatch, "93.184.216.34", "127.0.0.1")
    connected: list[Any] = []

    def connect(place: Any, timeout: Any) -> socket.socket:
        connected.append(place)
        raise OSError

    monkeypatch.setattr("rest_to_raw.http.addresses.socket.create_connection", connect)
    bench.changes = {"base_url": "https://api.example", "http": {}, "retry": {"attempts": 1}}
    assert isinstance(bench.finish(), Failed)
    assert (questions, connected) == (["api.example"], [("93.184.216.34", 443)])


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def secure(authority: trustme.CA) -> Iterator[FakeApi]:
    """The fake API behind a certificate for api.example."""
    api = FakeApi()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("api.example").configure_cert(context)
    api.server.socket = context.wrap_socket(api.server.socket, server_side=True)
    with api:
        yield api


@pytest.mark.parametrize(("host", "is_done"), [("api.example", True), ("other.example", False)])
def test_tls_asks_for_the_host_s_own_certificate_at_the_checked_address(
    bench: Bench,
    secure: FakeApi,
    authority: trustme.CA,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    host: str,
    is_done: bool,
) -> None:
    resolving(monkeypatch, "127.0.0.1")
    monkeypatch.setattr("rest_to_raw.http.addresses.is_public", lambda address: True)
    authority.cert_pem.write_to_path(tmp_path / "ca.pem")
    monkeypatch.setattr("requests.adapters.DEFAULT_CA_BUNDLE_PATH", str(tmp_path / "ca.pem"))
    secure.records = RECORDS
    bench.changes = {"base_url": f"https://{host}:{secure.server.server_port}", "http": {}, "retry": {"attempts": 1}}
    result = bench.finish()
    assert (isinstance(result, Done), len(secure.asked)) == (is_done, 2 if is_done else 0)
