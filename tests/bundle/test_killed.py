"""A build that ends early: the last one stays, and none is ever mixed."""

import hashlib
import json
import os
import shutil
import signal
import time
from pathlib import Path

import pytest

from bundle import build
from tests.bundle.repository import copied, files, run, start


def test_a_build_killed_halfway_keeps_the_last_one_and_the_next_one_is_whole(built: Path, tmp_path: Path) -> None:
    root = copied(tmp_path / "repository")
    shutil.copytree(built, root / "build")
    before = files(root / "build")
    shutil.rmtree(root / "build" / ".cache")  # so that pip is at work when the kill comes
    with (root / "glue" / "job.py").open("a") as job:
        job.write("# changed\n")

    process = start(root, "--environment", "prod")
    while not (root / "build" / ".new" / "job.py").exists():
        assert process.poll() is None, process.communicate()
        time.sleep(0.001)
    os.killpg(process.pid, signal.SIGKILL)

    assert process.wait() == -signal.SIGKILL
    assert files(root / "build") == before
    assert run(root, "--environment", "prod").exit_code == 0
    assert [path.name for path in (root / "build").iterdir() if path.is_dir()] == [".cache"]
    assert (root / "build" / "job.py").read_text().endswith("# changed\n")
    assert _account(root / "build") == "true"
    assert "environment.tar.gz" not in files(root / "build"), "the last engine's"


@pytest.mark.parametrize("moves", range(5))
def test_whenever_putting_in_place_stops_an_account_that_is_there_is_true(
    moves: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    into, new = _written(tmp_path / "into", "old", "gone"), _written(tmp_path / "new", "new", "added")
    left = iter(range(moves))
    move = os.replace

    def stopping(source: Path, target: Path) -> None:
        if next(left, None) is None:
            raise InterruptedError
        move(source, target)

    monkeypatch.setattr(os, "replace", stopping)
    if moves < 4:
        with pytest.raises(InterruptedError):
            build.put_in_place(new, into)
        assert _account(into) == "none"
    else:
        assert build.put_in_place(new, into) == ["added", "job", "wheel"]
        assert (sorted(files(into)), _account(into)) == (["added", "build.json", "job", "wheel"], "true")


def test_two_builds_into_one_folder_at_once_leave_one_of_them(built: Path, tmp_path: Path) -> None:
    root = copied(tmp_path / "repository")
    shutil.copytree(built / ".cache", root / "build" / ".cache")
    both = [start(root, "--environment", name) for name in ("dev", "prod")]
    assert [(process.communicate()[1], process.returncode) for process in both] == [(None, 0), (None, 0)]
    assert _account(root / "build") == "true"


def _written(folder: Path, text: str, own: str) -> Path:
    folder.mkdir()
    names = ["job", "wheel", own]
    for name in names:
        (folder / name).write_text(text)
    digest = hashlib.sha256(text.encode()).hexdigest()
    (folder / "build.json").write_text(json.dumps({"files": dict.fromkeys(names, digest)}))
    return folder


def _account(folder: Path) -> str:
    """Whether the account is true of the files beside it, or there is none."""
    if not (folder / "build.json").exists():
        return "none"
    told = json.loads((folder / "build.json").read_bytes())["files"]
    there = {name: hashlib.sha256(data).hexdigest() for name, data in files(folder).items() if name != "build.json"}
    return "true" if told == there else "false"
