"""Unpacks rest_to_raw's zip, built from what lies here now, into the folder that is its argument."""

import sys
import zipfile
from pathlib import Path

from bundle.functions import write_functions
from bundle.pip import LAMBDA, installed

ROOT = Path(__file__).parents[2]


def main(folder: str) -> None:
    """Keeps the packages where a build keeps them."""
    built = Path(folder)
    built.mkdir()
    packages = installed(ROOT, "lambda/requirements.lock", LAMBDA, ROOT / "build" / ".cache")
    write_functions(ROOT / "lambda", packages, built)
    with zipfile.ZipFile(built / "rest_to_raw.zip") as archive:
        archive.extractall(built)


if __name__ == "__main__":
    main(*sys.argv[1:])
