"""The same sources give the same bytes; other sources give another hash."""

import os
from pathlib import Path

import pytest

from bundle.build import sources_sha256
from tests.bundle.repository import Ended, copied, files, run

LONG_AGO = 981_173_106
COUNTED = (
    "glue/job.py",
    "glue/lakehouse/silver_to_gold/money.py",
    "glue/requirements.lock",
    "common/lakehouse_common/object_store.py",
    "lambda/rest_to_raw/pagination/page.py",
    "lambda/requirements.lock",
    "data_quality/gate.py",
    "data_quality/suites/silver/opportunity.json",
)


def test_another_folder_umask_time_zone_and_file_dates_give_the_same_bytes(built: Path, tmp_path: Path) -> None:
    elsewhere = copied(tmp_path / "another" / "folder")
    for path in elsewhere.rglob("*"):
        path.chmod(0o755)
        os.utime(path, (LONG_AGO, LONG_AGO))

    ended = run(
        elsewhere,
        *("--environment", "dev", "--engine", "emr_serverless"),
        env={"TZ": "Asia/Kathmandu", "PYTHONHASHSEED": "7", "LC_ALL": "C"},
        umask=0o077,
    )

    assert ended == Ended(0, "build/build.json written: 8 files for dev on emr_serverless\n")
    ours, theirs = files(built), files(elsewhere / "build")
    assert [*sorted(ours)] == [*sorted(theirs)]
    assert [name for name in ours if ours[name] != theirs[name]] == []


@pytest.mark.parametrize("name", COUNTED)
def test_a_changed_source_changes_the_hash_of_the_sources(name: str, tmp_path: Path) -> None:
    root = copied(tmp_path / "repository")
    before = sources_sha256(root)
    with (root / name).open("ab") as file:
        file.write(b"\n")
    assert sources_sha256(root) != before


def test_a_new_source_changes_the_hash_of_the_sources_and_a_note_beside_it_does_not(tmp_path: Path) -> None:
    root = copied(tmp_path / "repository")
    before = sources_sha256(root)
    (root / "glue" / "notes.md").touch()
    noted = sources_sha256(root)
    (root / "glue" / "new.py").touch()
    assert (noted == before, sources_sha256(root) == before) == (True, False)
