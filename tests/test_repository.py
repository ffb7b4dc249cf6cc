"""What others join by: the workflow runs what `.ci/run` runs, hooks what there is, on the versions of the house."""

import json
import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from lakehouse_common import versions

ROOT = Path(__file__).parents[1]


def read_yaml(path: str) -> Any:
    return YAML(typ="safe", pure=True).load(ROOT / path)


def made(text: str) -> list[str]:
    """The `make` commands in a shell's text, in their order."""
    return re.findall(r"^(make .+)$", text, re.MULTILINE)


JOB = read_yaml(".github/workflows/ci.yml")["jobs"]["ci"]
STEPS = {step["uses"].partition("@")[0]: step for step in JOB["steps"] if "uses" in step}
DEVCONTAINER = json.loads((ROOT / ".devcontainer/devcontainer.json").read_text(encoding="utf-8"))
HOOKS = [hook for repo in read_yaml(".pre-commit-config.yaml")["repos"] for hook in repo["hooks"]]


def test_the_workflow_makes_what_ci_makes() -> None:
    in_workflow = [command for entry in JOB["strategy"]["matrix"]["include"] for command in made(entry["run"])]
    assert in_workflow == made((ROOT / ".ci" / "run").read_text(encoding="utf-8"))


def test_the_workflow_may_read_the_repository_and_nothing_else() -> None:
    assert read_yaml(".github/workflows/ci.yml")["permissions"] == {"contents": "read"}


def test_every_action_is_pinned_to_a_version() -> None:
    used = [step["uses"] for step in JOB["steps"] if "uses" in step]
    assert [action for action in used if not re.fullmatch(r"[\w-]+/[\w-]+@v\d+\.\d+\.\d+", action)] == []


def test_the_workflow_and_the_container_have_the_versions_of_the_house() -> None:
    features = {name.rsplit("/")[-1].partition(":")[0]: one for name, one in DEVCONTAINER["features"].items()}
    terraform = STEPS["hashicorp/setup-terraform"]["with"]["terraform_version"]
    assert STEPS["actions/setup-python"]["with"]["python-version"] == versions.PYTHON
    assert STEPS["actions/setup-java"]["with"]["java-version"] == str(versions.JAVA)
    assert DEVCONTAINER["image"].rpartition(":")[2].startswith(f"{versions.PYTHON}-")
    assert features == {"java": {"version": str(versions.JAVA)}, "terraform": {"version": terraform}}


@pytest.mark.parametrize("hook", HOOKS, ids=lambda hook: hook["id"])
def test_a_hook_is_local_and_runs_what_there_is(hook: dict[str, Any]) -> None:
    program, *arguments = hook["entry"].split()
    assert hook["language"] == "system"
    assert program == "terraform" or (ROOT / program).exists()
    assert [path for path in arguments if "/" in path and not (ROOT / path).exists()] == []


def test_mypy_reads_the_same_folders_before_a_commit_as_in_make_lint() -> None:
    (hook,) = [hook["entry"] for hook in HOOKS if hook["id"] == "mypy"]
    lint = (ROOT / "Makefile").read_text(encoding="utf-8").replace("$(VENV)", ".venv")
    assert hook in lint


def test_the_changelog_has_the_version_of_the_project_and_what_each_does_to_a_running_lake() -> None:
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    version = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
    sections = re.findall(r"^## \[(\d+\.\d+\.\d+)\] - \d{4}-\d{2}-\d{2}\n(.*?)(?=^## |\Z)", changelog, re.M | re.S)
    first = "0.1.0"
    assert sections[0][0] == version
    assert [number for number, text in sections if "### What it does to a running lake" not in text] == [first]


def test_the_licence_is_the_one_that_the_project_names() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert project["license"] == "Apache-2.0"
    assert (ROOT / "LICENSE").read_text(encoding="utf-8").split()[:4] == ["Apache", "License", "Version", "2.0,"]
