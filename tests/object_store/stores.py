"""The two stores, empty: every law about one is a law about the other."""

from collections.abc import Iterator
from pathlib import Path

import boto3
import pytest
from moto import mock_aws

from object_store import FolderStore, ObjectStore, S3Store


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """An empty AWS account inside this process."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-1")
    monkeypatch.delenv("AWS_CA_BUNDLE", raising=False)
    with mock_aws():
        yield


@pytest.fixture(params=["folder", "s3", "s3 below a prefix"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> ObjectStore:
    """An empty store of each kind."""
    if request.param == "folder":
        return FolderStore(tmp_path / "raw")
    request.getfixturevalue("aws")
    boto3.client("s3").create_bucket(Bucket="raw-zone", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    return S3Store("raw-zone", "zone/a" if "prefix" in request.param else "")
