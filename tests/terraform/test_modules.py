"""Every Terraform module is formatted, valid, and holds to its own tests, which are written in Terraform."""

import os
import subprocess
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

TERRAFORM = Path(__file__).parents[2] / "terraform"
MODULES = sorted(folder.name for folder in (TERRAFORM / "modules").iterdir() if folder.is_dir())

pytestmark = pytest.mark.terraform


def _run(folder: Path, data: Path, *command: str) -> tuple[int, str]:
    environment = {**os.environ, "TF_DATA_DIR": str(data)}
    done = subprocess.run(
        ["terraform", *command],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
    )
    return done.returncode, done.stdout + done.stderr


@pytest.fixture(scope="module")
def outcomes(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, tuple[int, str]]:
    """What `terraform validate` and `terraform test` said of each module, two modules at a time."""
    room = tmp_path_factory.mktemp("terraform")

    def tested(module: str) -> tuple[int, str]:
        folder = TERRAFORM / "modules" / module
        for command in (("init", "-backend=false", "-input=false"), ("validate",), ("test",)):
            code, said = _run(folder, room / module, *command, "-no-color")
            if code:
                break
        (folder / ".terraform.lock.hcl").unlink(missing_ok=True)
        return code, said

    with ThreadPoolExecutor(max_workers=2) as pool:
        return dict(zip(MODULES, pool.map(tested, MODULES), strict=True))


@pytest.mark.parametrize("module", MODULES)
def test_the_module_is_valid_and_its_own_tests_pass(outcomes: Mapping[str, tuple[int, str]], module: str) -> None:
    code, said = outcomes[module]
    assert code == 0, said
    assert "Success! " in said and " 0 failed" in said, said


def test_the_lock_file_serves_every_platform_and_changes_nothing(tmp_path: Path) -> None:
    options = ("-backend=false", "-input=false", "-lockfile=readonly", "-no-color")
    code, said = _run(TERRAFORM, tmp_path, "init", *options)
    assert code == 0, said


def test_every_file_is_formatted(tmp_path: Path) -> None:
    assert _run(TERRAFORM, tmp_path, "fmt", "-check", "-recursive") == (0, "")
