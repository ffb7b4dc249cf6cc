"""The command line: run, diff, migrate, check, schema."""

import argparse
import sys
from pathlib import Path

from rich.console import Console

from lakehouse.contract import compiler
from lakehouse.contract.models import Pipeline
from lakehouse.run.run_id import new_run_id
from lakehouse_common.errors import LakehouseError

MISUSED = 2
ON_A_LAKE = ("run", "diff", "migrate")


def main(arguments: list[str]) -> int:
    """Run one command; returns 0 for success, 1 for a failed run, 2 for a wrong contract, setting or machine."""
    chosen = _parser().parse_args(arguments)
    console = wide_console()
    try:
        pipeline = compiler.compile_contract(chosen.contract)
    except compiler.ContractError as error:
        console.print(str(error), style="red", highlight=False, markup=False, soft_wrap=True)
        return MISUSED
    if chosen.command in ON_A_LAKE:
        return _work_on_lake(chosen, pipeline, console)
    if chosen.command == "check":
        return _check(chosen.contract, pipeline, console)
    Path("build").mkdir(exist_ok=True)
    (Path("build") / "pipeline.schema.json").write_text(compiler.json_schema(), encoding="utf-8")
    console.print("build/pipeline.schema.json written", highlight=False)
    return 0


def _work_on_lake(chosen: argparse.Namespace, pipeline: Pipeline, console: Console) -> int:
    from lakehouse.run import local  # Spark is imported by the commands that need it
    from lakehouse.run.scope import RunScope

    if chosen.command == "diff":
        return local.show_plan(pipeline, chosen.lake, console, chosen.markdown)
    scope = RunScope(is_migration=chosen.command == "migrate")
    return local.run_in_folder(pipeline, chosen.lake, new_run_id(), console, scope)


def wide_console() -> Console:
    """Returns the terminal, or where there is none (CI, a file) a console as wide as the summary needs."""
    return Console() if sys.stdout.isatty() else Console(width=120)


def _check(contract: Path, pipeline: Pipeline, console: Console) -> int:
    """Try the gold functions, if there are any, on the compiled contract; returns the exit code."""
    try:
        if pipeline.gold:
            from lakehouse.run.gold_schemas import check_gold_functions
            from lakehouse.spark.session import start_for_analysis

            with start_for_analysis() as spark:
                check_gold_functions(spark, pipeline)
    except LakehouseError as error:
        console.print(str(error), style="red", highlight=False, markup=False, soft_wrap=True)
        return MISUSED
    console.print(f"{contract}: {_inventory(pipeline)}; no problem found", highlight=False, markup=False)
    return 0


def _inventory(pipeline: Pipeline) -> str:
    resources = sum(len(api.resources) for api in pipeline.rest.values())
    return (
        f"{len(pipeline.salesforce.objects)} Salesforce objects, {resources} REST resources, "
        f"{len(pipeline.silver)} silver and {len(pipeline.gold)} gold tables"
    )


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="lakehouse", description="From raw Salesforce and REST data to audited gold.")
    commands = parser.add_subparsers(dest="command", required=True)
    about = {
        "run": "process everything that has arrived and is unread",
        "diff": "show what a changed contract would do to the lake",
        "migrate": "bring the published rows to the changed contract",
        "check": "compile the contract and print its problems",
        "schema": "write the contract's JSON Schema for editors",
    }
    for name, text in about.items():
        command = commands.add_parser(name, help=text)
        command.add_argument("--contract", type=Path, default=Path("pipeline.yaml"))
        if name in ON_A_LAKE:
            command.add_argument("--lake", type=Path, default=Path("lake"), help="the folder that holds raw/")
        if name == "diff":
            command.add_argument("--markdown", action="store_true", help="as Markdown, for a pull request")
    return parser


def command() -> None:
    """Run the command `lakehouse` of a shell: end the process with the exit code."""
    sys.exit(main(sys.argv[1:]))


if __name__ == "__main__":
    command()
