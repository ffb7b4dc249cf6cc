"""A copy of what the bundle is made from, and the command in a process of its own."""

import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from tests.copies import environment_of

ROOT = Path(__file__).parents[2]
FOLDERS = ("bundle", "common", "data_quality", "glue", "lambda")
FILES = {"demo/pipeline.yaml": "pipeline.yaml", "pyproject.toml": "pyproject.toml"}


class Ended(NamedTuple):
    """How a command ended, and what it printed."""

    exit_code: int
    printed: str


def copied(to: Path) -> Path:
    """A copy of the sources. Its job needs only the few packages of the Lambda functions: that is enough to pack."""
    for name in FOLDERS:
        shutil.copytree(ROOT / name, to / name, ignore=shutil.ignore_patterns("__pycache__"))
    for source, name in FILES.items():
        shutil.copy(ROOT / source, to / name)
    shutil.copy(to / "lambda" / "requirements.lock", to / "glue" / "requirements.lock")
    return to


def start(
    root: Path, *arguments: str, module: str = "bundle", env: Mapping[str, str] | None = None, umask: int = 0o022
) -> subprocess.Popen[str]:
    """The started command, in the folder `root` and with its code; it leads a process group of its own."""
    return subprocess.Popen(
        [sys.executable, "-m", module, *arguments],
        cwd=root,
        env={**environment_of(root), **(env or {})},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
        umask=umask,
    )


def run(
    root: Path, *arguments: str, module: str = "bundle", env: Mapping[str, str] | None = None, umask: int = 0o022
) -> Ended:
    """The same, waited for."""
    process = start(root, *arguments, module=module, env=env, umask=umask)
    printed, _ = process.communicate()
    return Ended(process.returncode, printed)


def files(build: Path) -> dict[str, bytes]:
    """All that a build has written, byte for byte."""
    return {path.name: path.read_bytes() for path in build.iterdir() if path.is_file()}
