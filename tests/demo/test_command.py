"""`make demo` is the sample org's: it reads demo/pipeline.yaml, whatever contract the user has at the root."""

import os
import subprocess
from pathlib import Path

import pytest

from demo import __main__ as command
from lakehouse.contract.models import Pipeline

ROOT = Path(__file__).parents[2]
OF_ANOTHER_ORG = "name: acme\nsalesforce: {objects: {Kase: {}}}\n"


def test_the_demo_does_not_read_the_user_s_contract(
    pipeline: Pipeline, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "pipeline.yaml").write_text(OF_ANOTHER_ORG, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    runs: list[tuple[Pipeline, Path]] = []
    monkeypatch.setattr(command, "run_in_folder", lambda pipeline, lake, *_: runs.append((pipeline, lake)) or 0)
    assert command.main(["--scale", "0.02"]) == 0
    assert runs == [(pipeline, Path("lake"))]
    landed = {path.name for path in (tmp_path / "lake/raw/salesforce").iterdir()}
    assert landed == {spec.flow for spec in pipeline.salesforce.objects.values()}


def test_make_hands_it_no_contract() -> None:
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("MAKE", "MFLAGS"))}
    words = [
        "make",
        "--no-print-directory",
        "--dry-run",
        "demo",
        "CONTRACT=another.yaml",
        "LAKE=lake",
        "DAY=2",
        "SCALE=3",
    ]
    shown = subprocess.run(words, cwd=ROOT, env=environment, capture_output=True, text=True, check=True)
    assert shown.stdout.splitlines()[-1] == ".venv/bin/python -m demo --lake lake --day 2 --scale 3"
