"""What a report may say of an error: our own text, and of all others only the kind."""

import re

from py4j.protocol import Py4JJavaError
from pyspark.errors import PySparkException

from lakehouse.spark.error_log import ErrorLog
from lakehouse.spark.system_errors import java_errors, system_sentence
from lakehouse_common.errors import LakehouseError

# Spark's sentence on Parquet that is not all text; only the column and its type are taken from it.
TYPED_PARQUET = re.compile(r"Parquet column cannot be converted in file .*Column: \[(\w+)\], .*Found: (\w+)")


def describe(error: BaseException, error_log: ErrorLog | None = None) -> str:
    """Returns what a report may say of an error.

    That is our own text, and number and path of an error of the file system; of any other foreign error it is only the
    kind, since its message can quote rows, and the place in the error log where all of it is.
    """
    if isinstance(error, LakehouseError):
        return str(error)
    system = system_sentence(error)
    if system:
        return system
    typed = TYPED_PARQUET.search(str(error.java_exception.getMessage())) if isinstance(error, Py4JJavaError) else None
    if typed:
        return (
            f"the Parquet column {typed[1]} is {typed[2]} and not text: let AppFlow write text, as it does by default"
        )
    kind = f"{type(error).__name__}{_condition(error)}"
    place = error_log.store(error) if error_log else None
    where = f"the operator reads it in {place}" if place else "see the log of the run's machine"
    return f"{kind}; its text may quote data and is kept out of reports: {where}"


def _condition(error: BaseException) -> str:
    """Returns Spark's name for what went wrong, or the kinds of the Java errors, in brackets."""
    if isinstance(error, PySparkException) and error.getErrorClass():
        return f" ({error.getErrorClass()})"
    if isinstance(error, Py4JJavaError):
        kinds = [java.getClass().getSimpleName() for java in java_errors(error)]
        return f" ({' by '.join(dict.fromkeys(kinds))})"
    return ""
