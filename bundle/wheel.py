"""The project's own code as one pure wheel: the job's packages and what they share with the Lambda functions."""

import base64
import hashlib
import tomllib
from pathlib import Path

from bundle.archives import content, write_zip

SOURCES = {
    "common": ("lakehouse_common",),
    "glue": ("lakehouse",),
    ".": ("data_quality",),
    "lambda": ("raw_ready",),
}
KINDS = (".py", ".json")


def write_wheel(root: Path, folder: Path) -> None:
    """Write `lakehouse-<version>-py3-none-any.whl`; its requirements are pinned elsewhere, not in its metadata."""
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    notes = f"lakehouse-{project['version']}.dist-info"
    entries: dict[str, Path | bytes] = {**sources(root)}
    entries[f"{notes}/METADATA"] = (
        f"Metadata-Version: 2.1\nName: lakehouse\nVersion: {project['version']}\n"
        f"Summary: {project['description']}\nRequires-Python: {project['requires-python']}\n"
    ).encode()
    entries[f"{notes}/WHEEL"] = b"Wheel-Version: 1.0\nGenerator: bundle\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
    lines = [_line(name, content(source)) for name, source in sorted(entries.items())]
    entries[f"{notes}/RECORD"] = "\n".join([*lines, f"{notes}/RECORD,,", ""]).encode()
    write_zip(folder / f"lakehouse-{project['version']}-py3-none-any.whl", entries)


def sources(root: Path) -> dict[str, Path]:
    """Returns the wheel's modules and suites, by their names inside it."""
    files = {}
    for place, names in SOURCES.items():
        for path in (path for name in names for path in files_of(root / place / name)):
            files[path.relative_to(root / place).as_posix()] = path
    return files


def files_of(path: Path) -> list[Path]:
    """Returns the code and data of one module or package."""
    return [path] if path.is_file() else [file for file in path.rglob("*") if file.suffix in KINDS and file.is_file()]


def _line(name: str, data: bytes) -> str:
    digest = base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()
    return f"{name},sha256={digest},{len(data)}"
