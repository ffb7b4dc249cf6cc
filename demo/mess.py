"""The mess of real orgs, planted by row number, so that a small sample has every kind of it too.

Each rule takes the regular rows of one object, changes some of them in place and writes down which.
"""

from collections.abc import Iterator
from datetime import timedelta

from demo import canaries, clock
from demo.deals import in_stage
from demo.draw import MISSING_MANAGER, NO_DEALS, ONLY_WINS
from demo.planted import Ledger, Mess
from demo.records import INSTANTS, REFERENCES, Record, source
from demo.salesforce_ids import salesforce_id, short

NOWHERE = 9_000_000
DATA_LOAD_SECONDS = ("2026-01-05T03:00:00.000Z", "2026-01-05T03:00:01.000Z", "2026-01-06T22:15:40.000Z")
# The first merges make a chain: 10 into 11, which went into 12.
FIRST_MERGES = ((10, 11), (11, 12), (13, 14))
TEXTS = (
    (Mess.QUOTED_NEWLINE, "First line\nsecond line,\r\nthird line"),
    (Mess.QUOTES, 'Said "yes, ""maybe""" \\ then left, \'as usual\''),
    (Mess.EMOJI, "Rocket 🚀 & family 👨‍👩‍👧 𝔊mbH"),
    (Mess.NON_LATIN, "東京商事 Ελλάς ООО Ромашка شركة"),
    (Mess.NULL_WORD, "NA"),
    (Mess.NULL_WORD, "null"),
    (Mess.NULL_WORD, "N/A"),
    (Mess.NUL_CHARACTER, "before\0after"),
)
TEXT_FIELDS = {
    "Account": ("Name",),
    "Contact": ("Title",),
    "Lead": ("Company", "Description"),
    "Opportunity": ("Name", "Description"),
    "OpportunityLineItem": ("Description",),
    "Product2": ("Name", "Description"),
    "Task": ("Description",),
    "Campaign": ("Name",),
}
# 18 digits, in yen so that they stay a plausible deal.
EXACT_NUMBERS = {
    "Opportunity": ("Amount", "123456789012.345678"),
    "Account": ("AnnualRevenue", "987654321098.765433"),
    "OpportunityLineItem": ("UnitPrice", "100000000000.000001"),
}
ORPHANS = {
    "Contact": ("AccountId", "Account"),
    "Opportunity": ("AccountId", "Account"),
    "OpportunityLineItem": ("OpportunityId", "Opportunity"),
    "Task": ("WhatId", "Account"),
}


def make_a_mess(name: str, rows: list[Record], ledger: Ledger) -> None:
    """Apply every rule to an object's regular rows; those that shorten ids come last."""
    for rule in (
        _parts_to_play, _merges, _soft_deletes, _orphans, _texts, _numbers, _close_dates, _ties, _equal_creation,
        _canaries, _offsets, _short_spellings,
    ):  # fmt: skip
        rule(name, rows, ledger)


def merges(accounts: int) -> Iterator[tuple[int, int]]:
    """Yield the numbers of the accounts that were merged, each with the number of the one it was merged into."""
    yield from FIRST_MERGES
    yield from ((number, number + 1) for number in range(40, accounts - 1, 60))


def _parts_to_play(name: str, rows: list[Record], ledger: Ledger) -> None:
    """Plant users without manager, without deals and with wins only, and the deals of the last."""
    if name == "User":
        rows[MISSING_MANAGER]["ManagerId"] = salesforce_id("User", NOWHERE)
        ledger.note(Mess.MISSING_MANAGER, source(name), rows[MISSING_MANAGER]["Id"])
        ledger.note(Mess.USER_WITHOUT_DEALS, source(name), rows[NO_DEALS]["Id"])
        ledger.note(Mess.ONLY_WINS, source(name), rows[ONLY_WINS]["Id"])
    if name == "Opportunity":
        won = in_stage("Closed Won") | {"OwnerId": salesforce_id("User", ONLY_WINS), "CloseDate": "2025-11-28"}
        for row in rows[18::200]:
            row |= won


def _merges(name: str, rows: list[Record], ledger: Ledger) -> None:
    """Plant merged accounts: they are in the recycle bin, and not all that belongs to them is moved."""
    if name == "Account":
        pairs = list(merges(len(rows)))
        for loser, winner in pairs:
            rows[loser] |= {"IsDeleted": "true", "MasterRecordId": rows[winner]["Id"]}
            is_chain = any(winner == later for later, _ in pairs)
            ledger.note(Mess.MERGED_TWICE if is_chain else Mess.MERGED, source(name), rows[loser]["Id"])
    if name in ("Contact", "Opportunity"):
        for row, (loser, _) in zip(rows[10:13], FIRST_MERGES, strict=True):
            row["AccountId"] = salesforce_id("Account", loser)
            ledger.note(Mess.OF_MERGED_ACCOUNT, source(name), row["Id"])


