"""One native Spark SQL expression per column type: clean text in, typed value out, null where it is not of the type.

Expressions are SQL text over a column's name: a table's whole select then crosses to the JVM in one call. All of them
hold with ANSI mode on and off. None repeats a costly part outside a branch that is rarely taken: Spark computes what
stands in a condition and again in its branch twice, and `nullif` and BETWEEN repeat their arguments as well.
"""

import zlib
from collections.abc import Callable

from lakehouse.contract.models import DECIMAL

# `\z` and not `$`, which also stands before a line break at the end.
EMAIL = r"^[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]++@(?:[A-Za-z0-9-]++\.)++[A-Za-z]{2,63}\z"
DIALLED = r"^\+?[0-9]{7,15}\z"
DIALLING_MARKS = r"[ ().\-/]|(?i)(x|ext\.?) *\d+\z"
SALESFORCE_ID = r"^[0-9A-Za-z]{15}(?:[A-Z0-5]{3})?\z"
CURRENCY = r"^[A-Za-z]{3}\z"
EPOCH_MILLISECONDS = r"^-?[0-9]{11,14}\z"
# Spark would write such a number out digit by digit, for minutes, or fail the job.
HUGE_EXPONENT = r"[eE][+-]?0*[1-9][0-9]{3}"
CHECKSUM_ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345"
# Each checksum character stands for five flags, the first letter's flag first: which of five letters are upper case.
_FLAGS = {c: "".join(str(n >> bit & 1) for bit in range(5)) for n, c in enumerate(CHECKSUM_ALPHABET)}
_CHARACTERS = "map(" + ", ".join(f"'{flags}', '{character}'" for character, flags in _FLAGS.items()) + ")"
# The spelling that a cast does not know: an offset without a colon.
WITH_PLAIN_OFFSET = "yyyy-MM-dd'T'HH:mm:ss[.SSS]XX"
# The days that Redshift, Snowflake, Parquet readers and Python all understand.
FIRST_DAY, LAST_DAY = "0001-01-01", "9999-12-31"
# A day that starts with another year stays between them, whatever its offset.
OUTER_YEARS = ("0000", "0001", "9999")


def quoted(name: str) -> str:
    """The column as SQL names it."""
    return f"`{name}`"


def clean(name: str) -> str:
    """Trimmed text, perhaps empty; NUL characters, which no warehouse stores, are taken out."""
    return f"trim(replace({quoted(name)}, char(0), ''))"


def present(name: str) -> str:
    """The clean text in column `name`, null when it is empty."""
    return f"nullif({quoted(name)}, '')"


def parse(name: str, column_type: str) -> str:
    """The typed value of the clean text in column `name`; null where the text is null, empty or not of the type."""
    if DECIMAL.fullmatch(column_type):
        return _decimal(quoted(name), column_type)
    return _PARSERS[column_type](quoted(name))


def identity(name: str, column_type: str) -> str:
    """What tells two keys apart as text, cheaper than the parsed value: of an id the first 15 characters."""
    if column_type == "salesforce_id":
        return f"substring({quoted(name)}, 1, 15)"
    return f"cast({parse(name, column_type)} AS string)"


def id_checksum(text: str) -> str:
    """The three characters that make an 18-character id of a 15-character one (Salesforce's rule)."""
    fives = [f"substring({_which_are_upper(text)}, {start}, 5)" for start in (1, 6, 11)]
    return "concat(" + ", ".join(f"element_at({_CHARACTERS}, {five})" for five in fives) + ")"


def _try_cast(text: str, spark_type: str) -> str:
    return f"try_cast({text} as {spark_type})"


def _decimal(text: str, spark_type: str) -> str:
    """Rounded half up to the type's scale; null where it does not fit."""
    has_exponent = f"(contains({text}, 'e') OR contains({text}, 'E'))"
    is_huge = f"{has_exponent} AND {_matches(text, HUGE_EXPONENT)}"
    return f"if({is_huge}, null, {_try_cast(text, spark_type)})"


def _integer(text: str) -> str:
    """Whole numbers, also spelled as the floats of Salesforce's REST API (`3.0`)."""
    exact = _decimal(text, "decimal(38,18)")
    return f"coalesce({_try_cast(text, 'bigint')}, if({exact} = floor({exact}), {_try_cast(exact, 'bigint')}, null))"


def _date(text: str) -> str:
    """A day, or an instant's day as it is written, whatever its offset."""
    is_whole = f"octet_length({text}) = 10 OR {_try_cast(text, 'timestamp')} IS NOT NULL"
    day = _try_cast(f"substring({text}, 1, 10)", "date")
    return f"if({_starts_with_a_day(text)} AND ({is_whole}), {_within_days(text, day, 'date')}, null)"


