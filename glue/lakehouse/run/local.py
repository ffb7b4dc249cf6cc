"""A run on this machine: a lake in a folder, progress and a summary in the terminal, an exit code."""

from pathlib import Path

from rich.console import Console

from lakehouse.contract.models import Pipeline
from lakehouse.run.plan import make_plan, plan_lines, plan_markdown
from lakehouse.run.report import print_summary
from lakehouse.run.run import RunFailedError, run
from lakehouse.run.scope import ALL_UNREAD, RunScope
from lakehouse.run.timing import Clock
from lakehouse.spark import session
from lakehouse.spark.error_log import ErrorLog
from lakehouse.spark.failures import describe
from lakehouse_common.errors import LakehouseError

FAILED, MISUSED = 1, 2


def run_in_folder(pipeline: Pipeline, folder: Path, run_id: str, console: Console, scope: RunScope = ALL_UNREAD) -> int:
    """Run the pipeline on the lake in `folder` and print what happened; returns the exit code."""
    clock = Clock()

    def tell(line: str) -> None:
        console.print(f"{clock.elapsed():6.1f} s  {line}", highlight=False, soft_wrap=True)

    report_file = str(folder / "runs" / run_id / "run.json")
    try:
        tell("starting Spark (the first time it fetches Iceberg's jar)")
        spark = session.start_in_folder(folder)
        report = run(pipeline, run_id, spark, session.Lake.in_folder(folder), tell=tell, clock=clock, scope=scope)
    except RunFailedError as failed:
        print_summary(failed.report, console, report_file)
        return FAILED
    except LakehouseError as error:  # the machine, the settings or the data are wrong, and not this program
        console.print(str(error), style="red", highlight=False, markup=False, soft_wrap=True)
        return MISUSED
    except Exception as error:
        said = describe(error, ErrorLog(session.Lake.in_folder(folder).errors, run_id))
        console.print(f"the run ended early: {said}", style="red", highlight=False, markup=False, soft_wrap=True)
        return FAILED
    print_summary(report, console, report_file)
    return 0


def show_plan(pipeline: Pipeline, folder: Path, console: Console, as_markdown: bool) -> int:
    """Print what the contract changes of the lake in `folder`; returns the exit code."""
    try:
        spark = session.start_in_folder(folder)
        plan = make_plan(pipeline, spark, session.Lake.in_folder(folder))
    except LakehouseError as error:
        console.print(str(error), style="red", highlight=False, markup=False, soft_wrap=True)
        return MISUSED
    for line in plan_markdown(plan) if as_markdown else plan_lines(plan):
        console.print(line, highlight=False, markup=False, soft_wrap=True)
    return 0
