"""Why a row is kept aside; each value is the sentence that follows the column's name in reports."""

from enum import StrEnum

from lakehouse.contract.models import DECIMAL


class Reason(StrEnum):
    """The reasons for quarantine."""

    MALFORMED = "the record can't be read as the contract's columns"
    MISSING = "is missing"
    NOT_A_BOOLEAN = "is not true or false"
    NOT_AN_INTEGER = "is not a whole number"
    NOT_A_DECIMAL = "is not a number that fits"
    NOT_A_DATE = "is not a date"
    NOT_A_TIMESTAMP = "is not an instant"
    NOT_A_SALESFORCE_ID = "is not a valid Salesforce id"
    NOT_AN_EMAIL = "is not an e-mail address"
    NOT_A_PHONE = "is not a phone number"
    NOT_A_CURRENCY = "is not a currency code"
    OUT_OF_RANGE = "is out of range"
    NOT_ALLOWED = "is not an allowed value"

    def of(self, column: str) -> str:
        """The reason as it is stored: the column and the sentence."""
        return f"{column}: {self.value}"


_BY_TYPE = {
    "boolean": Reason.NOT_A_BOOLEAN,
    "integer": Reason.NOT_AN_INTEGER,
    "date": Reason.NOT_A_DATE,
    "timestamp": Reason.NOT_A_TIMESTAMP,
    "salesforce_id": Reason.NOT_A_SALESFORCE_ID,
    "email": Reason.NOT_AN_EMAIL,
    "phone": Reason.NOT_A_PHONE,
    "currency": Reason.NOT_A_CURRENCY,
}


def not_a(column_type: str) -> Reason | None:
    """The reason for a value that is not of the type; None for text, which every value is."""
    return Reason.NOT_A_DECIMAL if DECIMAL.fullmatch(column_type) else _BY_TYPE.get(column_type)
