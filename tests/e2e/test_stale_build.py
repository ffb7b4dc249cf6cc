"""A build that is missing, older than its sources or another environment's ends the plan, which names what to run."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.e2e.conftest import Deployment
from tests.localaws.terraform import TerraformError

pytestmark = pytest.mark.terraform
RUN = "Run: make build ENV=dev"


def _no_build(root: Path) -> None:
    shutil.rmtree(root / "build")


def _another_environment(root: Path) -> None:
    file = root / "build" / "build.json"
    file.write_text(json.dumps(json.loads(file.read_text()) | {"environment": "prod"}))


def _another_contract(root: Path) -> None:
    with (root / "pipeline.yaml").open("a") as file:
        file.write("# changed\n")


def _other_code(root: Path) -> None:
    with (root / "data_quality" / "gate.py").open("a") as file:
        file.write("# changed\n")


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (_no_build, "There is no build."),
        (_another_environment, "The build is for another environment."),
        (_another_contract, "The contract has changed since the build."),
        (_other_code, "Code or its locked libraries have changed since the build."),
    ],
)
def test_the_plan_ends_and_says_what_to_run(
    deployment: Deployment, change: Callable[[Path], None], sentence: str
) -> None:
    deployment.edit()
    change(deployment.root)
    with pytest.raises(TerraformError) as ended:
        deployment.terraform.plan()
    said = " ".join(str(ended.value).split())
    assert f"{sentence} {RUN}" in said
