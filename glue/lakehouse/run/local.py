"""A run on this machine: a lake in a folder, progress and a summary in the terminal, an exit code."""

from pathlib import Path

from rich.console import Console

from lakehouse.contract.models import Pipeline
from lakehouse.run.report import print_summary
from lakehouse.run.run import RunFailedError, run
from lakehouse.run.timing import Clock
from lakehouse.spark import session
from lakehouse.spark.failures import describe
from lakehouse.spark.java import JavaMissingError
from lakehouse_common.errors import LakehouseError
from lakehouse_common.secret_store import SecretMissingError
from raw_ready.build import NotReadyError

FAILED, MISUSED = 1, 2
# What is wrong with the machine, the settings or the data, as opposed to with this program.
EXPECTED = (LakehouseError, NotReadyError, SecretMissingError, JavaMissingError, session.SparkStartError)


def run_in_folder(pipeline: Pipeline, folder: Path, run_id: str, console: Console) -> int:
    """Runs the pipeline on the lake in `folder` and prints what happened; gives the exit code."""
    clock = Clock()

    def tell(line: str) -> None:
        console.print(f"{clock.elapsed():6.1f} s  {line}", highlight=False, soft_wrap=True)

    place = str(folder / "runs" / run_id / "run.json")
    try:
        tell("starting Spark (the first time it fetches Iceberg's jar)")
        spark = session.start_in_folder(folder)
        report = run(pipeline, run_id, spark, session.Lake.in_folder(folder), tell=tell, clock=clock)
    except RunFailedError as failed:
        print_summary(failed.report, console, place)
        return FAILED
    except EXPECTED as error:
        console.print(str(error), style="red", highlight=False, markup=False, soft_wrap=True)
        return MISUSED
    except Exception as error:
        console.print(f"the run ended early: {describe(error)}", style="red", highlight=False, markup=False)
        return FAILED
    print_summary(report, console, place)
    return 0
