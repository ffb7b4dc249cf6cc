"""Salesforce record ids: 15 case-sensitive characters, or 18 with a checksum of the upper-case letters."""

PREFIXES = {
    "User": "005",
    "Account": "001",
    "Contact": "003",
    "Lead": "00Q",
    "Opportunity": "006",
    "OpportunityLineItem": "00k",
    "Product2": "01t",
    "Task": "00T",
    "Campaign": "701",
}
INSTANCE = "5g00000"
DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
CHECKSUM_ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345"


def salesforce_id(object_name: str, number: int) -> str:
    """Return the 18-character id of an object's record by number, 0 to 62**5 - 1; neighbours differ by case only."""
    digits = ""
    for _ in range(5):
        number, digit = divmod(number, len(DIGITS))
        digits = DIGITS[digit] + digits
    return with_checksum(PREFIXES[object_name] + INSTANCE + digits)


def with_checksum(short: str) -> str:
    """Return 18 characters for 15: each of the last three says which of five characters are upper case."""
    return short + "".join(_checksum_of_five(short[start : start + 5]) for start in (0, 5, 10))


def short(full: str) -> str:
    """Return the 15-character spelling of an id."""
    return full[:15]


def with_wrong_checksum(full: str) -> str:
    """Return the id with another last character, as a hand-typed or lower-cased id has it."""
    return full[:17] + ("A" if full[17] != "A" else "B")


def _checksum_of_five(part: str) -> str:
    return CHECKSUM_ALPHABET[sum(1 << place for place, letter in enumerate(part) if "A" <= letter <= "Z")]
