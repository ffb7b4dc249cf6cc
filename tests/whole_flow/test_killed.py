"""A job that is killed, and started again, ends in the tables of one that never was."""

import json
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from pyspark.sql import DataFrame, SparkSession

from lakehouse.contract.compiler import read_compiled, to_json
from lakehouse.run.run import run
from lakehouse.run.scope import parse_scope
from lakehouse.spark import iceberg, session
from tests.job.start import start_job
from tests.whole_flow.story import Story, part_of

LONGEST_S = 240
TABLES = ("silver.user", "silver.opportunity", "silver.fx_rate", "gold.opportunity", "gold.rep_performance")
# What differs between two runs of the same data.
OF_THE_RUN = ("_run_id", "_source_file")


class Lake:
    """A lake before its first run, and the job on it."""

    def __init__(self, folder: Path, pipeline: Path) -> None:
        self.folder = folder
        self.pipeline = pipeline
        self.output = folder.parent / "output"

    def start(self, run_id: str, *scope: str) -> subprocess.Popen[bytes]:
        places = ("--lake", str(self.folder), "--pipeline", str(self.pipeline))
        return start_job(self.output, "--profile", "local", "--run_id", run_id, *places, *scope)

    def killed_once(self, run_id: str, is_time: Callable[[], bool]) -> None:
        """Starts the job and kills it, with all its processes, as soon as it is time."""
        job = self.start(run_id)
        give_up = time.monotonic() + LONGEST_S
        while not is_time():
            assert job.poll() is None and time.monotonic() < give_up, self.output.read_text()
            time.sleep(0.005)
        os.killpg(job.pid, signal.SIGKILL)
        assert job.wait() == -signal.SIGKILL

    def json(self, place: str) -> dict[str, Any]:
        """A file below `runs/`; empty while it is not there."""
        path = self.folder / "runs" / place
        return dict(json.loads(path.read_text(encoding="utf-8"))) if path.exists() else {}

    def is_loaded(self, table: str) -> bool:
        return self.output.exists() and f"{table}: " in self.output.read_text()

    def is_half_published(self, run_id: str) -> bool:
        """Whether the run publishes, and has published some table."""
        tagged = any(f"pub_{run_id}" in path.read_text() for path in self.folder.glob("silver/*/metadata/v*.json"))
        return tagged and self.json("publication.json").get("state") == "publishing"


@pytest.fixture(scope="module")
def lake(story: Story, day_one: Path, tmp_path_factory: pytest.TempPathFactory) -> Lake:
    """The first day of the story, run by a job that was killed twice and then left alone."""
    folder = tmp_path_factory.mktemp("killed")
    shutil.copytree(day_one, folder / "lake")
    (folder / "pipeline.json").write_text(to_json(part_of(story.pipeline, *TABLES)), encoding="utf-8")
    killed = Lake(folder / "lake", folder / "pipeline.json")
    killed.killed_once("r1", lambda: killed.is_loaded("silver.user"))
    killed.killed_once("r2", lambda: killed.is_half_published("r2"))
    return killed


@pytest.fixture(scope="module")
def exit_code(lake: Lake) -> int:
    assert lake.json("publication.json")["state"] == "publishing"
    return lake.start("r3").wait(LONGEST_S)


def test_the_next_run_completes_what_was_half_published(lake: Lake, exit_code: int) -> None:
    report = lake.json("r3/run.json")
    assert (exit_code, report["completed_run"], report["outcome"]) == (0, "r2", "nothing new")


@pytest.mark.usefixtures("exit_code")
def test_the_job_s_last_line_says_how_the_run_ended(lake: Lake) -> None:
    last = json.loads(lake.output.read_text().splitlines()[-1])
    assert (last["event"], last["run_id"], last["outcome"]) == ("run_ended", "r3", "nothing new")


@pytest.mark.usefixtures("exit_code")
def test_every_table_is_as_if_the_job_had_never_been_killed(story: Story, lake: Lake, spark: SparkSession) -> None:
    session.attach_catalog(spark, session.Lake.in_folder(lake.folder, catalog="killed"))
    kept_aside = [table.replace("silver", "quarantine") for table in TABLES if table.startswith("silver")]
    for table in (*TABLES, *kept_aside):
        never, killed = story.rows(table, "first"), spark.table(f"killed.{table}")
        never, killed = (rows.drop(*OF_THE_RUN) for rows in (never, killed))
        assert differing(never, killed) == 0, table
        assert iceberg.snapshot_id(spark, f"killed.{table}", "pub_r2") == iceberg.snapshot_id(spark, f"killed.{table}")


@pytest.mark.usefixtures("exit_code")
def test_one_table_can_be_read_again_and_comes_out_the_same(story: Story, lake: Lake, spark: SparkSession) -> None:
    pipeline = read_compiled(lake.pipeline.read_text())
    place = session.Lake.in_folder(lake.folder, catalog="killed")
    run(pipeline, "r4", spark, place, scope=parse_scope(pipeline, tables="user", full_refresh="true"))
    tables = {table["name"]: table for table in lake.json("r4/run.json")["tables"]}
    first = story.steps["first"].report["tables"]
    counts = next(table["counts"] for table in first if table["name"] == "silver.user")
    again = tables["silver.user"]["counts"]
    assert (again["read"], again["quarantined"], again["written"]) == (counts["read"], counts["quarantined"], 0)
    assert [name for name, table in tables.items() if table["counts"]] == ["silver.user"]
    spark.sql("REFRESH TABLE killed.silver.user")
    never, again_rows = (
        rows.drop(*OF_THE_RUN) for rows in (story.rows("silver.user", "first"), spark.table("killed.silver.user"))
    )
    assert differing(never, again_rows) == 0


def differing(one: DataFrame, other: DataFrame) -> int:
    return one.exceptAll(other).count() + other.exceptAll(one).count()
