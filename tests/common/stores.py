"""The two stores, empty: every law about one is a law about the other."""

from collections.abc import Iterator
from pathlib import Path

import boto3
import pytest
import requests
from moto import mock_aws

from lakehouse_common.object_store import FolderStore, ObjectStore, S3Store


@pytest.fixture(scope="session")
def aws_account() -> Iterator[None]:
    """One AWS account inside this process for all tests: making one anew reads boto3's large models every time."""
    with pytest.MonkeyPatch.context() as environment, mock_aws():
        environment.setenv("AWS_ACCESS_KEY_ID", "testing")
        environment.setenv("AWS_SECRET_ACCESS_KEY", "testing")
        environment.setenv("AWS_DEFAULT_REGION", "eu-west-1")
        environment.delenv("AWS_CA_BUNDLE", raising=False)
        yield


@pytest.fixture
def aws(aws_account: None) -> Iterator[None]:
    """The account, empty."""
    yield
    requests.post("http://motoapi.amazonaws.com/moto-api/reset", timeout=5).raise_for_status()


@pytest.fixture(params=["folder", "s3", "s3 below a prefix"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> ObjectStore:
    """An empty store of each kind."""
    if request.param == "folder":
        return FolderStore(tmp_path / "raw")
    request.getfixturevalue("aws")
    boto3.client("s3").create_bucket(Bucket="raw-zone", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    return S3Store("raw-zone", "zone/a" if "prefix" in request.param else "")
