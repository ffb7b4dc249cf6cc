"""The build where it runs: with what AWS brings, and nothing else but the build."""

import platform
import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from importlib.metadata import distribution, distributions
from pathlib import Path

import pytest

from bundle.wheel import write_wheel
from lakehouse_common.versions import PYTHON
from tests.bundle.repository import ROOT

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
GLUE = [pin.partition("==")[0] for pin in PROJECT["tool"]["uv"]["constraint-dependencies"]]
SPARK = ["py4j", "pyspark"]
LAMBDA_RUNTIME = ["boto3", "botocore", "jmespath", "python-dateutil", "s3transfer", "six", "urllib3"]
ON_LAMBDA_S_PLATFORM = pytest.mark.skipif(
    (sys.platform, platform.machine()) != ("linux", "x86_64"), reason="the zips hold machine code for Linux on x86_64"
)


def test_the_job_runs_on_what_glue_brings_and_its_own_files_and_replaces_nothing_of_glue_s(tmp_path: Path) -> None:
    python, site = _machine(tmp_path / "glue", [*GLUE, *SPARK])
    brought = _versions(site)
    write_wheel(ROOT, tmp_path)
    wheel = next(tmp_path.glob("*.whl"))

    _pip(python, "--require-hashes", "--only-binary=:all:", "-r", str(ROOT / "glue" / "requirements.lock"))
    _pip(python, "--no-deps", "--no-index", str(wheel))

    installed = _versions(site)
    assert {name: installed[name] for name in brought} == brought
    assert [name for name in site.iterdir() if name.is_symlink() and not name.exists()] == []
    (tmp_path / "job").mkdir()
    shutil.copy(ROOT / "glue" / "job.py", tmp_path / "job")
    code = "import great_expectations, job, data_quality; print(job.__file__, data_quality.__file__)"
    assert _run(python, code, tmp_path / "job") == f"{tmp_path}/job/job.py {site}/data_quality/__init__.py\n"


@ON_LAMBDA_S_PLATFORM
@pytest.mark.parametrize(
    ("name", "foreign"),
    [("raw_ready", "msgspec"), ("report", "report"), ("rest_to_raw", "requests"), ("rest_to_raw", "isal")],
)
def test_a_function_s_handler_is_imported_with_boto3_and_its_own_zip_alone(
    name: str, foreign: str, built: Path, tmp_path: Path
) -> None:
    python, _ = _machine(tmp_path / "lambda", LAMBDA_RUNTIME)
    zipfile.ZipFile(built / f"{name}.zip").extractall(tmp_path / "task")
    code = f"import {foreign}; print(callable(importlib.import_module('{name}.handler').handler), {foreign}.__file__)"
    assert _run(python, code, tmp_path / "task") == f"True {tmp_path}/task/{foreign}/__init__.py\n"


def _machine(folder: Path, names: list[str]) -> tuple[Path, Path]:
    """The interpreter and packages folder of a machine that holds the named packages alone, linked from here."""
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(folder)], check=True)
    site = folder / "lib" / f"python{PYTHON}" / "site-packages"
    for one in (distribution(name) for name in names):
        for part in {file.parts[0] for file in one.files or ()} - {"..", "__pycache__"}:
            (site / part).symlink_to(Path(str(one.locate_file(part))))
    return folder / "bin" / "python", site


def _versions(site: Path) -> dict[str, str]:
    found = distributions(path=[str(site)])
    return {re.sub("[-_.]+", "-", one.name).lower(): one.version for one in found}


def _pip(python: Path, *arguments: str) -> None:
    pip = [sys.executable, "-m", "pip", "--python", str(python), "install", "--quiet", "--no-compile"]
    ended = subprocess.run([*pip, *arguments], capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stderr


def _run(python: Path, code: str, place: Path) -> str:
    """What the code prints in a process that sees `place` and the machine's own packages."""
    command = [str(python), "-I", "-c", f"import importlib, sys; sys.path.append({str(place)!r}); {code}"]
    ended = subprocess.run(command, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stderr
    return ended.stdout