def _timestamp(text: str) -> str:
    """An instant, in UTC where it names no offset.

    Of a cast, reading the time zone is the dearest part: without its Z the text costs a third, and means the same as
    long as the session's time zone is UTC.
    """
    in_utc = _try_cast(f"replace({text}, 'Z', '')", "timestamp")
    with_offset = f'try_to_timestamp({text}, "{WITH_PLAIN_OFFSET}")'
    named = _within_days(text, f"coalesce({in_utc}, {with_offset})", "timestamp")
    epoch = _bounded(f"timestamp_millis({_try_cast(text, 'bigint')})", "timestamp")
    return f"if({_starts_with_a_day(text)}, {named}, if({_matches(text, EPOCH_MILLISECONDS)}, {epoch}, null))"


def _starts_with_a_day(text: str) -> str:
    """Whether it may start with `yyyy-MM-dd`; Spark also reads parts of days, and times alone as of today."""
    return f"(instr({text}, '-') = 5 AND octet_length({text}) >= 10)"


def _within_days(text: str, value: str, spark_type: str) -> str:
    """The value; null before the first and beyond the last day, which only a text that names an outer year can be."""
    is_outer = " OR ".join(f"startswith({text}, '{year}')" for year in OUTER_YEARS)
    return f"if({is_outer}, {_bounded(value, spark_type)}, {value})"


def _bounded(value: str, spark_type: str) -> str:
    beyond = f"{spark_type}'{LAST_DAY}' + interval 1 day"
    return f"if({value} >= {spark_type}'{FIRST_DAY}' AND {value} < {beyond}, {value}, null)"


def _salesforce_id(text: str) -> str:
    """The 18-character form; null for another shape or a wrong checksum. Ids are case-sensitive."""
    checked = f"if({_case_crc(text)} = {_claimed_crc(text)}, {text}, null)"
    whole = f"if(octet_length({text}) = 18, {checked}, concat({text}, {id_checksum(text)}))"
    return f"if({_matches(text, SALESFORCE_ID)}, {whole}, null)"


def _which_are_upper(text: str) -> str:
    """A flag for each character: `1` where it is an upper-case letter, `0` for other letters and digits."""
    return f"mask({text}, '1', '0', '0')"


def _case_crc(text: str) -> str:
    """A number that tells which letters of an id are upper case, at a third of the cost of looking at each.

    CRC-32 is linear: those of a text and of its lower case differ by one fixed number per upper-case letter, by its
    place and whatever the letter.
    """
    return f"(crc32(cast({text} as binary)) ^ crc32(cast(lower({text}) as binary)))"


def _claimed_crc(text: str) -> str:
    """The same number, from the last three characters alone."""
    claims = (f"element_at({_claims(five)}, substring(cast({text} as binary), {16 + five}, 1))" for five in range(3))
    return f"({' ^ '.join(claims)})"


def _claims(five: int) -> str:
    """By checksum character, as a byte, what it claims of its five letters, and what it adds where it is a letter."""

    def claim(character: str) -> int:
        places = [5 * five + place for place, flag in enumerate(_FLAGS[character]) if flag == "1"]
        return _crc_of_case([*places, *([15 + five] if character.isalpha() else [])])

    return "map(" + ", ".join(f"X'{ord(character):02X}', {claim(character)}L" for character in _FLAGS) + ")"


def _crc_of_case(places: list[int]) -> int:
    """What upper case at these places of 18 adds to the checksum: bit 0x20 of a byte is all that differs."""
    return zlib.crc32(bytes(0x20 if place in places else 0 for place in range(18))) ^ zlib.crc32(bytes(18))


def _email(text: str) -> str:
    return f"if({_matches(text, EMAIL)}, lower({text}), null)"


def _phone(text: str) -> str:
    """The dialled number: an optional plus and 7 to 15 digits (E.164), without marks and extension."""
    dialled = f'regexp_replace({text}, r"{DIALLING_MARKS}", "")'
    return f"if({_matches(text, DIALLED)}, {text}, if({_matches(dialled, DIALLED)}, {dialled}, null))"


def _currency(text: str) -> str:
    return f"if({_matches(text, CURRENCY)}, upper({text}), null)"


def _matches(text: str, pattern: str) -> str:
    return f'rlike({text}, r"{pattern}")'


_PARSERS: dict[str, Callable[[str], str]] = {
    "string": lambda text: f"nullif({text}, '')",
    "boolean": lambda text: _try_cast(text, "boolean"),
    "integer": _integer,
    "date": _date,
    "timestamp": _timestamp,
    "salesforce_id": _salesforce_id,
    "email": _email,
    "phone": _phone,
    "currency": _currency,
}
