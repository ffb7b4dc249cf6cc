"""Why a row is quarantined: sentences that follow the column's name in quarantine and in reports.

The reason for a text that is not of its column's type belongs to the type, in `contract/column_types.py`.
"""

from enum import StrEnum

from lakehouse.contract.column_types import column_type


class Reason(StrEnum):
    """The reasons that have nothing to do with a column's type."""

    MALFORMED = "the record can't be read as the contract's columns"
    MISSING = "is missing"
    OUT_OF_RANGE = "is out of range"
    NOT_ALLOWED = "is not an allowed value"


def not_a(type_name: str) -> str:
    """Returns the reason for a text that is not of the type.

    >>> not_a("date")
    'is not a date'

    Raises:
        ValueError: every text is of the type.
    """
    reason = column_type(type_name).reason
    if reason is None:
        raise ValueError(f"every text is a {type_name}")
    return reason


def reason_of(column: str, reason: str) -> str:
    """Returns the reason as it is stored: the column and the sentence.

    >>> reason_of("born", not_a("date"))
    'born: is not a date'
    """
    return f"{column}: {reason}"
