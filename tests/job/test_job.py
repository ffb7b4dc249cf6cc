"""The job's arguments and its last line; that it does its work is shown in tests/whole_flow/test_killed.py."""

import json
from pathlib import Path

import pytest

from lakehouse.raw_to_silver.row_counts import RowCounts
from lakehouse.run.last_line import last_line_of, last_line_of_early_end
from lakehouse.run.report import Report, TableReport
from tests.job.start import start_job

ON_AWS = "--pipeline, --raw, --runs, --warehouse, --databases, --secrets"
PROFILES = "(profile is one of glue, emr, local)"


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--profile", "local"], f"the job needs --pipeline, --lake {PROFILES}"),
        (["--JOB_RUN_ID", "jr_1", "--TempDir", "s3://b/t"], f"the job needs {ON_AWS} {PROFILES}"),
        (["--profile", "laptop"], "--profile is one of glue, emr, local"),
        (["--pipelin", "s3://b/p"], "--pipelin is not an argument of the job; did you mean 'pipeline'?"),
    ],
)
def test_a_job_with_wrong_arguments_says_so_in_a_sentence(tmp_path: Path, arguments: list[str], sentence: str) -> None:
    output = tmp_path / "output"

    exit_code = start_job(output, *arguments).wait()

    assert exit_code == 1
    assert output.read_text() == f"{sentence}\n"


def test_the_last_line_counts_the_rows_of_every_table() -> None:
    report = Report("r1", "shop", "2026-01-01T00:00:00+00:00", outcome="published")
    counts = {"silver.a": RowCounts(5, 5, 1, 1, 0, 3), "silver.b": RowCounts(7, 7, 0, 0, 0, 7)}
    report.tables = [TableReport("gold.c"), *(TableReport(name, counts=each) for name, each in counts.items())]

    assert json.loads(last_line_of(report)(12.34)) == {
        "event": "run_ended",
        "pipeline": "shop",
        "run_id": "r1",
        "outcome": "published",
        "read": 12,
        "quarantined": 1,
        "written": 10,
        "seconds": 12.3,
    }


def test_a_run_without_a_report_has_failed() -> None:
    assert json.loads(last_line_of_early_end("shop", "r1")(1))["outcome"] == "failed"
