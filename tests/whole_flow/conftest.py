"""The story, told once."""

from pathlib import Path

import pytest
from pyspark.sql import SparkSession

from lakehouse.contract.compiler import compile_contract
from tests.whole_flow.story import Story, tell

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def whole(spark: SparkSession, tmp_path_factory: pytest.TempPathFactory) -> tuple[Story, Path]:
    """The story, and the lake as it was before the first run."""
    folder = tmp_path_factory.mktemp("whole")
    day_one = folder / "day_one"
    return tell(spark, compile_contract(ROOT / "demo/pipeline.yaml"), folder / "lake", day_one), day_one


@pytest.fixture(scope="session")
def story(whole: tuple[Story, Path]) -> Story:
    return whole[0]


@pytest.fixture(scope="session")
def day_one(whole: tuple[Story, Path]) -> Path:
    return whole[1]
