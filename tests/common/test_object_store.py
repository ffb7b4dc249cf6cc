"""Laws of the object stores, held by the folder and by S3 alike."""

import os
from concurrent.futures import ThreadPoolExecutor
from itertools import product
from pathlib import Path

import boto3
import pytest
from botocore.stub import Stubber

from lakehouse_common.object_store import (
    CONFLICT_ATTEMPTS,
    FolderStore,
    Listed,
    ObjectNotFoundError,
    ObjectStore,
    S3Store,
    open_store,
    read_object,
)

KEYS = ["a.txt", "a/1", "a/b/2", "a/b=3/x: y", "a0", "b/é"]


@pytest.fixture
def full(store: ObjectStore) -> ObjectStore:
    for key in reversed(KEYS):
        store.put(key, key.encode())
    return store


def test_what_was_put_is_got_and_a_second_put_replaces_it(store: ObjectStore) -> None:
    store.put("day=1/run 2026-01-07T06:00:00Z/part", b"one")
    store.put("day=1/run 2026-01-07T06:00:00Z/part", b"two")
    assert store.get("day=1/run 2026-01-07T06:00:00Z/part") == b"two"


@pytest.mark.parametrize("key", ["c", "a", "a.txt/below"])
def test_a_key_without_an_object_is_not_there(full: ObjectStore, key: str) -> None:
    assert not full.exists(key)
    with pytest.raises(ObjectNotFoundError, match=f"^there is no object .*/{key}$"):
        full.get(key)


def test_an_object_exists_under_exactly_its_key(full: ObjectStore) -> None:
    assert [key for key in [*KEYS, "a.tx", "a/b", "a/b/"] if key.endswith("/") or full.exists(key)] == [*KEYS, "a/b/"]


def test_a_listing_is_every_key_of_the_prefix_behind_the_mark_in_order(full: ObjectStore) -> None:
    for prefix, after in product(["", "a", "a/", "a/b", "a/b/", "b/", "none/"], ["", "a.txt", "a/", "a/b/2", "a/zzz"]):
        expected = [Listed(key, len(key.encode())) for key in KEYS if key.startswith(prefix) and key > after]
        assert (prefix, after, list(full.list(prefix, after))) == (prefix, after, expected)


def test_folders_are_the_immediate_ones(full: ObjectStore) -> None:
    folders = {prefix: full.folders(prefix) for prefix in ["", "a/", "a/b/", "none/", "a/b="]}
    assert folders == {"": ["a/", "b/"], "a/": ["a/b/", "a/b=3/"], "a/b/": [], "none/": [], "a/b=": ["a/b=3/"]}


def test_put_if_absent_keeps_the_first_body(store: ObjectStore) -> None:
    assert store.put_if_absent("log/1", b"first")
    assert not store.put_if_absent("log/1", b"second")
    assert store.get("log/1") == b"first"


def test_of_racing_writers_exactly_one_wins(store: ObjectStore) -> None:
    bodies = [str(n).encode() for n in range(16)]
    with ThreadPoolExecutor(16) as pool:
        won = list(pool.map(lambda body: store.put_if_absent("log/1", body), bodies))
    assert [body for body, winner in zip(bodies, won, strict=True) if winner] == [store.get("log/1")]


def test_more_than_one_page_of_keys_is_listed_whole(store: ObjectStore) -> None:
    for number in range(1003):
        store.put(f"many/{number:04d}/x", b"")
    assert len(list(store.list("many/"))) == len(store.folders("many/")) == 1003


def test_temporary_files_are_never_listed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = FolderStore(tmp_path)

    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "replace", killed)
    with pytest.raises(KeyboardInterrupt):
        store.put("b", b"half")
    assert [path for path in tmp_path.rglob("*") if path.is_file()]
    assert (list(store.list("")), store.folders(""), store.exists("b")) == ([], [], False)


@pytest.mark.parametrize("key", ["", "/etc/passwd", "../x", "a//b", "a/./b", "a/", ".tmp/x"])
def test_a_folder_refuses_what_is_no_key(tmp_path: Path, key: str) -> None:
    with pytest.raises(ValueError, match="is not a key"):
        FolderStore(tmp_path).put(key, b"")


def test_file_uris_are_literal(tmp_path: Path) -> None:
    key = "run 2026-01-07T06:00:00Z/a=b%é"
    assert FolderStore(tmp_path).uri(key) == f"file://{tmp_path}/{key}"


@pytest.mark.usefixtures("aws")
def test_s3_uris_are_literal() -> None:
    assert S3Store("zone", "/raw/").uri("run 06:00:00Z/a=b%é") == "s3://zone/raw/run 06:00:00Z/a=b%é"


def test_a_store_opens_by_path_by_file_uri_and_by_s3_uri(store: ObjectStore) -> None:
    store.put("deep/pipeline.json", b"{}")
    place = store.uri("deep")
    assert open_store(place).get("pipeline.json") == read_object(f"{place}/pipeline.json") == b"{}"
    assert open_store(place.removeprefix("file://")).get("pipeline.json") == b"{}"


def test_a_file_is_read_by_its_bare_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "pipeline.json").write_bytes(b"{}")
    monkeypatch.chdir(tmp_path)
    assert read_object("pipeline.json") == b"{}"


@pytest.fixture
def conflicting() -> tuple[S3Store, Stubber]:
    client = boto3.client("s3", "eu-west-1", aws_access_key_id="x", aws_secret_access_key="x")  # noqa: S106
    return S3Store("zone", client=client), Stubber(client)


def test_a_conflict_of_conditional_writes_is_tried_again(conflicting: tuple[S3Store, Stubber]) -> None:
    store, stub = conflicting
    stub.add_client_error("put_object", "ConditionalRequestConflict", http_status_code=409)
    stub.add_response("put_object", {})
    with stub:
        assert store.put_if_absent("log/1", b"")


def test_any_other_refusal_is_raised(conflicting: tuple[S3Store, Stubber]) -> None:
    store, stub = conflicting
    stub.add_client_error("put_object", "AccessDenied", http_status_code=403)
    with stub, pytest.raises(store.client.exceptions.ClientError, match="AccessDenied"):
        store.put_if_absent("log/1", b"")


def test_conflicts_without_end_are_raised(
    conflicting: tuple[S3Store, Stubber], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("lakehouse_common.object_store.time.sleep", lambda _: None)
    store, stub = conflicting
    for _ in range(CONFLICT_ATTEMPTS):
        stub.add_client_error("put_object", "ConditionalRequestConflict", http_status_code=409)
    with stub, pytest.raises(store.client.exceptions.ClientError, match="ConditionalRequestConflict"):
        store.put_if_absent("log/1", b"")
