"""One lake through two days, each step run once as the command line runs it: the tests of this folder only look."""

import io
import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from pyspark.sql import DataFrame, SparkSession
from rich.console import Console

from data_quality import rules
from demo.__main__ import arrive
from lakehouse.contract.models import Pipeline
from lakehouse.run.local import run_in_folder
from lakehouse.spark import iceberg, session

SCALE = 0.02
BROKEN = {"name": "amounts are tiny", "type": "expect_column_values_to_be_between"}
BROKEN_RULE = BROKEN | {"kwargs": {"column": "amount", "min_value": 0, "max_value": 1}}


@dataclass(frozen=True)
class Step:
    """What one run left behind: `main` and `metadata` hold each table's snapshot and the count of its commits."""

    run_id: str
    exit_code: int
    printed: str
    report: dict[str, Any]
    manifest: dict[str, Any]
    main: dict[str, int | None]
    metadata: dict[str, int]


@dataclass
class Story:
    """The lake, and its runs by name: `first`, `again`, `broken` (a suite that day 2 can't pass), `second`."""

    spark: SparkSession
    pipeline: Pipeline
    folder: Path
    catalog: str
    steps: dict[str, Step] = field(default_factory=dict)

    @property
    def tables(self) -> list[str]:
        """Every table that a run may publish, in the words of reports."""
        silver = [f"{layer}.{name}" for layer in ("silver", "quarantine") for name in self.pipeline.silver]
        return silver + [f"gold.{name}" for name in self.pipeline.gold]

    def rows(self, table: str, step: str) -> DataFrame:
        """The rows that readers saw after the step; none where nothing was published yet."""
        snapshot, name = self.steps[step].main[table], f"{self.catalog}.{table}"
        if snapshot is None:
            return self.spark.table(name).limit(0)
        return self.spark.read.format("iceberg").option("snapshot-id", snapshot).load(name)

    def run(self, step: str) -> None:
        """Runs the pipeline and keeps what came of it under the step's name."""
        run_id, out = f"r_{step}", io.StringIO()
        code = run_in_folder(self.pipeline, self.folder, run_id, Console(file=out, width=120))
        report, manifest = (self._json(f"runs/{run_id}/{name}.json") for name in ("run", "manifest"))
        names = {table: f"{self.catalog}.{table}" for table in self.tables}
        main = {table: iceberg.snapshot_id(self.spark, name) for table, name in names.items()}
        commits = {table: len(list((self.folder / table.replace(".", "/")).glob("metadata/v*"))) for table in names}
        self.steps[step] = Step(run_id, code, out.getvalue(), report, manifest, main, commits)

    def _json(self, place: str) -> dict[str, Any]:
        return dict(json.loads((self.folder / place).read_text(encoding="utf-8")))


def part_of(pipeline: Pipeline, *tables: str) -> Pipeline:
    """The contract with these silver and gold tables alone, for a run of seconds."""
    silver = {name: table for name, table in pipeline.silver.items() if f"silver.{name}" in tables}
    gold = {name: table for name, table in pipeline.gold.items() if f"gold.{name}" in tables}
    return pipeline.model_copy(update={"silver": silver, "gold": gold})


def tell(spark: SparkSession, pipeline: Pipeline, folder: Path, day_one: Path) -> Story:
    """Runs the story in `folder`; `day_one` becomes a copy of the lake before its first run."""
    story = Story(spark, pipeline, folder, "story")
    with _one_session(spark, story.catalog):
        arrive(pipeline, folder, day=1, scale=SCALE)
        shutil.copytree(folder, day_one)
        story.run("first")
        story.run("again")
        arrive(pipeline, folder, day=2, scale=SCALE)
        with _broken_suite(folder.parent / "broken"):
            story.run("broken")
        story.run("second")
    return story


@contextmanager
def _one_session(spark: SparkSession, catalog: str) -> Iterator[None]:
    """The suite's session under the command line, with a catalog name that is this lake's own."""
    in_folder = session.Lake.in_folder
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(session, "start_in_folder", lambda folder: spark)
        patch.setattr(session.Lake, "in_folder", lambda folder: in_folder(folder, catalog))
        yield


@contextmanager
def _broken_suite(folder: Path) -> Iterator[None]:
    """The shipped suites, with a rule in silver.opportunity that no org can pass."""
    shutil.copytree(Path(rules.__file__).parent / "suites", folder / "suites")
    place = folder / "suites" / "silver" / "opportunity.json"
    suite = json.loads(place.read_text(encoding="utf-8"))
    place.write_text(json.dumps({"expectations": [*suite["expectations"], BROKEN_RULE]}), encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(rules, "files", lambda package: folder)
        yield
