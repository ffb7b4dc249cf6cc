"""The Lambda functions: each folder with a handler is one, and what its imports reach is all that it gets."""

import ast
from collections.abc import Iterator
from importlib.metadata import Distribution, distributions
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import NormalizedName, canonicalize_name

from bundle.archives import packages, write_zip
from bundle.wheel import files_of

# What decides there whether a package needs another one, whatever this machine is.
LAMBDA = {"extra": "", "sys_platform": "linux", "platform_system": "Linux", "platform_machine": "x86_64"}


def write_functions(sources: Path, target: Path, folder: Path) -> None:
    """Writes `<function>.zip` for every `sources/<function>/handler.py`; `target` holds the installed packages."""
    for handler in sorted(sources.glob("*/handler.py")):
        own, foreign = reached(handler.parent, sources)
        entries = {path.relative_to(sources).as_posix(): path for path in own}
        write_zip(folder / f"{handler.parent.name}.zip", {**entries, **installed_for(foreign, target)})


def reached(start: Path, sources: Path) -> tuple[set[Path], set[str]]:
    """The files of `sources` that the package `start` imports, itself among them, and the modules from elsewhere."""
    own, foreign, unread = set(files_of(start)), set[str](), files_of(start)
    while unread:
        for name in _imported(unread.pop()):
            here = [path for path in (sources / name, sources / f"{name}.py") if path.exists()]
            new = {file for path in here for file in files_of(path)} - own
            own |= new
            unread += new
            foreign |= set() if here else {name}
    return own, foreign


def installed_for(modules: set[str], target: Path) -> dict[str, Path]:
    """The files of the installed distributions that provide `modules`, and of all that those require.

    A module that no installed distribution provides is the interpreter's or, as boto3, the Lambda runtime's.
    """
    known = {canonicalize_name(one.name): one for one in distributions(path=[str(target)])}
    wanted = [name for name, one in known.items() if modules & _top_level(one)]
    chosen = set[NormalizedName]()
    while wanted:
        name = wanted.pop()
        chosen.add(name)
        wanted += [needed for needed in _required(known[name]) if needed not in chosen]
    files = {str(file) for name in chosen for file in known[name].files or ()}
    return {name: path for name, path in packages(target).items() if name in files}


def _imported(file: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(file.read_bytes())):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module.partition(".")[0]


def _top_level(one: Distribution) -> set[str]:
    return {file.parts[0].removesuffix(".py") for file in one.files or ()}


def _required(one: Distribution) -> list[NormalizedName]:
    needed = [Requirement(line) for line in one.requires or ()]
    return [canonicalize_name(each.name) for each in needed if not each.marker or each.marker.evaluate({**LAMBDA})]
