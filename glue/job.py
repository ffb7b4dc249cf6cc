"""The Glue job: its arguments, and then the same `run()` as everywhere. The only file that may import awsglue.

Arguments: `--pipeline` (the compiled contract), `--raw`, `--runs`, `--warehouse` (roots on S3); `--manifest` (a batch
manifest) and `--run_id` where a state machine names them. Without a manifest the job reads everything complete and
unread. `--profile local --lake <folder>` runs it on a laptop.
"""

import sys
from pathlib import Path

from awsglue.utils import getResolvedOptions

from lakehouse import contract, session
from lakehouse.__main__ import new_run_id
from lakehouse.run import run
from object_store import read
from raw_ready import manifest

OPTIONS = ("pipeline", "raw", "runs", "warehouse", "manifest", "run_id", "profile", "lake")
NEEDED = {"glue": ("pipeline", "raw", "runs", "warehouse"), "local": ("pipeline", "lake")}


def main(argv: list[str]) -> None:
    """Runs the job. Raises: SystemExit with a sentence when an argument is missing, RunFailed when the run fails."""
    given = [name for name in OPTIONS if f"--{name}" in argv]
    options = getResolvedOptions(argv, given)
    profile = options.get("profile", "glue")
    missing = [f"--{name}" for name in NEEDED.get(profile, ("profile",)) if name not in options]
    if missing:
        raise SystemExit(f"the job needs {', '.join(missing)} (profile is one of {', '.join(NEEDED)})")
    pipeline = contract.read_compiled(read(options["pipeline"]))
    batches = manifest.decode(read(options["manifest"])) if "manifest" in options else None
    if profile == "local":
        lake = session.Lake.in_folder(Path(options["lake"]))
        spark = session.start_in_folder(Path(options["lake"]))
    else:
        lake = session.Lake.on_aws(options["raw"], options["runs"], options["warehouse"])
        spark = session.start("glue")
    run(pipeline, options.get("run_id") or new_run_id(), spark, lake, batches, tell=print)


if __name__ == "__main__":
    main(sys.argv)
