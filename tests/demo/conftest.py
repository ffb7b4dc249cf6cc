"""The smallest sample org, the shipped contract, and both days landed once."""

from pathlib import Path

import pytest

from demo.arrive import arrive_from_salesforce
from demo.sample_org import Org, sample_org
from lakehouse.contract.compiler import compile_contract
from lakehouse.contract.models import Pipeline

SMALL = 0.02


@pytest.fixture(scope="session")
def org() -> Org:
    return sample_org(SMALL)


@pytest.fixture(scope="session")
def pipeline() -> Pipeline:
    return compile_contract(Path(__file__).parents[2] / "demo/pipeline.yaml")


@pytest.fixture(scope="session")
def raw(pipeline: Pipeline, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Both days of the small org; nobody changes it."""
    folder = tmp_path_factory.mktemp("raw")
    arrive_from_salesforce(pipeline, folder, day=2, scale=SMALL)
    return folder
