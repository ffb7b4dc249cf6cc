"""One Spark session and one emulated AWS account for the whole suite; sockets only to this machine."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from pyspark.sql import SparkSession
from pytest_socket import socket_allow_hosts
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

from lakehouse.spark import session
from tests.common.stores import aws, aws_account, store
from tests.spark.shelf import shelf

__all__ = ["aws", "aws_account", "shelf", "store"]
WHOLE_FLOW = Path(__file__).parent / "whole_flow"
INTERPRETED = {
    "spark.sql.shuffle.partitions": "2",
    "spark.sql.codegen.wholeStage": "false",
    "spark.sql.codegen.factoryMode": "NO_CODEGEN",
    "spark.sql.adaptive.enabled": "false",
}


class RoomScheduling(LoadScopeScheduling):
    """Gives each process whole rooms: their tests share what is dear to make, such as the story of whole_flow."""

    def _split_scope(self, nodeid: str) -> str:
        file = nodeid.split("::")[0]
        # Each of these makes a copy of the repository of its own.
        return file if "/test_edit" in file else file.rpartition("/")[0]


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> RoomScheduling:
    return RoomScheduling(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the longest, so that no process ends long after the other."""
    items.sort(key=lambda item: (item.path.parent != WHOLE_FLOW, "test_edit" in item.path.name))


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
