"""A column that gold reads and the contract lacks: check and run say one sentence, and nothing is written."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from pyspark.sql import SparkSession

from lakehouse.__main__ import main
from lakehouse.spark import session

ROOT = Path(__file__).parents[2]
PROBLEMS = [
    "gold functions and contract: 1 problem(s)",
    "  gold.opportunity: opportunity() (opportunity.py, line 19) reads the column 'region' of silver.opportunity, "
    "which the contract lacks; did you mean 'regoin'?",
]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The working directory, with a contract in which one column has another name."""
    text = (ROOT / "demo/pipeline.yaml").read_text(encoding="utf-8")
    assert text.count("region: {") == 1
    (tmp_path / "pipeline.yaml").write_text(text.replace("region: {", "regoin: {"), encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_check_and_run_say_the_same_and_a_run_writes_nothing(
    folder: Path, spark: SparkSession, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(session, "start", lambda *_, **__: spark.newSession())
    assert (main(["check"]), capsys.readouterr().out.splitlines()) == (2, PROBLEMS)
    code, (_, *lines) = main(["run"]), capsys.readouterr().out.splitlines()
    assert (code, [re.sub(r"^ *[0-9.]+ s  ", "", line) for line in lines]) == (2, PROBLEMS)
    assert os.listdir(folder) == ["pipeline.yaml"]


def test_a_check_in_a_process_of_its_own_leaves_nothing(folder: Path) -> None:
    (folder / "temporary").mkdir()
    command, own = [sys.executable, "-m", "lakehouse", "check"], {**os.environ, "TMPDIR": str(folder / "temporary")}
    ended = subprocess.run(command, capture_output=True, text=True, check=False, env=own)
    assert (ended.returncode, ended.stdout.splitlines(), ended.stderr) == (2, PROBLEMS, "")
    assert sorted(path.name for path in folder.rglob("*")) == ["pipeline.yaml", "temporary"]
