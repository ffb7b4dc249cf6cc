"""One build for all who only read it."""

from pathlib import Path

import pytest

from tests.bundle.repository import Ended, copied, run


@pytest.fixture(scope="session")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return copied(tmp_path_factory.mktemp("bundle") / "repository")


@pytest.fixture(scope="session")
def built(repository: Path) -> Path:
    ended = run(repository, "--environment", "dev", "--engine", "emr_serverless")
    assert ended == Ended(0, "build/build.json written: 8 files for dev on emr_serverless\n")
    return repository / "build"
