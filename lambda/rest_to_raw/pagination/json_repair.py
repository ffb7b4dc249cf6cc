"""Repairs, where the contract asks for it, of bodies that are not quite JSON (RFC 8259)."""

import re
from collections.abc import Callable, Iterable

from rest_to_raw.settings.structs import Mend

STRING = rb'"(?:[^"\\]|\\.)*"'
NUMBERS = re.compile(STRING + rb"|-?Infinity|NaN", re.DOTALL)
# An escaped backslash is no beginning of an escape; a pair is one character.
SURROGATES = re.compile(
    rb"\\\\|\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|(\\u[dD][89a-fA-F][0-9a-fA-F]{2})"
)


def repair_json(body: bytes, repairs: Iterable[Mend]) -> bytes:
    """Returns the body after these repairs."""
    for word in repairs:
        body = REPAIRS[word](body)
    return body


def _replace_lone_surrogates(body: bytes) -> bytes:
    """Returns the body with each half of a surrogate pair as U+FFFD."""
    return SURROGATES.sub(lambda match: rb"\ufffd" if match[1] else match[0], body)


def _replace_nonstandard_numbers(body: bytes) -> bytes:
    """Returns the body with NaN and infinities as null."""
    return NUMBERS.sub(lambda match: match[0] if match[0].startswith(b'"') else b"null", body)


REPAIRS: dict[Mend, Callable[[bytes], bytes]] = {
    "lone_surrogates": _replace_lone_surrogates,
    "nonstandard_numbers": _replace_nonstandard_numbers,
}
