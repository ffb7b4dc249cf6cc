"""A fake API, each kind of object store, and a run of one resource from the first to the second."""

import gzip
import hashlib
import json
from collections.abc import Iterator
from typing import Any

import msgspec
import pytest

from lakehouse.contract.rest.api import Resource as Contract
from lakehouse.contract.rest.kinds import read_kinds
from lakehouse_common.commit_log import CommitLog, Entry
from lakehouse_common.object_store import ObjectStore
from lakehouse_common.secret_store import Secrets
from rest_to_raw import Continue, Deadline, Done, Failed, Resource, run
from tests.rest_to_raw.fake_api import FakeApi

TOKEN = "canary-5f1d"  # noqa: S105


def compiled(**said: Any) -> Resource:
    """The event's resource, by way of the contract's model and its defaults."""
    contract = Contract.model_validate(said, context=read_kinds())
    return msgspec.convert(json.loads(contract.model_dump_json(by_alias=True)), Resource)


class Known:
    """The place of one secret: `read` has what was asked for, `written` what was kept."""

    def __init__(self, value: str) -> None:
        self.value = value
        self.read: list[bool] = []
        self.written: list[str] = []

    def read_value(self, name: str, *, fresh: bool) -> str:
        self.read.append(fresh)
        return self.value

    def write_value(self, name: str, value: str) -> None:
        self.value = value
        self.written.append(value)


class Bench:
    """One resource of the fake API and the raw zone that it lands in."""

    def __init__(self, api: FakeApi, store: ObjectStore) -> None:
        self.api = api
        self.store = store
        self.naps: list[float] = []
        self.left = 900.0
        self.place = Known(TOKEN)
        self.changes: dict[str, Any] = {}
        self.log = self.log_of("invoices")

    def log_of(self, resource: str) -> CommitLog:
        return CommitLog(self.store, "billing", resource)

    @property
    def resource(self) -> Resource:
        said = {
            "base_url": self.api.url,
            "auth": {"kind": "bearer", "secret": "billing/token"},
            "pagination": {"kind": "cursor", "param": "cursor", "next": "meta.next"},
            "params": {"expand": "lines"},
            "since": {"param": "since", "field": "at"},
            "http": {"private_network": True},
            "api": "billing",
            "resource": "invoices",
            "path": "/invoices",
            "records": "data",
        }
        return compiled(**said | self.changes)

    def call(self, run_id: str = "run-1", store: ObjectStore | None = None) -> Done | Continue | Failed:
        """One call of the function."""
        deadline = Deadline(lambda: self.left, self.naps.append)
        return run(self.resource, run_id, store or self.store, Secrets(self.place), deadline)

    def finish(self, run_id: str = "run-1", store: ObjectStore | None = None) -> Done | Failed:
        """As many calls as the run wants."""
        while isinstance(result := self.call(run_id, store), Continue):
            pass
        return result

    def entries(self) -> list[Entry]:
        return [entry for entry in map(self.log.read, self.log.versions()) if entry]

    def rows(self) -> list[str]:
        """The records that the log names, checked against what it says of them."""
        found: list[str] = []
        for part in (part for entry in self.entries() for part in entry.parts):
            body = self.store.get(part.key)
            lines = gzip.decompress(body).decode().splitlines()
            assert (len(lines), len(body), hashlib.sha256(body).hexdigest()) == (part.rows, part.bytes, part.sha256)
            found += lines
        assert len(found) == sum(entry.rows for entry in self.entries())
        return found

    def everything(self) -> dict[str, bytes]:
        """Every object of the raw zone, unzipped."""
        bodies = {listed.key: self.store.get(listed.key) for listed in self.store.list("")}
        return {key: gzip.decompress(body) if key.endswith(".gz") else body for key, body in bodies.items()}


@pytest.fixture
def api() -> Iterator[FakeApi]:
    with FakeApi() as started:
        yield started


@pytest.fixture
def bench(api: FakeApi, store: ObjectStore) -> Bench:
    return Bench(api, store)
