"""Objects by key, in a folder or in an S3 bucket: both have the same calls, the same order, the same result of a race.

Keys are '/'-separated and may hold ':', '=' and blanks. Both stores list keys in the order of their UTF-8 bytes.
"""

import os
import time
import uuid
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, Protocol
from urllib.parse import urlsplit

from lakehouse_common.errors import LakehouseError

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

CONFLICT_ATTEMPTS = 8
TEMPORARY = ".tmp"


class ObjectNotFoundError(LakehouseError, KeyError):
    """No object has this key."""

    def __init__(self, uri: str) -> None:
        self.uri = uri
        super().__init__(uri)

    def __str__(self) -> str:
        return f"there is no object {self.uri}"


class Listed(NamedTuple):
    """One object of a listing; `size` in bytes."""

    key: str
    size: int


class ObjectStore(Protocol):
    """What both stores can do. Readers see an object with all its bytes or not at all."""

    def get(self, key: str) -> bytes:
        """Returns the object's bytes. Raises: ObjectNotFoundError."""

    def put(self, key: str, body: bytes) -> None:
        """Write the object, over an older one if there is one."""

    def put_if_absent(self, key: str, body: bytes) -> bool:
        """Write the object unless the key exists; of any number of racing writers exactly one gets True."""

    def exists(self, key: str) -> bool:
        """Returns whether an object has this key."""

    def list(self, prefix: str, after: str = "") -> Iterator[Listed]:
        """Returns the objects whose key starts with `prefix` and is after `after`, in key order."""

    def folders(self, prefix: str) -> Sequence[str]:
        """Returns the prefixes directly below `prefix`, each ending with '/', in key order."""

    def uri(self, key: str) -> str:
        """Returns the address with which Spark reads the object."""


class FolderStore:
    """Objects as files below `root`, which may not exist yet."""

    def __init__(self, root: Path) -> None:
        self.root = root.absolute()

    def get(self, key: str) -> bytes:
        """Returns the file's bytes. Raises: ObjectNotFoundError."""
        try:
            return self._path(key).read_bytes()
        except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
            raise ObjectNotFoundError(self.uri(key)) from None

    def put(self, key: str, body: bytes) -> None:
        """Write a temporary file, then rename it to the key."""
        target, temporary = self._path(key), self._write_temporary(body)
        target.parent.mkdir(parents=True, exist_ok=True)
        os.replace(temporary, target)
        _sync_folder(target.parent)

    def put_if_absent(self, key: str, body: bytes) -> bool:
        """Link a finished temporary file to the key; a link, unlike a rename, fails when the name exists."""
        target, temporary = self._path(key), self._write_temporary(body)
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            os.link(temporary, target)
        except FileExistsError:
            return False
        finally:
            temporary.unlink()
        _sync_folder(target.parent)
        return True

    def exists(self, key: str) -> bool:
        """Returns whether a file has this key."""
        return self._path(key).is_file()

    def list(self, prefix: str, after: str = "") -> Iterator[Listed]:
        """Returns the files whose key starts with `prefix` and is after `after`, in key order."""
        return self._walk(_parent(prefix), prefix, after)

    def folders(self, prefix: str) -> Sequence[str]:
        """Returns the folders directly below `prefix`, each ending with '/', in key order."""
        entries = self._entries(_parent(prefix))
        return [key for key, _ in entries if key.endswith("/") and key.startswith(prefix)]

    def uri(self, key: str) -> str:
        """Returns `file://` and the absolute path, not encoded: Hadoop's Path takes every character as it is."""
        return f"file://{self.root.as_posix().rstrip('/')}/{key}"

    def _path(self, key: str) -> Path:
        steps = key.split("/")
        if not {"", ".", ".."}.isdisjoint(steps) or steps[0] == TEMPORARY:
            raise ValueError(f"'{key}' is not a key")
        return self.root.joinpath(*steps)

    def _write_temporary(self, body: bytes) -> Path:
        """Write a new temporary file that holds `body` and is on disk."""
        temporary = self.root / TEMPORARY / uuid.uuid4().hex
        temporary.parent.mkdir(parents=True, exist_ok=True)
        with temporary.open("xb") as file:
            file.write(body)
            file.flush()
            os.fsync(file.fileno())
        return temporary

    def _entries(self, folder: str) -> "Sequence[tuple[str, os.DirEntry[str]]]":
        """Returns what is in `folder` ('' or ending with '/'), in key order: a folder sorts with its '/'."""
        try:
            with os.scandir(self.root / folder) as entries:
                keyed = [(folder + entry.name + ("/" if entry.is_dir() else ""), entry) for entry in entries]
        except (FileNotFoundError, NotADirectoryError):
            return []
        return sorted((pair for pair in keyed if pair[0] != f"{TEMPORARY}/"), key=lambda pair: pair[0])

    def _walk(self, folder: str, prefix: str, after: str) -> Iterator[Listed]:
        for key, entry in self._entries(folder):
            if key.endswith("/"):
                may_match = key.startswith(prefix) or prefix.startswith(key)
                comes_after = key > after or after.startswith(key)
                if may_match and comes_after:
                    yield from self._walk(key, prefix, after)
            elif key.startswith(prefix) and key > after:
                yield Listed(key, entry.stat().st_size)


