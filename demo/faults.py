"""The rows that must be quarantined: the value of each field, and the reason that quarantine must give."""

from collections.abc import Iterator
from dataclasses import dataclass

from demo import canaries
from demo.planted import QuarantinedRow
from demo.records import Record, source
from demo.salesforce_ids import with_wrong_checksum
from lakehouse.raw_to_silver.reasons import Reason, not_a

# Stands for the row's own value with a wrong checksum.
WRONG_CHECKSUM = "wrong checksum"


@dataclass(frozen=True)
class Fault:
    """One kind of bad row: `rows` of it at scale 1, its values and reasons by field, canaries in other columns."""

    object_name: str
    rows: int
    values: dict[str, str | None]
    reasons: dict[str, str]
    personal: dict[str, str]


def _fault(object_name: str, rows: int, **fields: tuple[str | None, str]) -> Fault:
    values = {name: value for name, (value, _) in fields.items()}
    return Fault(object_name, rows, values, {name: reason for name, (_, reason) in fields.items()}, {})


def _with_canaries(object_name: str, **fields: tuple[str | None, str]) -> Fault:
    fault = _fault(object_name, 1, **fields)
    return Fault(object_name, 1, fault.values, fault.reasons, canaries.QUARANTINED[source(object_name)])


def _faulty_canaries(object_name: str, **reasons: str) -> Fault:
    """Return a fault whose wrong values are canaries themselves."""
    return Fault(object_name, 1, {}, reasons, canaries.FAULTY[source(object_name)])


NO_KEY = (None, Reason.MISSING)
BAD_ID = (WRONG_CHECKSUM, not_a("salesforce_id"))
NO_AT_SIGN = ("no-at-sign", not_a("email"))
NO_TOP_LEVEL = ("a@b", not_a("email"))
CALL_ME = ("call me", not_a("phone"))
TOO_SHORT = ("12", not_a("phone"))
GERMAN_DATE = ("31.12.2025", not_a("date"))
GROUPED_NUMBER = ("1,234.5", not_a("decimal(18,2)"))
NO_INSTANT = ("yesterday noon", not_a("timestamp"))
MAYBE = ("maybe", not_a("boolean"))
GONE = (None, Reason.MISSING)

FIRST_LOAD = (
    _fault("User", 2, Email=NO_AT_SIGN),
    _fault("User", 1, ManagerId=BAD_ID),
    _fault("User", 1, Id=NO_KEY),
    _with_canaries("User", IsActive=MAYBE),
    _faulty_canaries("User", Email=not_a("email")),
    _fault("Account", 6, Phone=CALL_ME),
    _fault("Account", 4, Phone=TOO_SHORT),
    _fault("Account", 3, Name=GONE),
    _fault("Account", 3, NumberOfEmployees=("-5", Reason.OUT_OF_RANGE)),
    _fault("Account", 3, NumberOfEmployees=("12.5", not_a("integer"))),
    _fault("Account", 3, AnnualRevenue=GROUPED_NUMBER),
    _fault("Account", 3, Health_Score__c=("101", Reason.OUT_OF_RANGE)),
    _fault("Account", 3, Id=BAD_ID),
    _with_canaries("Account", IsDeleted=MAYBE),
    _faulty_canaries("Account", Phone=not_a("phone")),
    _fault("Contact", 8, Email=NO_AT_SIGN),
    _fault("Contact", 6, Email=NO_TOP_LEVEL),
    _fault("Contact", 6, Phone=CALL_ME),
    _fault("Contact", 6, MobilePhone=TOO_SHORT),
    _fault("Contact", 4, Birthdate=("31.12.1985", not_a("date"))),
    _fault("Contact", 4, AccountId=BAD_ID),
    _fault("Contact", 2, Id=NO_KEY),
    _with_canaries("Contact", IsDeleted=GONE),
    _faulty_canaries(
        "Contact", Email=not_a("email"), Phone=not_a("phone"), MobilePhone=not_a("phone"),
        Birthdate=not_a("date"),
    ),
    _fault("Lead", 6, Status=("Nurturing", Reason.NOT_ALLOWED)),
    _fault("Lead", 5, Email=NO_AT_SIGN),
    _fault("Lead", 4, Email=NO_TOP_LEVEL),
    _fault("Lead", 4, Phone=CALL_ME),
    _fault("Lead", 2, IsDeleted=GONE),
    _fault("Lead", 2, Id=NO_KEY),
    _with_canaries("Lead", Status=("Nurturing", Reason.NOT_ALLOWED)),
    _faulty_canaries("Lead", Email=not_a("email"), Phone=not_a("phone")),
    _fault("Opportunity", 6, CloseDate=GERMAN_DATE),
    _fault("Opportunity", 6, Amount=GROUPED_NUMBER),
    _fault("Opportunity", 6, Probability=("150", Reason.OUT_OF_RANGE)),
    _fault("Opportunity", 4, StageName=GONE),
    _fault("Opportunity", 4, CurrencyIsoCode=GONE),
    _fault("Opportunity", 3, CurrencyIsoCode=("EURO", not_a("currency"))),
    _fault("Opportunity", 4, AccountId=BAD_ID),
    _fault("Opportunity", 3, Id=NO_KEY),
    _fault("Opportunity", 3, CloseDate=GERMAN_DATE, Probability=("-1", Reason.OUT_OF_RANGE)),
    _fault("OpportunityLineItem", 5, OpportunityId=GONE),
    _fault("OpportunityLineItem", 5, Quantity=("three", not_a("decimal(18,2)"))),
    _fault("OpportunityLineItem", 5, UnitPrice=GROUPED_NUMBER),
    _fault("OpportunityLineItem", 3, SystemModstamp=NO_INSTANT),
    _fault("OpportunityLineItem", 3, Id=BAD_ID),
    _fault("Product2", 1, Name=GONE),
    _fault("Product2", 1, IsActive=MAYBE),
    _fault("Task", 6, ActivityDate=GERMAN_DATE),
    _fault("Task", 5, WhoId=BAD_ID),
    _fault("Task", 3, CreatedDate=NO_INSTANT),
    _fault("Task", 2, Id=NO_KEY),
    _with_canaries("Task", IsClosed=MAYBE),
)  # fmt: skip

# Day 2's versions of records that silver holds already: the good version must outlive these.
CHANGES = (
    _fault("Opportunity", 3, Amount=("12.500,00 €", not_a("decimal(18,2)"))),
    _fault("Lead", 2, Email=NO_AT_SIGN),
)


def bad_rows(fault: Fault, good: Iterator[Record], scale: float) -> Iterator[tuple[Record, QuarantinedRow]]:
    """Yield the fault's rows at that scale, at least one, each made of a good row."""
    for _ in range(max(1, round(fault.rows * scale))):
        row = next(good)
        marked = [name for name, value in fault.values.items() if value == WRONG_CHECKSUM]
        wrong = {name: with_wrong_checksum(row[name] or row["Id"] or "") for name in marked}
        changed = {**row, **fault.personal, **fault.values, **wrong}
        yield changed, QuarantinedRow(changed["Id"], fault.reasons)
