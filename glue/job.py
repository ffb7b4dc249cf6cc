"""The Glue job, and the EMR Serverless one: its arguments, and then the same `run()` as everywhere.

Arguments: `--pipeline` (the compiled contract), `--raw`, `--runs`, `--warehouse` (roots on S3), `--databases` (what the
names of the lake's databases begin with), `--secrets` (`aws:` and what the secrets' names begin with); `--manifest` (a
batch manifest) and `--run_id` where a state machine gives them. Without a manifest the job asks AppFlow for its
executions and reads everything complete and unread; of that, `--tables account,contact` takes these silver tables,
`--logical_date 2026-01-31` what had arrived by the end of that day, and `--full_refresh true` reads again what was read
before. `--migrate true` brings the published rows to a changed contract, and reads nothing else. `--profile emr` on EMR
Serverless, `--profile local --lake <folder>` on a laptop.

The last line that it prints is one JSON object: how the run ended, for the metrics that are made from the log.
"""

import argparse
import json
import sys
from dataclasses import dataclass
from pathlib import Path
from time import monotonic

from pyspark.sql import SparkSession

from lakehouse.contract import compiler
from lakehouse.contract.models import Pipeline
from lakehouse.contract.strict import did_you_mean, nearest
from lakehouse.run.last_line import last_line_of, last_line_of_early_end
from lakehouse.run.run import RunFailedError, run
from lakehouse.run.run_id import new_run_id
from lakehouse.run.scope import ScopeError, parse_scope
from lakehouse.spark import session
from lakehouse_common.execution_records import fetch_from_aws, flows_of
from lakehouse_common.object_store import open_store, read_object
from raw_ready import manifest

ON_AWS = ("pipeline", "raw", "runs", "warehouse", "databases", "secrets")
NEEDED = {"glue": ON_AWS, "emr": ON_AWS, "local": ("pipeline", "lake")}
SCOPE = ("tables", "full_refresh", "logical_date", "migrate")
OPTIONS = (*ON_AWS, "manifest", "run_id", *SCOPE, "profile", "lake")


@dataclass(frozen=True)
class Options:
    """The job's own arguments, without those of the platform."""

    profile: session.Profile
    values: dict[str, str]

    def __getitem__(self, name: str) -> str:
        return self.values[name]


def main(argv: list[str]) -> None:
    """Run the job. Raises: SystemExit with a sentence when an argument is wrong, RunFailedError when the run fails."""
    options = parse_options(argv)
    pipeline = compiler.read_compiled(read_object(options["pipeline"]))
    try:
        scope = parse_scope(pipeline, **{name: options.values.get(name, "") for name in SCOPE})
    except ScopeError as error:
        raise SystemExit(str(error)) from None
    run_id, started = options.values.get("run_id") or new_run_id(), monotonic()
    last_line = last_line_of_early_end(pipeline.name, run_id)
    try:
        batch_manifest = _read_manifest(options, pipeline)
        spark, lake = _start_session(options)
        last_line = last_line_of(run(pipeline, run_id, spark, lake, batch_manifest, tell=print, scope=scope))
    except RunFailedError as failed:
        last_line = last_line_of(failed.report)
        raise
    finally:
        print(last_line(monotonic() - started), flush=True)


def parse_options(argv: list[str]) -> Options:
    """Parse the job's arguments; those of the platform, such as --JOB_ID, are ignored.

    Raises:
        SystemExit: an argument is missing or misspelled, or its value is unknown.
    """
    parser = argparse.ArgumentParser(add_help=False, allow_abbrev=False)
    for name in OPTIONS:
        parser.add_argument(f"--{name}")
    known, others = parser.parse_known_args(argv)
    values = {name: value for name, value in vars(known).items() if value}
    for word in (word[2:] for word in others if word.startswith("--")):
        if nearest(word, OPTIONS):
            raise SystemExit(f"--{word} is not an argument of the job; {did_you_mean(word, OPTIONS)}")
    profile = values.get("profile", "glue")
    if profile not in NEEDED:
        raise SystemExit(f"--profile is one of {', '.join(NEEDED)}")
    missing = [f"--{name}" for name in NEEDED[profile] if name not in values]
    if missing:
        raise SystemExit(f"the job needs {', '.join(missing)} (profile is one of {', '.join(NEEDED)})")
    return Options(profile, values)


def _read_manifest(options: Options, pipeline: Pipeline) -> manifest.Manifest | None:
    """Read the manifest that was named; without one, fetch AppFlow's records so that the run can make its own."""
    if "manifest" in options.values:
        return manifest.decode(read_object(options["manifest"]))
    if options.profile != "local":
        fetch_from_aws(open_store(options["raw"]), flows_of(json.loads(compiler.to_json(pipeline))))
    return None


def _start_session(options: Options) -> tuple[SparkSession, session.Lake]:
    if options.profile == "local":
        folder = Path(options["lake"])
        return session.start_in_folder(folder), session.Lake.in_folder(folder)
    return session.start(options.profile), session.Lake.on_aws(*(options[name] for name in ON_AWS[1:]))


if __name__ == "__main__":
    main(sys.argv[1:])
