"""One Spark session for the whole suite; sockets only to this machine."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from pyspark.sql import SparkSession
from pytest_socket import socket_allow_hosts

from lakehouse import session

ROOT = Path(__file__).parents[1]


@pytest.hookimpl(trylast=True)
def pytest_runtest_setup() -> None:
    socket_allow_hosts(["127.0.0.1", "localhost", "::1"], allow_unix_socket=True)


@pytest.fixture(scope="session")
def spark(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SparkSession]:
    started = session.start("local", tmp_path_factory.mktemp("spark"), is_brief=True)
    started.conf.set("spark.sql.shuffle.partitions", "2")
    yield started
    started.stop()
