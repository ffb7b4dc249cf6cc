"""What goes wrong is said in a sentence, with exit code 2, and leaves the last build as it was."""

from pathlib import Path

import pytest

from bundle.__main__ import main
from tests.bundle.repository import Ended, copied, run


def test_a_contract_s_problems_are_printed_as_check_prints_them(repository: Path, tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.yaml"
    wrong.write_text((repository / "pipeline.yaml").read_text().replace("salesforce:", "salesfroce:"))
    checked = run(repository, "check", "--contract", str(wrong), module="lakehouse")

    ended = run(repository, "--environment", "dev", "--contract", str(wrong), "--into", str(tmp_path / "build"))

    assert (ended, ended.exit_code) == (checked, 2)
    assert not (tmp_path / "build").exists()


def test_packages_that_pip_can_t_get_are_named_and_nothing_is_written(tmp_path: Path) -> None:
    root = copied(tmp_path / "repository")
    pin = (root / "lambda" / "requirements.lock").read_text().split()[0]

    ended = run(root, "--environment", "dev", env={"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": ""})

    assert ended == Ended(
        2,
        "pip could not install lambda/requirements.lock: "
        f"ERROR: Could not find a version that satisfies the requirement {pin} (from versions: none) | "
        f"ERROR: No matching distribution found for {pin}\n",
    )
    assert [path.name for path in (root / "build").iterdir() if path.is_file()] == []


def test_packages_are_fetched_once_for_a_lock_file(built: Path, repository: Path, tmp_path: Path) -> None:
    offline = {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": ""}
    ended = run(repository, "--environment", "dev", "--engine", "emr_serverless", env=offline)
    assert ended == Ended(0, "build/build.json written: 8 files for dev on emr_serverless\n")


def test_a_folder_that_can_t_be_written_is_named(repository: Path, tmp_path: Path) -> None:
    (tmp_path / "taken").touch()
    ended = run(repository, "--environment", "dev", "--into", str(tmp_path / "taken"))
    assert ended == Ended(2, f"[Errno 20] Not a directory: '{tmp_path}/taken/.cache'\n")


@pytest.mark.parametrize("name", ["", "Dev", "1dev", "dev_1", "dev-1", "dév", "dev\n", "elevenchars"])
def test_an_environment_with_another_kind_of_name_is_refused(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as refused:
        main(["--environment", name])
    assert refused.value.code == 2
    last_line = capsys.readouterr().err.partition("error: ")[2]
    assert last_line == (
        f"argument --environment: '{name}' is no environment's name: a-z and 0-9, at most 10, a letter first\n"
    )
