"""Puts right, where the contract asks for it, what some servers send that is not quite JSON (RFC 8259)."""

import re
from collections.abc import Iterable

STRING = rb'"(?:[^"\\]|\\.)*"'
NUMBERS = re.compile(STRING + rb"|-?Infinity|NaN", re.DOTALL)
# An escaped backslash is no beginning of an escape; a pair is one character.
SURROGATES = re.compile(
    rb"\\\\|\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|(\\u[dD][89a-fA-F][0-9a-fA-F]{2})"
)


def mended(body: bytes, wanted: Iterable[str]) -> bytes:
    """The body with lone surrogates as U+FFFD, and NaN and infinities as null, whichever is wanted."""
    if "lone_surrogates" in wanted:
        body = SURROGATES.sub(lambda found: rb"\ufffd" if found[1] else found[0], body)
    if "nonstandard_numbers" in wanted:
        body = NUMBERS.sub(lambda found: found[0] if found[0].startswith(b'"') else b"null", body)
    return body
