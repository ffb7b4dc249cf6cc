"""Closed tables of kinds: one class for each word of the contract, found in the modules of a package."""

import importlib
import pkgutil
from collections.abc import Iterator, Mapping
from types import ModuleType
from typing import TypeVar

from lakehouse_common.errors import LakehouseError
from rest_to_raw.outcome import IngestionError

T = TypeVar("T")


class DuplicateKindError(LakehouseError):
    """Two classes of a package state the same `kind`."""


def find_kinds(package: str, base: type[T]) -> dict[str, type[T]]:
    """Returns the package's subclasses of `base` by their `kind`; one without a `kind` is a base of others.

    Raises:
        DuplicateKindError: two classes have the same word.
    """
    kinds: dict[str, type[T]] = {}
    folders = importlib.import_module(package).__path__
    for name in sorted(module.name for module in pkgutil.iter_modules(folders)):
        for kind in _classes(importlib.import_module(f"{package}.{name}"), base):
            word = vars(kind)["kind"]
            if word in kinds:
                raise DuplicateKindError(f"{kinds[word].__name__} and {kind.__name__} are both '{word}'; rename one")
            kinds[word] = kind
    return kinds


def choose_kind(kinds: Mapping[str, type[T]], word: str, noun: str) -> type[T]:
    """Returns the class of a word. Raises: IngestionError when there is none."""
    try:
        return kinds[word]
    except KeyError:
        words = ", ".join(sorted(kinds))
        raise IngestionError("config", f"this function knows no {noun} '{word}'; use one of {words}") from None


def _classes(module: ModuleType, base: type[T]) -> Iterator[type[T]]:
    for value in vars(module).values():
        is_own = isinstance(value, type) and value.__module__ == module.__name__
        if is_own and issubclass(value, base) and "kind" in vars(value):
            yield value
