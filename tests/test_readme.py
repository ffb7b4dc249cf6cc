"""The README is true where a machine can tell: its links lead somewhere, its commands exist, and CI runs them."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
LINKS = sorted(set(re.findall(r"\]\(([^)#]+)\)", README)))
COMMANDS = sorted(
    set(re.findall(r"`make ([a-z]+)", README)) | set(re.findall(r"^ {4}make ([a-z]+)", README, re.MULTILINE))
)


@pytest.mark.parametrize("link", LINKS)
def test_a_link_leads_to_a_file(link: str) -> None:
    assert (ROOT / link).is_file()


@pytest.mark.parametrize("target", COMMANDS)
def test_a_command_is_a_target_of_the_makefile(target: str) -> None:
    assert re.search(rf"^{target}:.*## ", (ROOT / "Makefile").read_text(), re.MULTILINE)


def test_ci_runs_the_two_commands() -> None:
    two = re.findall(r"^ {4}(make [a-z]+)", README, re.MULTILINE)
    ci = (ROOT / ".ci" / "run").read_text()
    assert len(two) == 2
    assert [command for command in two if command not in ci] == []
