"""Errors whose text is fit for reports and logs, and what may be said of all others."""

from pyspark.errors import PySparkException


class Explained(Exception):
    """An error whose message holds names and counts but never a value of the data."""


def describe(error: BaseException) -> str:
    """What a report may say of an error: our own text, or only the kind, since foreign messages can quote rows."""
    if isinstance(error, Explained):
        return str(error)
    condition = error.getErrorClass() if isinstance(error, PySparkException) else None
    kind = f"{type(error).__name__}{f' ({condition})' if condition else ''}"
    return f"{kind}; its text may quote data and is kept out of reports: see the log of the run's machine"
