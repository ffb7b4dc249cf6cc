"""The command `lakehouse` of a shell, as the installed project brings it."""

import re
import subprocess
import sys
import tomllib
from importlib.metadata import EntryPoint
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SCRIPTS = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["scripts"]
LAKEHOUSE = Path(sys.executable).parent / "lakehouse"


def test_the_entry_point_leads_to_a_function_that_ends_the_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", ["lakehouse", "check", "--contract", "none.yaml"])
    assert SCRIPTS.keys() == {"lakehouse"}
    with pytest.raises(SystemExit) as ended:
        EntryPoint("lakehouse", SCRIPTS["lakehouse"], "console_scripts").load()()
    assert ended.value.code == 2


def test_its_help_lists_every_command_with_a_line_about_it() -> None:
    listed = dict(re.findall(r"^ {4}(\w+) +(\w.*)$", _output("--help"), re.MULTILINE))
    assert listed == {
        "run": "process everything that has arrived and is unread",
        "diff": "show what a changed contract would do to the lake",
        "migrate": "bring the published rows to the changed contract",
        "check": "compile the contract and print its problems",
        "schema": "write the contract's JSON Schema for editors",
    }


def test_it_checks_the_contract_of_the_working_directory() -> None:
    assert re.fullmatch(r"pipeline\.yaml: .*; no problem found\n", _output("check"))


def _output(*arguments: str) -> str:
    return subprocess.run([LAKEHOUSE, *arguments], cwd=ROOT, capture_output=True, text=True, check=True).stdout
