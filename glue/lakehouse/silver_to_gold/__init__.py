"""silver_to_gold: one plain function per gold table; its parameters name the tables it reads."""

from collections.abc import Callable
from importlib import import_module

from pyspark.sql import DataFrame


def function_of(table: str) -> Callable[..., DataFrame]:
    """The function that makes the gold table."""
    found: Callable[..., DataFrame] = getattr(import_module(f"lakehouse.silver_to_gold.{table}"), table)
    return found
