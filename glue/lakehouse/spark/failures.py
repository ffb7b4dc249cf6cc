"""What a report may say of an error: our own text, and of all others only the kind."""

import re
from collections.abc import Iterator
from typing import Any

from py4j.protocol import Py4JJavaError
from pyspark.errors import PySparkException

from lakehouse_common.errors import LakehouseError

# Spark's sentence on Parquet that is not all text; only the column and its type are taken from it.
TYPED_PARQUET = re.compile(r"Parquet column cannot be converted in file .*Column: \[(\w+)\], .*Found: (\w+)")


def describe(error: BaseException) -> str:
    """Returns what a report may say of an error.

    That is our own text; of a foreign error it is only the kind, since its message can quote rows.
    """
    if isinstance(error, LakehouseError):
        return str(error)
    typed = TYPED_PARQUET.search(str(error.java_exception.getMessage())) if isinstance(error, Py4JJavaError) else None
    if typed:
        return (
            f"the Parquet column {typed[1]} is {typed[2]} and not text: let AppFlow write text, as it does by default"
        )
    kind = f"{type(error).__name__}{_condition(error)}"
    return f"{kind}; its text may quote data and is kept out of reports: see the log of the run's machine"


def _condition(error: BaseException) -> str:
    """Returns Spark's name for what went wrong, or the kinds of the Java errors, in brackets."""
    if isinstance(error, PySparkException) and error.getErrorClass():
        return f" ({error.getErrorClass()})"
    if isinstance(error, Py4JJavaError):
        return f" ({' by '.join(dict.fromkeys(_kinds(error.java_exception)))})"
    return ""


def _kinds(java_error: Any) -> Iterator[str]:
    while java_error is not None:
        yield java_error.getClass().getSimpleName()
        java_error = java_error.getCause()
