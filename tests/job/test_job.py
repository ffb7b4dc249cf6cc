"""The Glue job's arguments; that it does its work is shown where it is killed: tests/whole_flow/test_killed.py."""

from pathlib import Path

from tests.job.start import start_job


def test_a_job_without_its_arguments_says_which_ones_are_missing(tmp_path: Path) -> None:
    output = tmp_path / "output"

    exit_code = start_job(output, "--profile", "local").wait()

    assert exit_code == 1
    assert output.read_text() == "the job needs --pipeline, --lake (profile is one of glue, local)\n"
