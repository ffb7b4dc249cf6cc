"""Packages of a lock file, installed by pip for another machine, and kept until the lock file changes."""

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

from bundle.errors import BuildError
from lakehouse_common.versions import PYTHON

# Lambda's Python 3.11 is on Amazon Linux 2 (glibc 2.26), EMR 7 on Amazon Linux 2023 (glibc 2.34).
LAMBDA = ("manylinux2014_x86_64",)
EMR = ("manylinux_2_28_x86_64", "manylinux2014_x86_64")
OPTIONS = (
    *("--quiet", "--disable-pip-version-check", "--no-input", "--no-deps", "--no-compile", "--require-hashes"),
    *("--only-binary=:all:", "--implementation=cp", f"--python-version={PYTHON.replace('.', '')}"),
)


def installed(root: Path, lock: str, platforms: tuple[str, ...], cache: Path) -> Path:
    """Returns the folder with the packages of `root/lock` for x86_64, from `cache` where they are there already.

    Raises:
        BuildError: pip could not install them; with what it said last.
    """
    options = [*OPTIONS, *(f"--platform={platform}" for platform in platforms)]
    key = hashlib.sha256((root / lock).read_bytes() + " ".join(options).encode()).hexdigest()
    target, unfinished = cache / key, cache / f"{key}.unfinished"
    if not target.exists():
        shutil.rmtree(unfinished, ignore_errors=True)
        command = [
            sys.executable,
            "-m",
            "pip",
            "install",
            *options,
            "--target",
            str(unfinished),
            "-r",
            str(root / lock),
        ]
        ended = subprocess.run(command, capture_output=True, text=True, check=False)
        if ended.returncode != 0:
            raise BuildError(f"pip could not install {lock}: {_last_lines(ended.stderr)}")
        os.replace(unfinished, target)
    return target


def _last_lines(text: str) -> str:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return " | ".join(lines[-3:]) or "it said nothing"
