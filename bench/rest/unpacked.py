"""Builds rest_to_raw's zip from the files of this repository and unpacks it into the folder that is its argument."""

import sys
import zipfile
from pathlib import Path

from bundle.functions import write_functions
from bundle.pip import LAMBDA, installed

ROOT = Path(__file__).parents[2]


def main(folder: str) -> None:
    """Build the zip in the folder and unpack it there; pip's packages are cached where a build caches them."""
    target = Path(folder)
    target.mkdir()
    packages = installed(ROOT, "lambda/requirements.lock", LAMBDA, ROOT / "build" / ".cache")
    write_functions(ROOT, packages, target)
    with zipfile.ZipFile(target / "rest_to_raw.zip") as archive:
        archive.extractall(target)


if __name__ == "__main__":
    main(*sys.argv[1:])
