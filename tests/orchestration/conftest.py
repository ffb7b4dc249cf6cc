"""Each definition is planned once."""

import pytest

from tests.orchestration.definitions import MODULES, Machine, planned

RUNS = ["glue_with_every_kind_of_source_and_sink", "emr_serverless_with_no_source_no_sink_and_no_start"]


@pytest.fixture(scope="session")
def definitions(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Machine]:
    found = planned(MODULES / "orchestration", tmp_path_factory.mktemp("terraform"))
    assert sorted(found) == sorted(RUNS)
    return found


@pytest.fixture(params=RUNS, ids=["glue", "emr_serverless"])
def machine(request: pytest.FixtureRequest, definitions: dict[str, Machine]) -> Machine:
    """The machine with everything on Glue, then the one with nothing but a job on EMR Serverless."""
    return definitions[request.param]
