"""The rooms of the house: what each may import, one name per module, one tree of errors, no silent default."""

import ast
import builtins
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from bundle.wheel import sources
from tests.imports import count_floors, import_circles, import_graph, imported_names, reachable, read_modules

ROOT = Path(__file__).parents[1]
MODULES, GRAPH = read_modules(), import_graph()
COMMON = ("lakehouse_common",)
# Of the functions' code the job imports raw_ready alone, for the batch manifest.
UP_TO_CONTRACT = (*COMMON, "raw_ready", "lakehouse.contract")
UP_TO_SPARK = (*UP_TO_CONTRACT, "lakehouse.spark")
UP_TO_ARROWS = (*UP_TO_SPARK, "lakehouse.raw_to_silver", "lakehouse.silver_to_gold", "lakehouse.gold_to_sinks")
UP_TO_RUN = (*UP_TO_ARROWS, "data_quality", "lakehouse.run")
# Each room, from the ground up, and the rooms that it may import besides itself.
FLOORS: dict[str, tuple[str, ...]] = {
    "lakehouse_common": (),
    "raw_ready": COMMON,
    "report": COMMON,
    "rest_to_raw": COMMON,
    "data_quality": COMMON,
    "lakehouse.contract": COMMON,
    "lakehouse.spark": UP_TO_CONTRACT,
    "lakehouse.raw_to_silver": UP_TO_SPARK,
    "lakehouse.silver_to_gold": UP_TO_SPARK,
    "lakehouse.gold_to_sinks": UP_TO_SPARK,
    "lakehouse.run": (*UP_TO_ARROWS, "data_quality"),
    "lakehouse.__main__": UP_TO_RUN,
    "job": UP_TO_RUN,
    "lakehouse": (),
}
# In several packages there is a module of this name, and each is read with its package's name.
SHARED_NAMES = {"__init__", "__main__", "handler"}
ERROR_ROOMS = ("common", "glue", "lambda", "data_quality", "bundle", "operate", "demo")
TABLE_ROOMS = ("airflow", "common", "glue", "lambda", "data_quality", "bundle", "operate")


def room_of(module: str) -> str:
    """Returns the most narrow room of the table that holds the module."""
    return max((room for room in FLOORS if f"{module}.".startswith(f"{room}.")), key=len)


def trees(rooms: tuple[str, ...]) -> Iterator[tuple[str, ast.Module]]:
    for path in (path for room in rooms for path in sorted((ROOT / room).rglob("*.py"))):
        yield str(path.relative_to(ROOT)), ast.parse(path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("room", FLOORS)
def test_a_room_imports_rooms_on_lower_floors_only(room: str) -> None:
    imported = {(name, other) for name in GRAPH if room_of(name) == room for other in GRAPH[name]}
    assert [pair for pair in sorted(imported) if room_of(pair[1]) not in (room, *FLOORS[room])] == []


def test_every_module_is_in_a_room() -> None:
    assert {room_of(name) for name in MODULES} | {"lakehouse.gold_to_sinks"} == FLOORS.keys()
    assert [name for name in MODULES if room_of(name) == "lakehouse"] == ["lakehouse"]


def test_no_modules_import_each_other_in_a_circle() -> None:
    assert import_circles(GRAPH) == []


@pytest.mark.parametrize("module", [name for name in MODULES if room_of(name) in {*COMMON, "lakehouse.contract"}])
def test_the_contract_is_read_without_spark(module: str) -> None:
    assert [name for name in imported_names(MODULES[module]) if re.match(r"(pyspark|py4j)\b", name)] == []


def test_no_two_modules_have_one_name() -> None:
    names = Counter(path.stem for path in MODULES.values())
    assert [name for name, times in names.items() if times > 1 and name not in SHARED_NAMES] == []


def test_the_wheel_brings_no_generic_name() -> None:
    assert {name.partition("/")[0] for name in sources(ROOT)} == {
        "data_quality",
        "lakehouse",
        "lakehouse_common",
        "raw_ready",
    }


def bases_of_classes() -> dict[str, set[str]]:
    """Returns the names of the bases of each class of the product, by `file: class`."""
    return {
        f"{file}: {node.name}": {ast.unparse(base).rpartition(".")[2] for base in node.bases}
        for file, tree in trees(ERROR_ROOMS)
        for node in ast.walk(tree)
        if isinstance(node, ast.ClassDef)
    }


def ancestors(bases: set[str], classes: dict[str, set[str]]) -> set[str]:
    """Returns the bases, and the bases of every class that has the name of one of them."""
    above = [classes[place] for place in classes if place.rpartition(" ")[2] in bases]
    return bases.union(*(ancestors(names, classes) for names in above))


def is_exception(name: str) -> bool:
    kind = getattr(builtins, name, None)
    return isinstance(kind, type) and issubclass(kind, BaseException)


def test_every_exception_is_an_error_of_one_tree() -> None:
    classes = bases_of_classes()
    trees_of = {place: ancestors(bases, classes) for place, bases in classes.items()}
    exceptions = {place for place, above in trees_of.items() if any(map(is_exception, above))}
    root = "common/lakehouse_common/errors.py: LakehouseError"
    astray = {
        place for place in exceptions - {root} if not place.endswith("Error") or "LakehouseError" not in trees_of[place]
    }
    assert root in exceptions
    assert astray == set()


def table_of_get(node: ast.AST | None) -> tuple[str, bool]:
    """Returns the table of `TABLE.get(...)` and whether it has a default; "" where the node is no such call."""
    if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "get"):
        return "", False
    table = ast.unparse(node.func.value).rpartition(".")[2]
    has_default = len(node.args) > 1 and not (isinstance(node.args[1], ast.Constant) and node.args[1].value is None)
    return (table, has_default) if re.fullmatch("[A-Z][A-Z0-9_]+", table) else ("", False)


