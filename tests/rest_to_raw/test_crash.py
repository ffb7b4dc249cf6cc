"""Trials of three runs, killed, frozen and doubled at every step: no row is lost, and none comes twice."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.localaws.account import ROOT, LocalAws

# The emulated account answers slowly: `make chaos` makes as many trials there.
TRIALS = {"folder": 30, "s3": 6}
LONG_TRIALS = 60


@pytest.fixture(scope="module")
def account() -> Iterator[LocalAws]:
    with LocalAws(is_patched=False) as moto:
        yield moto


@pytest.mark.parametrize("kind", ["folder", "s3"])
def test_no_row_is_lost_and_none_comes_twice(kind: str, account: LocalAws, tmp_path: Path) -> None:
    check_trials(TRIALS[kind], kind, account, tmp_path)


@pytest.mark.chaos
@pytest.mark.parametrize("kind", ["folder", "s3"])
def test_no_row_is_lost_in_many_trials(kind: str, account: LocalAws, tmp_path: Path) -> None:
    check_trials(LONG_TRIALS, kind, account, tmp_path)


def check_trials(trials: int, kind: str, account: LocalAws, tmp_path: Path) -> None:
    place, environment = str(tmp_path), account.environment | {"AWS_ENDPOINT_URL": account.endpoint}
    if kind == "s3":
        place = f"s3://trials-{trials}"
        bucket = {"LocationConstraint": account.region}
        account.client("s3").create_bucket(Bucket=f"trials-{trials}", CreateBucketConfiguration=bucket)
    program = [sys.executable, "-m", "tests.rest_to_raw.crashing", str(trials), place]
    done = subprocess.run(program, cwd=ROOT, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-3000:]
    told = json.loads(done.stdout)
    assert (told["lost"], told["twice"]) == (0, 0)
    # The trials met what they are for.
    assert min(told[what] for what in ("kills", "frozen", "doubled", "fenced")) > trials
    assert told["rows"] > 10 * trials
