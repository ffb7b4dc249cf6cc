"""What is kept out of a report can be found again by the operator alone; errors of the file system are said."""

import errno
import os
from pathlib import Path
from typing import Any

import boto3
import pytest
from pyspark.sql import SparkSession

from lakehouse.spark.error_log import ErrorLog
from lakehouse.spark.failures import describe
from lakehouse.spark.session import Lake
from lakehouse_common.object_store import open_store

CANARY = "C4N4RY"
KEPT_OUT = "its text may quote data and is kept out of reports"


def failed(text: str) -> ValueError:
    try:
        raise ValueError(text)
    except ValueError as error:
        return error


def test_what_a_report_leaves_out_is_in_the_file_that_it_names(tmp_path: Path) -> None:
    log = ErrorLog(Lake.in_folder(tmp_path).errors, "r1")
    file = tmp_path / "logs/errors/r1.log"
    sentence = f"ValueError; {KEPT_OUT}: the operator reads it in {file}"
    assert [describe(failed(f"{CANARY}{number}"), log) for number in (1, 2)] == [sentence, sentence]
    text = file.read_text(encoding="utf-8")
    assert [f"ValueError: {CANARY}{number}" in text for number in (1, 2)] == [True, True]
    assert f"{Path(__file__).name}" in text  # the traceback


def test_the_operator_alone_may_read_it(tmp_path: Path) -> None:
    (tmp_path / "logs/errors").mkdir(parents=True, mode=0o755)
    ErrorLog(Lake.in_folder(tmp_path).errors, "r1").store(failed(CANARY))
    places = (tmp_path / "logs/errors", tmp_path / "logs/errors/r1.log")
    assert [oct(place.stat().st_mode & 0o777) for place in places] == ["0o700", "0o600"]


def test_on_s3_it_is_in_the_raw_zone_one_object_an_error(aws: None) -> None:
    boto3.client("s3").create_bucket(Bucket="raw-zone", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    lake = Lake.on_aws("s3://raw-zone", "s3://logs/runs", "s3://silver", "lakehouse_dev_", "aws:lakehouse-dev/")
    places = [ErrorLog(lake.errors, "r1").store(failed(f"{CANARY}{number}")) for number in (1, 2)]
    assert places == ["s3://raw-zone/errors/r1/1.log", "s3://raw-zone/errors/r1/2.log"]
    assert f"ValueError: {CANARY}2" in open_store(lake.raw).get("errors/r1/2.log").decode()


def test_of_a_failed_query_java_s_stack_is_there(spark: SparkSession, tmp_path: Path) -> None:
    log = ErrorLog(str(tmp_path), "r1")
    for query in (
        "SELECT raise_error(a) FROM VALUES ('{}') AS t(a)",
        "SELECT CAST(a AS INT) FROM VALUES ('{}') AS t(a)",
    ):
        with pytest.raises(Exception, match=CANARY) as caught:
            spark.sql(query.format(CANARY)).collect()
        assert str(tmp_path / "r1.log") in describe(caught.value, log)
    text = (tmp_path / "r1.log").read_text(encoding="utf-8")
    assert "NumberFormatException" in text and text.count("at org.apache.spark.sql.") > 20


def test_where_nothing_can_be_written_the_report_says_what_it_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    log = ErrorLog(str(tmp_path / "file"), "r1")
    assert describe(failed(CANARY), log) == f"ValueError; {KEPT_OUT}: see the log of the run's machine"


@pytest.mark.parametrize(
    ("number", "sentence"),
    [
        (errno.ENOSPC, "OSError (ENOSPC, no space left on device) at /lake/x; make room there and run again"),
        (
            errno.EACCES,
            "PermissionError (EACCES, permission denied) at /lake/x; give the user of the run the right to it",
        ),
        (errno.EROFS, "OSError (EROFS, read-only file system) at /lake/x; make it writable, or name another folder"),
        (errno.EISDIR, "IsADirectoryError (EISDIR, is a directory) at /lake/x"),
    ],
)
def test_of_an_error_of_the_file_system_number_meaning_and_path_are_said(number: int, sentence: str) -> None:
    assert describe(OSError(number, CANARY, "/lake/x")) == sentence


def test_an_error_without_a_number_is_a_foreign_one() -> None:
    assert describe(OSError(CANARY)) == f"OSError; {KEPT_OUT}: see the log of the run's machine"


def java(spark: SparkSession) -> Any:
    return spark._jvm.java  # type: ignore[union-attr]


def test_java_s_errors_of_the_file_system_are_said_too(spark: SparkSession, tmp_path: Path) -> None:
    missing = str(tmp_path / "none/x")
    with pytest.raises(Exception, match="No such file") as caught:
        java(spark).io.FileOutputStream(missing)
    sentence = f"FileNotFoundException (ENOENT, no such file or directory) at {missing}"
    assert describe(caught.value) == f"{sentence}; is the folder there, and is the disk mounted?"
    if os.path.exists("/dev/full"):
        with pytest.raises(Exception, match="No space left") as caught:
            java(spark).io.FileOutputStream("/dev/full").write(1)
        assert describe(caught.value) == (
            "IOException (ENOSPC, no space left on device); make room there and run again"
        )


@pytest.mark.parametrize(
    ("kind", "text", "sentence"),
    [
        ("nio.file.AccessDeniedException", "/lake/x", "AccessDeniedException (EACCES, permission denied) at /lake/x"),
        (
            "nio.file.FileSystemException",
            "/lake/x: Read-only file system",
            "FileSystemException (EROFS, read-only file",
        ),
        ("io.IOException", "No space left on device", "IOException (ENOSPC, no space left on device);"),
        ("io.IOException", f"bad row {CANARY}", f"Py4JJavaError (RuntimeException by IOException); {KEPT_OUT}"),
        (
            "io.IOException",
            f"{CANARY}: Permission denied",
            f"Py4JJavaError (RuntimeException by IOException); {KEPT_OUT}",
        ),
    ],
)
def test_a_cause_in_java_is_said_where_it_is_of_the_file_system(
    spark: SparkSession, kind: str, text: str, sentence: str
) -> None:
    made = java(spark)
    for step in kind.split("."):
        made = getattr(made, step)
    thrown = java(spark).lang.RuntimeException(CANARY, made(text))
    with pytest.raises(Exception, match=CANARY) as caught:
        java(spark).util.concurrent.CompletableFuture.failedFuture(thrown).join()
    told = describe(caught.value).replace("CompletionException by ", "")
    assert told.startswith(sentence) and CANARY not in told
