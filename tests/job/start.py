"""Starts the Glue job as Glue starts it: a script with arguments, in a process of its own."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def start_job(output: Path, *arguments: str) -> subprocess.Popen[bytes]:
    """The started job; it leads a process group of its own, and all that it prints goes to the file `output`."""
    with output.open("ab") as file:
        return subprocess.Popen(
            [sys.executable, str(ROOT / "glue" / "job.py"), "--JOB_NAME", "lakehouse", *arguments],
            env={**os.environ, "PYTHONUNBUFFERED": "1"},
            stdout=file,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
