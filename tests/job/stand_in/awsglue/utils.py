"""A stand-in for Glue's own module: the one function that the job uses, with Glue's behaviour."""

import argparse


class GlueArgumentError(Exception):
    """A named option is not among the arguments."""


def getResolvedOptions(argv: list[str], names: list[str]) -> dict[str, str]:
    """The named options of the job's arguments; others, such as Glue's own, are passed over."""
    parser = argparse.ArgumentParser(exit_on_error=False, allow_abbrev=False)
    for name in names:
        parser.add_argument(f"--{name}", required=True)
    found, _ = parser.parse_known_args(argv[1:])
    return vars(found)
