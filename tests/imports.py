"""The import graph of the product's code, read from its syntax. `python -m tests.imports [root]` prints its figures.

An arrow goes from a module to each module that it imports, at the top, in a function or for types alone.
"""

import ast
import statistics
import sys
from collections.abc import Iterator
from pathlib import Path

Graph = dict[str, set[str]]
ROOT = Path(__file__).parents[1]
# Folders of the product's code, and the folder from which each one's modules are imported.
FOLDERS = {"common": "common", "glue": "glue", "lambda": "lambda", "data_quality": "."}
PACKAGES = {"glue/lakehouse": "lakehouse", "lambda/rest_to_raw": "rest_to_raw", "all product code": ""}


def read_modules(root: Path = ROOT) -> dict[str, Path]:
    """Returns the file of each module by the name with which it is imported; a package's is its `__init__.py`."""
    modules = {}
    for folder, base in FOLDERS.items():
        for path in sorted((root / folder).rglob("*.py")):
            parts = path.relative_to(root / base).with_suffix("").parts
            modules[".".join(part for part in parts if part != "__init__")] = path
    return modules


def imported_names(path: Path) -> Iterator[str]:
    """Yields what the file imports: `a.b` for `import a.b`, both `a` and `a.b` for `from a import b`."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.module and not node.level, f"{path}: a relative import"
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def import_graph(root: Path = ROOT) -> Graph:
    """Returns the modules that each module of the product imports; a package counts where a name is taken from it."""
    modules = read_modules(root)
    return {name: _imported_modules(path, modules) - {name} for name, path in modules.items()}


def _imported_modules(path: Path, modules: dict[str, Path]) -> set[str]:
    named = {name for name in imported_names(path) if name in modules}
    # `from package import module` takes nothing from the package itself.
    return {name for name in named if not any(other.rpartition(".")[0] == name for other in named)}


def part_of(graph: Graph, package: str) -> Graph:
    """Returns the modules of one package (all where it is empty) and the arrows between them."""
    names = {name for name in graph if not package or f"{name}.".startswith(f"{package}.")}
    return {name: graph[name] & names for name in sorted(names)}


def reachable(graph: Graph, name: str) -> set[str]:
    """Returns the modules that the module imports, directly or through others; itself where it is in a circle."""
    seen: set[str] = set()
    waiting = [*graph[name]]
    while waiting:
        module = waiting.pop()
        if module not in seen:
            seen.add(module)
            waiting += graph[module]
    return seen


def import_circles(graph: Graph) -> list[list[str]]:
    """Returns the groups of modules of which each imports all others, directly or through others."""
    below = {name: reachable(graph, name) for name in graph}
    circles = {tuple(sorted(other for other in below[name] if name in below[other])) for name in graph}
    return [[*circle] for circle in sorted(circles) if circle]


def count_floors(graph: Graph) -> int:
    """Returns the length of the longest chain of imports; a circle counts as one floor."""
    below = {name: reachable(graph, name) for name in graph}
    heights: dict[str, int] = {}
    for name in sorted(graph, key=lambda name: len(below[name])):
        lower = (other for other in below[name] if name not in below[other])
        heights[name] = 1 + max((heights[other] for other in lower), default=0)
    return max(heights.values(), default=0)


def functions(text: str) -> Iterator[ast.FunctionDef]:
    """Yields every function and method of the code."""
    return (node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.FunctionDef))


def lines(function: ast.FunctionDef) -> int:
    """Returns the lines of the body without its docstring."""
    body = function.body[1:] if ast.get_docstring(function) and len(function.body) > 1 else function.body
    return (function.end_lineno or 0) - body[0].lineno + 1


def main(root: Path) -> None:
    """Print modules per folder, arrows and floors per package, and the sizes of functions and files."""
    graph, modules = import_graph(root), read_modules(root)
    folders: dict[Path, set[str]] = {}
    for name, path in modules.items():
        folders.setdefault(path.parent.relative_to(root), set()).add(name)
    for folder, names in sorted(folders.items()):
        print(f"{folder}: {len(names)} modules, {sum(len(graph[name] & names) for name in names)} arrows between them")
    texts = [path.read_text(encoding="utf-8") for path in modules.values()]
    for title, package in PACKAGES.items():
        part = part_of(graph, package)
        arrows, circles = sum(map(len, part.values())), import_circles(part)
        print(f"{title}: {len(part)} modules, {arrows} arrows, {count_floors(part)} floors, circles: {circles}")
    for title, sizes in {
        "lines of a function": [lines(function) for text in texts for function in functions(text)],
        "lines of a file": [text.count("\n") for text in texts if text],
    }.items():
        ninetieth = statistics.quantiles(sizes, n=10)[-1]
        print(f"{title}: median {statistics.median(sizes):.0f}, p90 {ninetieth:.0f}, longest {max(sizes)}")


if __name__ == "__main__":
    main(Path(sys.argv[1]).resolve() if len(sys.argv) > 1 else ROOT)
