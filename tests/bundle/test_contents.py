"""What is in each file of a build, exactly."""

import base64
import hashlib
import io
import json
import os
import re
import tarfile
import zipfile
from pathlib import Path

import pytest

from lakehouse.contract.compiler import compile_contract, to_json
from tests.bundle.repository import ROOT

WHEEL = "lakehouse-0.2.0-py3-none-any.whl"
OTHERS = ["aws_lambda_powertools", "isal", "jmespath", "msgspec", "typing_extensions.py"]
HTTP = ["certifi", "charset_normalizer", "idna", "requests", "urllib3"]
TOP_LEVEL = {
    "report.zip": ["lakehouse_common", "report"],
    "raw_ready.zip": ["lakehouse_common", "msgspec", "raw_ready"],
    "rest_to_raw.zip": sorted([*HTTP, *OTHERS, "lakehouse_common", "rest_to_raw"]),
    WHEEL: ["data_quality", "lakehouse", "lakehouse_common", "raw_ready"],
}
NOTES = {
    "report.zip": [],
    "raw_ready.zip": ["msgspec"],
    "rest_to_raw.zip": sorted([*HTTP, *(name.removesuffix(".py") for name in OTHERS)]),
    WHEEL: ["lakehouse"],
}
UNWANTED = r"(^|/)(tests|__pycache__|bin)/|/(INSTALLER|REQUESTED)$|^(?!lakehouse-).*\.dist-info/RECORD$"
TEST_CODE = r"(^|/)(tests?|testing|conftest\.py|test_[^/]*|[^/]*_test\.py)(/|$)|pytest"
MOST_BYTES = 15_000_000
PIN = re.compile(r"^([a-z0-9._-]+==\S+) \\$", re.MULTILINE)


def test_a_build_is_these_files_and_its_account_names_the_hash_of_each(built: Path) -> None:
    data = {path.name: path.read_bytes() for path in built.iterdir() if path.is_file()}
    account = json.loads(data.pop("build.json"))
    assert account == {
        "environment": "dev",
        "contract": "pipeline.yaml",
        "contract_sha256": _sha256((built.parent / "pipeline.yaml").read_bytes()),
        "sources_sha256": _sources(built.parent),
        "files": {name: _sha256(content) for name, content in data.items()},
    }
    packed = ["environment.tar.gz", "glue-requirements.txt", "raw_ready.zip", "report.zip", "rest_to_raw.zip"]
    assert sorted(data) == sorted([*packed, "job.py", "pipeline.json", WHEEL])


def test_the_contract_is_compiled_for_the_environment_and_the_job_and_its_packages_are_copies(built: Path) -> None:
    compiled = to_json(compile_contract(built.parent / "pipeline.yaml", environment="dev"))
    assert (built / "pipeline.json").read_text() == compiled
    assert (built / "job.py").read_bytes() == (built.parent / "glue" / "job.py").read_bytes()
    lock = (built.parent / "glue" / "requirements.lock").read_bytes()
    assert (built / "glue-requirements.txt").read_bytes() == lock


@pytest.mark.parametrize("name", TOP_LEVEL)
def test_an_archive_holds_what_its_code_imports_and_nothing_of_the_machine(name: str, built: Path) -> None:
    with zipfile.ZipFile(built / name) as archive:
        members = archive.infolist()
    top = {member.filename.partition("/")[0] for member in members}
    notes = {part.partition("-")[0] for part in top if part.endswith(".dist-info")}
    assert sorted(part for part in top if not part.endswith(".dist-info")) == TOP_LEVEL[name]
    assert sorted(notes) == NOTES[name]
    assert {(one.date_time, one.external_attr >> 16) for one in members} == {((1980, 1, 1, 0, 0, 0), 0o100644)}
    names = [member.filename for member in members]
    assert names == sorted(names)
    assert [one for one in names if re.search(UNWANTED, one)] == []


