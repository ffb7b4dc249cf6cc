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
ROOT = Path(__file__).parents[1]
INTERPRETED = {
    "spark.sql.shuffle.partitions": "2",
    "spark.sql.codegen.wholeStage": "false",
    "spark.sql.codegen.factoryMode": "NO_CODEGEN",
    "spark.sql.adaptive.enabled": "false",
}


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
