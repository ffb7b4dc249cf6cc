"""SQL of Salesforce ids: the 18-character form, and the checksum that its last three characters are.

Each checksum character stands for five letters of the id: which of them are upper case.
"""

import zlib

from lakehouse.contract.sql import matches

# `\z` and not `$`, which also matches before a line break at the end.
SALESFORCE_ID = r"^[0-9A-Za-z]{15}(?:[A-Z0-5]{3})?\z"
CHECKSUM_ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345"
# By checksum character five flags, the first letter's flag first: `1` where the letter is upper case.
_FLAGS = {c: "".join(str(n >> bit & 1) for bit in range(5)) for n, c in enumerate(CHECKSUM_ALPHABET)}
_CHARACTERS = "map(" + ", ".join(f"'{flags}', '{character}'" for character, flags in _FLAGS.items()) + ")"


def parse_salesforce_id(text: str) -> str:
    r"""Returns the 18-character form; null for another shape or a wrong checksum. Ids are case-sensitive.

    >>> print(parse_salesforce_id("`id`"))
    if(rlike(`id`, r"^[0-9A-Za-z]{15}(?:[A-Z0-5]{3})?\z"),
    if(octet_length(`id`) = 18, if((crc32(...)) = (element_at(...)), `id`, null), concat(`id`, concat(...))), null)
    """
    checked = f"if({_case_crc(text)} = {_claimed_crc(text)}, {text}, null)"
    in_full = f"if(octet_length({text}) = 18, {checked}, concat({text}, {id_checksum(text)}))"
    return f"if({matches(text, SALESFORCE_ID)}, {in_full}, null)"


def identify_salesforce_id(text: str) -> str:
    """Returns the first 15 characters, which tell two ids apart.

    >>> identify_salesforce_id("`id`")
    'substring(`id`, 1, 15)'
    """
    return f"substring({text}, 1, 15)"


def id_checksum(text: str) -> str:
    """Returns the three characters that make an 18-character id of a 15-character one (Salesforce's rule).

    >>> print(id_checksum("`id`"))
    concat(element_at(map('00000', 'A', '10000', 'B', ...), substring(mask(`id`, '1', '0', '0'), 1, 5)),
    element_at(map(...), substring(mask(`id`, '1', '0', '0'), 6, 5)),
    element_at(map(...), substring(mask(`id`, '1', '0', '0'), 11, 5)))
    """
    fives = [f"substring({_which_are_upper(text)}, {start}, 5)" for start in (1, 6, 11)]
    return "concat(" + ", ".join(f"element_at({_CHARACTERS}, {five})" for five in fives) + ")"


def _which_are_upper(text: str) -> str:
    """Returns a flag for each character: `1` where it is an upper-case letter, `0` for other letters and digits.

    >>> _which_are_upper("`id`")
    "mask(`id`, '1', '0', '0')"
    """
    return f"mask({text}, '1', '0', '0')"


def _case_crc(text: str) -> str:
    """Returns a number that tells which letters of an id are upper case, at a third of the cost of reading each letter.

    CRC-32 is linear: those of a text and of its lower case differ by one fixed number per upper-case letter, by its
    place and whatever the letter.

    >>> _case_crc("`id`")
    '(crc32(cast(`id` as binary)) ^ crc32(cast(lower(`id`) as binary)))'
    """
    return f"(crc32(cast({text} as binary)) ^ crc32(cast(lower({text}) as binary)))"


def _claimed_crc(text: str) -> str:
    """Returns the number that `_case_crc` has to give, computed from the last three characters alone.

    >>> print(_claimed_crc("`id`"))
    (element_at(map(X'41', 944588512L, ...), substring(cast(`id` as binary), 16, 1))
    ^ element_at(map(...), substring(cast(`id` as binary), 17, 1))
    ^ element_at(map(...), substring(cast(`id` as binary), 18, 1)))
    """
    claims = (f"element_at({_claims(five)}, substring(cast({text} as binary), {16 + five}, 1))" for five in range(3))
    return f"({' ^ '.join(claims)})"


def _claims(five: int) -> str:
    """Returns an SQL map: by checksum character, as a byte, the part of `_case_crc` that it stands for.

    That is its five letters' part and, where it is a letter itself, its own.

    >>> print(_claims(0))
    map(X'41', 944588512L, X'42', 1695284944L, ...)
    """

    def claim(character: str) -> int:
        places = [5 * five + place for place, flag in enumerate(_FLAGS[character]) if flag == "1"]
        return _crc_of_case([*places, *([15 + five] if character.isalpha() else [])])

    return "map(" + ", ".join(f"X'{ord(character):02X}', {claim(character)}L" for character in _FLAGS) + ")"


def _crc_of_case(places: list[int]) -> int:
    """Returns what upper case at these places of 18 adds to the checksum: bit 0x20 of a byte is all that differs."""
    return zlib.crc32(bytes(0x20 if place in places else 0 for place in range(18))) ^ zlib.crc32(bytes(18))