@pytest.mark.parametrize("name", ["raw_ready", "report", "rest_to_raw"])
def test_a_function_is_there_whole(name: str, built: Path) -> None:
    sources = built.parent / "lambda"
    wanted = {path.relative_to(sources).as_posix(): path.read_bytes() for path in (sources / name).rglob("*.py")}
    with zipfile.ZipFile(built / f"{name}.zip") as archive:
        packed = {one: archive.read(one) for one in archive.namelist() if one.startswith(f"{name}/")}
    assert packed == wanted


def test_the_largest_function_is_small_without_boto3_and_holds_no_test_code(built: Path) -> None:
    with zipfile.ZipFile(built / "rest_to_raw.zip") as archive:
        members = archive.infolist()
    assert sum(member.file_size for member in members) < MOST_BYTES
    assert [one.filename for one in members if re.search(TEST_CODE, one.filename)] == []


def test_the_wheel_holds_the_code_and_the_suites_and_a_true_record_of_them(built: Path) -> None:
    root = built.parent
    places = {
        root / "common": ["lakehouse_common"],
        root / "glue": ["lakehouse"],
        root: ["data_quality"],
        root / "lambda": ["raw_ready"],
    }
    paths = {
        path.relative_to(place).as_posix(): path
        for place, names in places.items()
        for name in names
        for path in (place / name).rglob("*")
        if path.is_file()
    }
    with zipfile.ZipFile(built / WHEEL) as archive:
        packed = {one: archive.read(one) for one in archive.namelist()}
    record = packed.pop("lakehouse-0.2.0.dist-info/RECORD").decode()
    expected = [_recorded(name, data) for name, data in packed.items()]
    assert record.splitlines() == [*expected, "lakehouse-0.2.0.dist-info/RECORD,,"]
    assert b"Requires-Dist" not in packed.pop("lakehouse-0.2.0.dist-info/METADATA")
    del packed["lakehouse-0.2.0.dist-info/WHEEL"]
    assert packed == {name: path.read_bytes() for name, path in paths.items()}


def test_the_environment_holds_the_locked_packages_of_the_job_and_nothing_of_the_machine(built: Path) -> None:
    data = (built / "environment.tar.gz").read_bytes()
    with tarfile.open(fileobj=io.BytesIO(data)) as archive:
        members = archive.getmembers()
    top = {member.name.partition("/")[0] for member in members}
    pins = PIN.findall((built / "glue-requirements.txt").read_text())
    notes = {f"{pin.replace('-', '_').replace('==', '-')}.dist-info" for pin in pins}
    assert top == {*HTTP, *OTHERS, *notes}
    assert {(one.mtime, one.mode, one.uid, one.gid, one.uname) for one in members} == {(0, 0o644, 0, 0, "")}
    assert [one.name for one in members if re.search(UNWANTED, one.name)] == []
    assert data[4:8] == bytes(4), "gzip's own date"


@pytest.mark.parametrize("lock", ["glue", "lambda"])
def test_a_lock_pins_with_hashes_what_the_tests_run_with_and_names_no_host(lock: str) -> None:
    text = (ROOT / lock / "requirements.lock").read_text()
    lines = [line for line in text.splitlines() if not re.fullmatch(r"    --hash=sha256:[0-9a-f]{64}(?: \\)?", line)]
    pins = PIN.findall(text)
    assert lines == [f"{pin} \\" for pin in pins]
    assert {*pins} - {*re.findall(r"^([a-z0-9._-]+==\S+)", (ROOT / "requirements.lock").read_text(), re.M)} == set()


def _sources(root: Path) -> str:
    """As Terraform works it out: the hashes of the files, joined in the order of their names."""
    kinds = {"common": (".py",), "glue": (".py",), "lambda": (".py",), "data_quality": (".py", ".json")}
    paths = ["glue/requirements.lock", "lambda/requirements.lock"]
    for place, endings in kinds.items():
        for folder, _, names in os.walk(root / place):
            paths += [os.path.relpath(f"{folder}/{name}", root) for name in names if name.endswith(endings)]
    return _sha256("".join(_sha256((root / path).read_bytes()) for path in sorted(paths)).encode())


def _recorded(name: str, data: bytes) -> str:
    digest = base64.urlsafe_b64encode(hashlib.sha256(data).digest()).decode().rstrip("=")
    return f"{name},sha256={digest},{len(data)}"


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
