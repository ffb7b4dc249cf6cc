"""One Spark session and one emulated AWS account for the whole suite; sockets only to this machine."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from pyspark.sql import SparkSession
from pytest_socket import socket_allow_hosts

from lakehouse.spark import session
from tests.common.stores import aws, aws_account, store
from tests.spark.shelf import shelf

__all__ = ["aws", "aws_account", "shelf", "store"]
TESTS = Path(__file__).parent
WHOLE_FLOW = TESTS / "whole_flow"
INTERPRETED = {
    "spark.sql.shuffle.partitions": "2",
    "spark.sql.codegen.wholeStage": "false",
    "spark.sql.codegen.factoryMode": "NO_CODEGEN",
    "spark.sql.adaptive.enabled": "false",
}


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Group the tests that share what is dear to make, so that one process runs each group; the longest go first."""
    for item in items:
        item.add_marker(pytest.mark.xdist_group(_group_of(item)))
    items.sort(key=lambda item: (not is_of_story(item), WHOLE_FLOW not in item.path.parents))


def is_of_story(item: pytest.Item) -> bool:
    return "whole" in getattr(item, "fixturenames", ())


def _group_of(item: pytest.Item) -> str:
    if is_of_story(item):
        return "story"
    return str((item.path if item.path.parent in (TESTS, WHOLE_FLOW) else item.path.parent).relative_to(TESTS))


@pytest.hookimpl(trylast=True)
def pytest_runtest_setup() -> None:
    socket_allow_hosts(["127.0.0.1", "localhost", "::1"], allow_unix_socket=True)


@pytest.fixture(scope="session")
def spark(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SparkSession]:
    started = session.start("local", tmp_path_factory.mktemp("spark"), is_brief=True)
    # As a run on little data sets them: see lakehouse/spark/sizing.py.
    for setting, value in INTERPRETED.items():
        started.conf.set(setting, value)
    yield started
    started.stop()
