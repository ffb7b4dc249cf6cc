"""Where Python finds the code of a copy of this repository; that of this one is installed as editable."""

import os
from pathlib import Path

FOLDERS = ("common", "glue", "lambda", ".")


def python_path(copy: Path) -> str:
    """PYTHONPATH for a process that runs the code in `copy` and not this repository's."""
    return os.pathsep.join(str(copy / folder) for folder in FOLDERS)
