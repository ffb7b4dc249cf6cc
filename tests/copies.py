"""Runs the code of a copy of this repository, whose own is installed as editable."""

import os
import subprocess
import sys
from pathlib import Path

FOLDERS = ("common", "glue", "lambda", ".")


def python_path(copy: Path) -> str:
    """PYTHONPATH for a process that runs the code in `copy` and not this repository's."""
    return os.pathsep.join(str(copy / folder) for folder in FOLDERS)


def environment_of(copy: Path) -> dict[str, str]:
    """The environment of a process that runs the code in `copy`.

    pytest keeps the folders of its last three runs, so one that a test starts has a place of its own for them: else it
    removes this run's.
    """
    places = copy.parent / f"{copy.name}-temporary"
    places.mkdir(exist_ok=True)
    own = {"PYTHONPATH": python_path(copy), "PYTHONDONTWRITEBYTECODE": "1", "PYTEST_DEBUG_TEMPROOT": str(places)}
    return {**os.environ, **own, "PYTEST_ADDOPTS": "-p no:cacheprovider"}


def run_python(copy: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run Python in the folder `copy` and with its code; its exit code is the caller's to check."""
    command = [sys.executable, *arguments]
    return subprocess.run(command, cwd=copy, env=environment_of(copy), capture_output=True, text=True, check=False)