def defaulting(tree: ast.AST) -> Iterator[str]:
    """Yields the tables that give a default for a word which they do not hold."""
    for node in ast.walk(tree):
        table, has_default = table_of_get(node)
        if has_default:
            yield table
        if isinstance(node, ast.BoolOp) and isinstance(node.op, ast.Or):
            yield from filter(None, (table_of_get(value)[0] for value in node.values[:-1]))


def test_a_closed_table_raises_for_a_word_that_it_does_not_hold() -> None:
    defaults = {f"{file}: {table}" for file, tree in trees(TABLE_ROOMS) for table in defaulting(tree)}
    assert defaults == set()


@pytest.mark.parametrize(
    ("code", "tables"),
    [
        ("KINDS.get(word, 'null')", ["KINDS"]),
        ("masks.KINDS.get(word, other)", ["KINDS"]),
        ("KINDS.get(word) or other", ["KINDS"]),
        ("KINDS.get(word) or OTHERS.get(word, other)", ["KINDS", "OTHERS"]),
        ("KINDS[word]; KINDS.get(word); KINDS.get(word, None); kinds.get(word, other); other or KINDS.get(word)", []),
    ],
)
def test_a_default_of_a_table_is_seen(code: str, tables: list[str]) -> None:
    assert sorted(defaulting(ast.parse(code))) == tables


def test_pythonpath_is_set_nowhere() -> None:
    places = [ROOT / "Makefile", ROOT / "README.md", *(ROOT / ".ci").rglob("*"), *(ROOT / "docs").rglob("*")]
    texts = {path: path.read_bytes() for path in places if path.is_file() and path.suffix != ".pyc"}
    assert [path for path, text in texts.items() if re.search(rb"PYTHONPATH *[:?+]?=|PYTHONPATH:", text)] == []


def test_arrows_floors_and_circles_are_counted(tmp_path: Path) -> None:
    for name, code in {
        "a": "",
        "b": "import a",
        "c": "from b import x",
        "d": "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import e",
        "e": "def f(): import d, c",
    }.items():
        (tmp_path / "glue").mkdir(exist_ok=True)
        (tmp_path / "glue" / f"{name}.py").write_text(code, encoding="utf-8")
    graph = import_graph(tmp_path)
    assert graph == {"a": set(), "b": {"a"}, "c": {"b"}, "d": {"e"}, "e": {"d", "c"}}
    assert reachable(graph, "c") == {"a", "b"}
    assert (import_circles(graph), count_floors(graph)) == ([["d", "e"]], 4)
