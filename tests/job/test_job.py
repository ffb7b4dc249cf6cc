"""The Glue job as Glue starts it: a script, its arguments, an exit code."""

import json
import os
import subprocess
import sys
from pathlib import Path

from demo.__main__ import arrive
from lakehouse.contract import compile_contract, to_json

ROOT = Path(__file__).parents[2]
STAND_IN = Path(__file__).parent / "stand_in"


def _job(*arguments: str) -> subprocess.CompletedProcess[str]:
    places = os.pathsep.join(str(place) for place in (ROOT / "glue", ROOT / "lambda", ROOT, STAND_IN))
    return subprocess.run(
        [sys.executable, str(ROOT / "glue" / "job.py"), "--JOB_NAME", "lakehouse", *arguments],
        env={**os.environ, "PYTHONPATH": places},
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_job_without_a_manifest_publishes_everything_that_has_arrived(tmp_path: Path) -> None:
    pipeline, lake = compile_contract(ROOT / "pipeline.yaml"), tmp_path / "lake"
    arrive(pipeline, lake, day=1, scale=0.02)
    compiled = tmp_path / "pipeline.json"
    compiled.write_text(to_json(pipeline), encoding="utf-8")

    ended = _job("--profile", "local", "--lake", str(lake), "--pipeline", str(compiled), "--run_id", "r1")

    assert ended.returncode == 0, ended.stderr
    report = json.loads((lake / "runs" / "r1" / "run.json").read_text(encoding="utf-8"))
    published = {table["name"] for table in report["tables"] if table["outcome"] == "published"}
    assert published == {*(f"silver.{name}" for name in pipeline.silver), *(f"gold.{name}" for name in pipeline.gold)}


def test_a_job_without_its_arguments_says_which_ones_are_missing() -> None:
    ended = _job("--profile", "local")

    assert ended.returncode == 1
    assert ended.stderr.strip() == "the job needs --pipeline, --lake (profile is one of glue, local)"
