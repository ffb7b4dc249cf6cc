"""The Lambda functions: each folder with a handler is one, and its archive has only what its imports reach."""

import ast
from collections.abc import Iterator, Sequence
from importlib.metadata import Distribution, distributions
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import NormalizedName, canonicalize_name

from bundle.archives import packages, write_zip
from bundle.wheel import files_of

# Where the functions' own code is.
PLACES = ("common", "lambda")
# What decides there whether a package needs another one, whatever this machine is.
LAMBDA = {"extra": "", "sys_platform": "linux", "platform_system": "Linux", "platform_machine": "x86_64"}


def write_functions(root: Path, target: Path, folder: Path) -> None:
    """Write `<function>.zip` for every `lambda/<function>/handler.py`; `target` has the installed packages."""
    places = [root / place for place in PLACES]
    for handler in sorted(root.glob("lambda/*/handler.py")):
        own, foreign = reached(handler.parent, places)
        write_zip(folder / f"{handler.parent.name}.zip", {**own, **installed_for(foreign, target)})


def reached(start: Path, places: Sequence[Path]) -> tuple[dict[str, Path], set[str]]:
    """Returns the files that the package `start` imports, by their names in an archive, and the foreign modules.

    Of `start` itself that is every file; of another package below `places` the modules that are imported, no others.
    """
    own, foreign, unread = set(files_of(start)), set[str](), files_of(start)
    while unread:
        for name in _imported(unread.pop()):
            here = {file for place in places for file in _files(place, name)}
            unread += here - own
            own |= here
            foreign |= set() if here else {name.partition(".")[0]}
    top_level = {path.stem for place in places for path in place.iterdir()}
    return {_name(path, places): path for path in own}, foreign - top_level


def _files(place: Path, module: str) -> list[Path]:
    """Returns the module's file below `place` and the `__init__.py` of its packages; none where it is not there."""
    steps = module.split(".")
    paths = [place.joinpath(*steps[:number]) for number in range(1, len(steps) + 1)]
    found = [file for path in paths for file in (path / "__init__.py", path.with_suffix(".py")) if file.is_file()]
    return found if paths[-1].with_suffix(".py") in found or paths[-1] / "__init__.py" in found else []


def _name(file: Path, places: Sequence[Path]) -> str:
    return next(file.relative_to(place).as_posix() for place in places if file.is_relative_to(place))


def installed_for(modules: set[str], target: Path) -> dict[str, Path]:
    """Returns the files of the installed distributions that provide `modules`, and of all that those require.

    A module that no installed distribution provides is the interpreter's or, as boto3, the Lambda runtime's.
    """
    known = {canonicalize_name(distribution.name): distribution for distribution in distributions(path=[str(target)])}
    wanted = [name for name, distribution in known.items() if modules & _top_level(distribution)]
    chosen = set[NormalizedName]()
    while wanted:
        name = wanted.pop()
        chosen.add(name)
        wanted += [needed for needed in _required(known[name]) if needed not in chosen]
    files = {str(file) for name in chosen for file in known[name].files or ()}
    return {name: path for name, path in packages(target).items() if name in files}


def _imported(file: Path) -> Iterator[str]:
    """Yields the dotted names that a file imports; of `from a import b` both `a` and `a.b`, which may be a module."""
    for node in ast.walk(ast.parse(file.read_bytes())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def _top_level(distribution: Distribution) -> set[str]:
    return {file.parts[0].removesuffix(".py") for file in distribution.files or ()}


def _required(distribution: Distribution) -> list[NormalizedName]:
    needed = [Requirement(line) for line in distribution.requires or ()]
    return [canonicalize_name(each.name) for each in needed if not each.marker or each.marker.evaluate({**LAMBDA})]