class S3Store:
    """Objects of `bucket` whose names start with `prefix`; conditional writes decide races."""

    def __init__(self, bucket: str, prefix: str = "", client: "S3Client | None" = None) -> None:
        self.bucket = bucket
        self.prefix = f"{prefix.strip('/')}/" if prefix.strip("/") else ""
        self.client = client or _s3_client()

    def get(self, key: str) -> bytes:
        """Returns the object's bytes. Raises: ObjectNotFoundError, botocore's ClientError."""
        try:
            return self.client.get_object(Bucket=self.bucket, Key=self.prefix + key)["Body"].read()
        except self.client.exceptions.NoSuchKey:
            raise ObjectNotFoundError(self.uri(key)) from None

    def put(self, key: str, body: bytes) -> None:
        """Write the object. Raises: botocore's ClientError."""
        self.client.put_object(Bucket=self.bucket, Key=self.prefix + key, Body=body)

    def put_if_absent(self, key: str, body: bytes) -> bool:
        """Write the object if S3 holds none with that key. Raises: botocore's ClientError."""
        from botocore.exceptions import ClientError

        for attempt in range(CONFLICT_ATTEMPTS):
            try:
                self.client.put_object(Bucket=self.bucket, Key=self.prefix + key, Body=body, IfNoneMatch="*")
                return True
            except ClientError as error:
                code = error.response.get("Error", {}).get("Code")
                if code == "PreconditionFailed":
                    return False
                # A conflict says that another write is under way, not who wins: only a new try can tell.
                if code != "ConditionalRequestConflict" or attempt + 1 == CONFLICT_ATTEMPTS:
                    raise
            time.sleep(0.05 * 2**attempt)
        raise AssertionError("the loop above returns or raises")

    def exists(self, key: str) -> bool:
        """Returns whether an object has this key. Raises: botocore's ClientError."""
        full = self.prefix + key
        page = self.client.list_objects_v2(Bucket=self.bucket, Prefix=full, MaxKeys=1)
        return any(listed["Key"] == full for listed in page.get("Contents", []))

    def list(self, prefix: str, after: str = "") -> Iterator[Listed]:
        """Returns the objects whose key starts with `prefix` and is after `after`. Raises: botocore's ClientError."""
        pages = self.client.get_paginator("list_objects_v2").paginate(
            Bucket=self.bucket, Prefix=self.prefix + prefix, StartAfter=self.prefix + after if after else ""
        )
        for page in pages:
            for listed in page.get("Contents", []):
                yield Listed(listed["Key"].removeprefix(self.prefix), listed["Size"])

    def folders(self, prefix: str) -> Sequence[str]:
        """Returns the common prefixes directly below `prefix`. Raises: botocore's ClientError."""
        pages = self.client.get_paginator("list_objects_v2").paginate(
            Bucket=self.bucket, Prefix=self.prefix + prefix, Delimiter="/"
        )
        names = (folder["Prefix"] for page in pages for folder in page.get("CommonPrefixes", []))
        return [name.removeprefix(self.prefix) for name in names]

    def uri(self, key: str) -> str:
        """Returns the object's s3:// URI, not encoded."""
        return f"s3://{self.bucket}/{self.prefix}{key}"


def open_store(location: str) -> ObjectStore:
    """Open the store at `s3://bucket/prefix`, `file:///folder` or a folder's path."""
    if location.startswith("s3://"):
        parts = urlsplit(location)
        return S3Store(parts.netloc, location.removeprefix(f"s3://{parts.netloc}"))
    return FolderStore(Path(location.removeprefix("file://")))


def read_object(location: str) -> bytes:
    """Read one object or file by its URI or path. Raises: ObjectNotFoundError."""
    folder, _, name = location.rpartition("/")
    return open_store(folder or (location[:1] if location.startswith("/") else ".")).get(name)


def _parent(prefix: str) -> str:
    """Returns the folder ('' or ending with '/') in which the keys of `prefix` begin to differ."""
    return prefix[: prefix.rfind("/") + 1]


def _s3_client() -> "S3Client":
    import boto3

    return boto3.client("s3")


def _sync_folder(folder: Path) -> None:
    """Make a new name in `folder` survive a power cut."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
