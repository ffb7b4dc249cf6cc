"""The command line that writes the files for one environment into a folder."""

import argparse
import re
import sys
from pathlib import Path
from typing import get_args

from bundle.build import BuildOptions, Engine, build
from bundle.errors import BuildError
from lakehouse.__main__ import wide_console
from lakehouse.contract.compiler import ContractError

ROOT = Path(__file__).parents[1]
MISUSED = 2


def main(arguments: list[str]) -> int:
    """Build the files; returns 0 for success, 2 for a wrong contract, setting or machine."""
    chosen = _parser().parse_args(arguments)
    console = wide_console()
    try:
        names = build(BuildOptions(ROOT, chosen.environment, chosen.contract, chosen.into, chosen.engine))
    except (ContractError, BuildError, OSError) as error:  # an OSError names its file
        console.print(str(error), style="red", highlight=False, markup=False, soft_wrap=True)
        return MISUSED
    message = f"{chosen.into}/build.json written: {len(names)} files for {chosen.environment} on {chosen.engine}"
    console.print(message, highlight=False, markup=False, soft_wrap=True)
    return 0


def _environment(name: str) -> str:
    if not re.fullmatch("[a-z][a-z0-9]{0,9}", name):
        raise argparse.ArgumentTypeError(f"'{name}' is no environment's name: a-z and 0-9, at most 10, a letter first")
    return name


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="bundle", description="What is deployed, reproducible byte for byte.")
    parser.add_argument("--environment", type=_environment, required=True, help="such as dev or prod")
    parser.add_argument("--contract", type=Path, default=Path("pipeline.yaml"))
    parser.add_argument("--into", type=Path, default=Path("build"))
    parser.add_argument("--engine", choices=get_args(Engine), default="glue")
    return parser


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
