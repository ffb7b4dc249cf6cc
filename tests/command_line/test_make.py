"""The Makefile: what `make help` lists is all that can be done, and the pages in docs/ name nothing else."""

import os
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")
TARGETS = re.findall(r"^\.PHONY: (.*)$", MAKEFILE, re.MULTILINE)[0].split()
DOCUMENTS = sorted((ROOT / "docs").glob("*.md"))


@pytest.mark.parametrize("arguments", [["help"], []])
def test_make_alone_and_make_help_list_every_target_with_a_line_about_it(arguments: list[str]) -> None:
    listed = [line.split(maxsplit=1) for line in _make(*arguments).splitlines()]
    assert [line[0] for line in listed] == TARGETS
    assert [line for line in listed if len(line) < 2] == []


def test_every_target_is_declared_to_be_no_file() -> None:
    assert re.findall(r"^([a-z0-9-]+):", MAKEFILE, re.MULTILINE) == TARGETS


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_a_document_names_only_targets_that_there_are(document: Path) -> None:
    named = re.findall(r"(?:`|^ +)make ([a-z0-9-]+)", document.read_text(encoding="utf-8"), re.MULTILINE)
    assert {*named} - {*TARGETS} == set()


def test_an_environment_that_is_a_link_is_not_cleared(tmp_path: Path) -> None:
    lent, here = tmp_path / "lent", tmp_path / "here"
    lent.mkdir()
    here.mkdir()
    (lent / "python").touch()
    (here / ".venv").symlink_to(lent)
    (here / "requirements.lock").touch()
    ended = subprocess.run(
        ["make", "--no-print-directory", "-f", str(ROOT / "Makefile"), "setup"],
        cwd=here,
        capture_output=True,
        text=True,
        check=False,
    )
    sentence = ".venv is a link to an environment older than requirements.lock: run make setup where it lies\n"
    assert (ended.returncode, ended.stdout, [*lent.iterdir()]) == (2, sentence, [lent / "python"])


def _make(*arguments: str) -> str:
    """What make prints, as it would in a shell that no other make has started."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(("MAKE", "MFLAGS"))}
    ended = subprocess.run(["make", *arguments], cwd=ROOT, env=inherited, capture_output=True, text=True, check=True)
    return ended.stdout


def test_an_environment_that_is_not_deletable_is_not_destroyed() -> None:
    ended = subprocess.run(
        ["make", "--no-print-directory", "destroy", "ENV=prod", "CONFIRM=prod"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    sentence = "prod is not deletable: its key would go, and with it all that lies in its buckets."
    assert (ended.returncode, ended.stdout.startswith(sentence)) == (2, True)
