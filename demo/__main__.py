"""`make demo`: loads a sample org and a sample API into a lake on this machine, then runs the pipeline on it."""

import argparse
import secrets
import sys
from pathlib import Path

from demo.arrive import UnknownObjectError, arrive_from_salesforce
from demo.call_apis import arrive_from_apis
from demo.sample_org import sample_org
from lakehouse.__main__ import MISUSED, wide_console
from lakehouse.contract.compiler import ContractError, compile_contract
from lakehouse.contract.models import Pipeline
from lakehouse.run.local import run_in_folder
from lakehouse.run.run_id import new_run_id

SEED = 7
CONTRACT = Path(__file__).with_name("pipeline.yaml")


def arrive(pipeline: Pipeline, lake: Path, day: int, scale: float) -> None:
    """Land both sources up to `day` in the lake's raw zone and make a masking key if there is none."""
    raw = lake / "raw"
    arrive_from_salesforce(pipeline, raw, day, scale, SEED)
    arrive_from_apis(pipeline, sample_org(scale, SEED), raw, day)
    key = lake / "secrets" / pipeline.masking.secret
    if not key.exists():
        key.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        key.touch(mode=0o600)
        key.write_text(secrets.token_hex(32), encoding="utf-8")


def main(arguments: list[str]) -> int:
    """Run the demo; returns the run's exit code."""
    parser = argparse.ArgumentParser(prog="demo", description="The pipeline on a sample org and a sample API.")
    parser.add_argument("--lake", type=Path, default=Path("lake"))
    parser.add_argument("--day", type=int, choices=(1, 2), default=1, help="day 2 brings updates, deletes, late rows")
    parser.add_argument("--scale", type=float, default=1.0, help="1.0 is about 5,000 opportunities")
    chosen = parser.parse_args(arguments)
    console = wide_console()
    try:
        pipeline = compile_contract(CONTRACT)
        console.print(f"day {chosen.day} arrives in {chosen.lake}/raw", highlight=False)
        arrive(pipeline, chosen.lake, chosen.day, chosen.scale)
    except (ContractError, UnknownObjectError) as error:
        console.print(str(error), style="red", highlight=False, markup=False, soft_wrap=True)
        return MISUSED
    exit_code = run_in_folder(pipeline, chosen.lake, new_run_id(), console)
    if exit_code == 0:
        console.print(_what_to_look_at(chosen.lake, chosen.day), highlight=False, soft_wrap=True)
    return exit_code


def _what_to_look_at(lake: Path, day: int) -> str:
    next_step = "make demo DAY=2 brings the next day's changes" if day == 1 else "make demo once more: nothing is new"
    return f"gold: {lake}/gold, kept aside: {lake}/quarantine (Iceberg tables, Parquet in data/); next: {next_step}"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
