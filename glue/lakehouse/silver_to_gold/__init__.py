"""silver_to_gold: one plain function per gold table; its parameters name the tables it reads."""

import hashlib
from collections.abc import Callable
from functools import cache
from importlib import import_module
from importlib.resources import files

from pyspark.sql import DataFrame


def function_of(table: str) -> Callable[..., DataFrame]:
    """The function that makes the gold table."""
    found: Callable[..., DataFrame] = getattr(import_module(f"lakehouse.silver_to_gold.{table}"), table)
    return found


@cache
def code_version() -> str:
    """A hash of all gold code: what is changed in any function or helper makes every gold table anew."""
    sources = sorted(place.read_bytes() for place in files(__name__).iterdir() if place.name.endswith(".py"))
    return hashlib.sha256(b"".join(sources)).hexdigest()
