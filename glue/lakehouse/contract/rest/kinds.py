"""The kinds of pagination and of auth, read from the code of the function `rest_to_raw` without an import.

`rest_to_raw` has one class for each kind, which states as literals what a contract may say of it. The contract's models
are checked against them when a contract is compiled; the compiled form, which a Glue job reads on a machine without
that package, is not checked again.
"""

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Literal

from pydantic import ValidationInfo

from lakehouse.contract.strict import misfit, problem
from lakehouse_common.errors import LakehouseError

PACKAGE = "rest_to_raw"
Wing = Literal["auth", "pagination"]


class KindsUnreadableError(LakehouseError):
    """The classes that are the kinds can't be found, or state something that is no literal."""


@dataclass(frozen=True)
class Kind:
    """What a contract may say of one kind: the keys it needs, those it may have, and what absent ones mean.

    The flags are those of `rest_to_raw.pagination.pager.Pager`.
    """

    description: str
    needs: frozenset[str] = frozenset()
    allows: frozenset[str] = frozenset()
    defaults: Mapping[str, Any] = field(default_factory=dict)
    is_numbered: bool = False
    needs_record_key: bool = False

    def __post_init__(self) -> None:
        object.__setattr__(self, "needs", frozenset(self.needs))
        object.__setattr__(self, "allows", frozenset(self.allows))

    def check_keys(self, word: str, keys: set[str]) -> None:
        """Check the keys that the contract has for a kind called `word`.

        Raises:
            ValueError: a key is missing that the kind needs, or there that it does not know.
        """
        if missing := sorted(self.needs - keys):
            raise problem(f"kind '{word}' needs '{missing[0]}'")
        if surplus := sorted(keys - self.needs - self.allows):
            raise problem(f"kind '{word}' takes no '{surplus[0]}'")


Kinds = dict[Wing, dict[str, Kind]]


@cache
def read_kinds() -> Kinds:
    """Returns the kinds of each wing by their words: the context in which a contract is validated.

    Raises:
        KindsUnreadableError: the function's package is nowhere on Python's path, or a class states no literal.
    """
    package = find_spec(PACKAGE)
    if package is None or not package.submodule_search_locations:
        raise KindsUnreadableError(
            f"the package {PACKAGE} is not installed, so no contract can be compiled; install it"
        )
    folder = Path(package.submodule_search_locations[0])
    return {"auth": _kinds_of(folder / "auth"), "pagination": _kinds_of(folder / "pagination")}


def kind_of(wing: Wing, word: str, info: ValidationInfo) -> Kind | None:
    """Returns the kind while a contract is compiled; None where its compiled form is read."""
    kinds: Kinds | None = info.context
    return None if kinds is None else kinds[wing][word]


def check_word(wing: Wing, word: object, info: ValidationInfo) -> object:
    """Returns the word.

    Raises:
        ValueError: a contract is compiled, and no class has the word as its kind.
    """
    if info.context is not None and not (isinstance(word, str) and word in info.context[wing]):
        raise problem(misfit(word, "a kind", info.context[wing]))
    return word


def list_words(wing: Wing, schema: dict[str, Any]) -> None:
    """Write the words and what they mean into the JSON Schema of a `kind`."""
    kinds = read_kinds()[wing]
    schema["enum"] = [*kinds]
    schema["description"] = "\n\n".join(f"{word}: {kind.description}" for word, kind in kinds.items())


def _kinds_of(folder: Path) -> dict[str, Kind]:
    nodes = (node for file in sorted(folder.glob("*.py")) for node in ast.parse(file.read_bytes()).body)
    classes = (_literals(node) for node in nodes if isinstance(node, ast.ClassDef))
    return {literals.pop("kind"): Kind(**literals) for literals in classes if "kind" in literals}


def _literals(node: ast.ClassDef) -> dict[str, Any]:
    """Returns what a class with a `kind` states as literals, and its docstring; of any other class nothing."""
    known = {"kind", *Kind.__dataclass_fields__} - {"description"}
    stated = {name: value for name, value in _assignments(node) if name in known}
    if "kind" not in stated:
        return {}
    try:
        literals = {name: ast.literal_eval(value) for name, value in stated.items()}
    except ValueError:
        raise KindsUnreadableError(f"the keys of {node.name} are not written out as literals; write them out") from None
    return literals | {"description": ast.get_docstring(node) or ""}


def _assignments(node: ast.ClassDef) -> Iterator[tuple[str, ast.expr]]:
    for line in node.body:
        if isinstance(line, ast.Assign) and isinstance(line.targets[0], ast.Name):
            yield line.targets[0].id, line.value
        elif isinstance(line, ast.AnnAssign) and line.value and isinstance(line.target, ast.Name):
            yield line.target.id, line.value
