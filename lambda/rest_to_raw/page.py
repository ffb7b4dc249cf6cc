"""One page of an API's answer: its records as the server's own bytes, and where the next page is."""

from typing import NamedTuple

import msgspec
from msgspec import Raw

from rest_to_raw.resource import Resource
from rest_to_raw.result import Failure


class Page(NamedTuple):
    """`records` without line breaks, otherwise byte for byte as sent; `next` is the next page's cursor, if any."""

    records: list[bytes]
    next: str | None


def decode(body: bytes, resource: Resource) -> Page:
    """The page that an answer's body holds.

    Raises:
        msgspec.DecodeError: the body is not JSON.
        Failure: it is JSON that the contract does not describe; never is that taken for a page without records.
    """
    try:
        # The parser looks at records without decoding them, so it would let bytes pass that are no UTF-8.
        body.decode()
        answer = msgspec.json.decode(body, type=dict[str, Raw])
    except UnicodeDecodeError:
        raise Failure(
            "contract", f"{resource.url_path} answered with bytes that are not UTF-8; ask the API's owner"
        ) from None
    except msgspec.ValidationError:
        raise _surprise(resource, resource.records, "an object") from None
    return Page([_line(record, resource) for record in _records(answer, resource)], _next(answer, resource))


def _records(answer: dict[str, Raw], resource: Resource) -> list[Raw]:
    found = _at(answer, resource.records, resource)
    try:
        return msgspec.json.decode(found or b"null", type=list[Raw])
    except msgspec.ValidationError:
        raise _surprise(resource, resource.records, "a list of records") from None


def _line(record: Raw, resource: Resource) -> bytes:
    line = bytes(record)
    if not line.startswith(b"{"):
        raise _surprise(resource, resource.records, "a list of objects")
    # Outside of strings, where JSON allows none, a line break is layout; in a file of lines it would end the record.
    return msgspec.json.format(line, indent=-1) if b"\n" in line or b"\r" in line else line


def _next(answer: dict[str, Raw], resource: Resource) -> str | None:
    path = resource.pagination.next
    if resource.pagination.kind == "none" or path is None:
        return None
    found = _at(answer, path, resource)
    try:
        cursor = msgspec.json.decode(found or b"null", type=str | int | None)
    except msgspec.ValidationError:
        raise _surprise(resource, path, "a text, a whole number or nothing") from None
    return None if cursor in (None, "") else str(cursor)


def _at(answer: dict[str, Raw], path: str, resource: Resource) -> Raw | None:
    """The value at a dotted path, or None where a step of it is absent or null."""
    first, *rest = path.split(".")
    found = answer.get(first)
    for step in rest:
        try:
            level = msgspec.json.decode(found or b"null", type=dict[str, Raw] | None)
        except msgspec.ValidationError:
            raise _surprise(resource, path, "below an object") from None
        found = level.get(step) if level else None
    return found


def _surprise(resource: Resource, path: str, expected: str) -> Failure:
    return Failure(
        "contract",
        f"{resource.url_path} answered with something at '{path}' that is not {expected}; compare the "
        f"API's documentation with rest.{resource.api}.resources.{resource.resource} of the contract",
    )