def _soft_deletes(name: str, rows: list[Record], ledger: Ledger) -> None:
    for row in rows[9::40]:
        if "IsDeleted" in row:
            row["IsDeleted"] = "true"
            ledger.note(Mess.SOFT_DELETED, source(name), row["Id"])


def _orphans(name: str, rows: list[Record], ledger: Ledger) -> None:
    """Plant records without an existing parent, none of the line items 4n and 4n + 1 that `_equal_creation` pairs."""
    if name in ORPHANS:
        field, target = ORPHANS[name]
        for number in range(14, len(rows), 80):
            rows[number][field] = salesforce_id(target, NOWHERE + number)
            ledger.note(Mess.ORPHAN, source(name), rows[number]["Id"])


def _texts(name: str, rows: list[Record], ledger: Ledger) -> None:
    for number, row in enumerate(rows):
        if name in TEXT_FIELDS and 2 <= number % 100 < 2 + len(TEXTS):
            kind, text = TEXTS[number % 100 - 2]
            row |= dict.fromkeys(TEXT_FIELDS[name], text)
            ledger.note(kind, source(name), row["Id"])


def _numbers(name: str, rows: list[Record], ledger: Ledger) -> None:
    if name in EXACT_NUMBERS:
        field, digits = EXACT_NUMBERS[name]
        for row in rows[15::500]:
            row |= {field: digits, "CurrencyIsoCode": "JPY"}
            ledger.note(Mess.EXACT_DECIMAL, source(name), row["Id"])
    if name == "Opportunity":
        for number, row in enumerate(rows[16::200]):
            row |= {"Amount": "950000000.0", "CurrencyIsoCode": "JPY", "Discount__c": ("0", "100")[number % 2]}
            ledger.note(Mess.FLOAT_SPELLING, source(name), row["Id"])
            ledger.note(Mess.PERCENT, source(name), row["Id"])
        for row, currency in zip(rows[19:23], ("EUR", "USD", "GBP", "JPY"), strict=True):
            row["CurrencyIsoCode"] = currency
    for row in rows:
        if row.get("CurrencyIsoCode") not in (None, "EUR"):
            ledger.note(Mess.CURRENCY, source(name), row["Id"])


def _close_dates(name: str, rows: list[Record], ledger: Ledger) -> None:
    if name == "Opportunity":
        rows[17] |= in_stage("Proposal") | {"CloseDate": "2031-06-30"}
        for row in rows:
            if (row["CloseDate"] or "") > clock.iso_date(clock.DAYS[2]):
                ledger.note(Mess.FUTURE_CLOSE_DATE, source(name), row["Id"])


def _ties(name: str, rows: list[Record], ledger: Ledger) -> None:
    """Give many records the same SystemModstamp, as a data load does."""
    for number in range(2, len(rows), 5):
        rows[number]["SystemModstamp"] = DATA_LOAD_SECONDS[number % len(DATA_LOAD_SECONDS)]
        ledger.note(Mess.TIED_STAMP, source(name), rows[number]["Id"])


def _equal_creation(name: str, rows: list[Record], ledger: Ledger) -> None:
    if name == "OpportunityLineItem":
        for first, second in zip(rows[20::4], rows[21::4], strict=False):
            for field in ("OpportunityId", "CreatedDate"):
                second[field] = first[field]
            ledger.note(Mess.EQUAL_CREATED_DATE, source(name), second["Id"])


def _canaries(name: str, rows: list[Record], ledger: Ledger) -> None:
    rows[0] |= canaries.VALID.get(source(name), {})


def _offsets(name: str, rows: list[Record], ledger: Ledger) -> None:
    for row in rows[1::3]:
        row |= {field: clock.with_offset(row[field] or "") for field in INSTANTS}
        ledger.note(Mess.OFFSET_INSTANT, source(name), row["Id"])


def _short_spellings(name: str, rows: list[Record], ledger: Ledger) -> None:
    """Shorten ids to 15 characters, as those copied from reports are; each record's id keeps one spelling."""
    for row in rows[4::9]:
        given = {field: row[field] for field in REFERENCES if row.get(field)}
        row |= {field: short(value or "") for field, value in given.items()}
        if given:
            ledger.note(Mess.SHORT_REFERENCE, source(name), row["Id"])
    for row in rows[5::12]:
        ledger.note(Mess.SHORT_ID, source(name), row["Id"])
        row["Id"] = short(row["Id"] or "")


def older(row: Record, by: timedelta = timedelta(hours=36)) -> Record:
    """Return the version of a row from before its last change."""
    stamps = {field: clock.earlier(row[field] or "", by) for field in ("LastModifiedDate", "SystemModstamp")}
    return row | stamps
