"""One build: all files are written into a temporary folder first, then moved to their places."""

import fcntl
import hashlib
import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from bundle import pip
from bundle.archives import packages, write_tar_gz
from bundle.functions import write_functions
from bundle.wheel import write_wheel
from lakehouse.contract import compiler

Engine = Literal["glue", "emr_serverless"]
JOB_LOCK, LAMBDA_LOCK = "glue/requirements.lock", "lambda/requirements.lock"
CODE = ("common/**/*.py", "data_quality/**/*.py", "data_quality/**/*.json", "glue/**/*.py", "lambda/**/*.py")
SOURCES = (*CODE, JOB_LOCK, LAMBDA_LOCK)


@dataclass(frozen=True)
class BuildOptions:
    """What to build: the contract, compiled for one environment, and the code of the repository `root`."""

    root: Path
    environment: str
    contract: Path
    into: Path
    engine: Engine


def build(options: BuildOptions) -> list[str]:
    """Write the deployed files into `options.into`, and `build.json` last; returns the files' names.

    Raises:
        ContractError: the contract has problems.
        BuildError: the packages could not be installed.
    """
    compiled = compiler.to_json(compiler.compile_contract(options.contract, environment=options.environment))
    with _alone(options.into / ".cache"):
        new = options.into / ".new"  # in the same file system, so that each file moves in one step
        shutil.rmtree(new, ignore_errors=True)
        new.mkdir()
        (new / "pipeline.json").write_text(compiled, encoding="utf-8")
        write_code(options, new)
        (new / "build.json").write_text(_manifest(options, new), encoding="utf-8")
        names = put_in_place(new, options.into)
        new.rmdir()
    return names


def write_code(options: BuildOptions, folder: Path) -> None:
    """Write the job, its wheel and packages, and the Lambda functions."""
    cache = options.into / ".cache"
    shutil.copyfile(options.root / "glue" / "job.py", folder / "job.py")
    write_wheel(options.root, folder)
    shutil.copyfile(options.root / JOB_LOCK, folder / "glue-requirements.txt")
    lambda_packages = pip.installed(options.root, LAMBDA_LOCK, pip.LAMBDA, cache)
    write_functions(options.root, lambda_packages, folder)
    if options.engine == "emr_serverless":
        job_packages = pip.installed(options.root, JOB_LOCK, pip.EMR, cache)
        write_tar_gz(folder / "environment.tar.gz", packages(job_packages))


def put_in_place(new: Path, into: Path) -> list[str]:
    """Move a finished build over the last one; returns its names.

    `build.json` goes first and comes last: where it is, all that it names is there and of one build.
    """
    last = into / "build.json"
    former = json.loads(last.read_bytes())["files"] if last.exists() else {}
    names = sorted(path.name for path in new.iterdir() if path.name != last.name)
    last.unlink(missing_ok=True)
    for name in sorted({*former} - {*names}):
        (into / name).unlink(missing_ok=True)
    for name in [*names, last.name]:
        os.replace(new / name, into / name)
    return names


def sources_sha256(root: Path) -> str:
    """Returns one hash of all sources of the bundle; Terraform computes the same with fileset and filesha256."""
    paths = {path.relative_to(root).as_posix() for pattern in SOURCES for path in root.glob(pattern) if path.is_file()}
    return hashlib.sha256("".join(_sha256(root / path) for path in sorted(paths)).encode()).hexdigest()


def _manifest(options: BuildOptions, folder: Path) -> str:
    manifest = {
        "environment": options.environment,
        "contract": str(options.contract),
        "contract_sha256": _sha256(options.contract),
        "sources_sha256": sources_sha256(options.root),
        "files": {path.name: _sha256(path) for path in sorted(folder.iterdir())},
    }
    return json.dumps(manifest, indent=2) + "\n"


def _sha256(file: Path) -> str:
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


@contextmanager
def _alone(cache: Path) -> Iterator[None]:
    """Let two builds into the same folder wait for each other; the lock ends with its process."""
    cache.mkdir(parents=True, exist_ok=True)
    with (cache / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
