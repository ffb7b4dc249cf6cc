"""One page of an API's response: its records as the server's own bytes, and the rest of the response."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import msgspec
from msgspec import Raw

from rest_to_raw.http.exchange import MalformedResponseError, Response, RetryableError
from rest_to_raw.json_fields import ABSENT, Fields, at
from rest_to_raw.outcome import IngestionError
from rest_to_raw.pagination.json_repair import repair_json
from rest_to_raw.settings.resource import Resource

WHOLE = "$"
RECORDS = msgspec.json.Decoder(list[Raw])
OBJECT = msgspec.json.Decoder(dict[str, Raw])
UTF_8 = ("utf-8", "utf8", "us-ascii", "ascii")
# json's own constants that JSON does not know; msgspec refuses them, so an answer that holds one is not JSON.
NOT_JSON = "an answer that is not JSON"


@dataclass(frozen=True)
class Page:
    """A page: `records` without line breaks, otherwise byte for byte as sent; `values` are the wanted fields of each.

    `around` is the response that encloses them, empty where the response is the list itself.
    """

    records: Sequence[Any]
    values: Sequence[tuple[Raw, ...]]
    response: Response
    around: dict[str, Raw] = field(default_factory=dict)


class Decoder:
    """Decodes the pages of one resource; `paths` are the wanted fields of each record."""

    def __init__(self, resource: Resource, paths: Sequence[str]) -> None:
        self.resource = resource
        self.fields = Fields(paths)

    def page(self, response: Response) -> Page:
        """Returns the page that a response's body holds.

        Raises:
            RetryableError: the body is not JSON, which another attempt may mend (MalformedResponseError), or a page
                for people.
            IngestionError: it is JSON that the contract does not describe; never is that taken for a page without
                records.
        """
        if "html" in response.headers.get("Content-Type", ""):
            raise RetryableError("a page for people (text/html)")
        around: dict[str, Raw] = {}
        if self.resource.mend:
            response = response._replace(body=repair_json(response.body, self.resource.mend))
        listed = self._as_utf8(response)
        if self.resource.records != WHOLE:
            around, listed = self._inside(listed)
        records, values = self._records(listed)
        return Page(_lines(records, response.body), values, response, around)

    def _as_utf8(self, response: Response) -> Raw:
        """Returns the body as UTF-8. Raises: IngestionError when its bytes are not text of its charset."""
        # The parser looks at records without decoding them, so it would let bytes pass that are no UTF-8.
        charset = _charset(response.headers.get("Content-Type", "")) or "utf-8"
        try:
            text = str(response.body, charset)
        except (UnicodeDecodeError, LookupError):
            named = _charset(response.headers.get("Content-Type", ""))
            fault = f"not {named}, as it says they are" if named else "not UTF-8"
            raise IngestionError(
                "contract", f"{self.resource.url_path} answered with bytes that are {fault}; ask the API's owner"
            ) from None
        return Raw(response.body if charset in UTF_8 else text.encode())

    def _inside(self, body: Raw) -> tuple[dict[str, Raw], Raw]:
        path = self.resource.records
        try:
            around = OBJECT.decode(body)
            records = at(around, path)
        except msgspec.ValidationError:
            raise unexpected(path, "an object", self.resource) from None
        except (msgspec.DecodeError, RecursionError):
            raise MalformedResponseError(NOT_JSON) from None
        if records is None:
            raise unexpected(path, "a list of records", self.resource)
        return around, records

    def _records(self, listed: Raw) -> tuple[list[Raw], list[tuple[Raw, ...]]]:
        path = self.resource.records
        try:
            records = RECORDS.decode(listed)
        except msgspec.ValidationError:
            raise unexpected(path, "a list of records", self.resource) from None
        except (msgspec.DecodeError, RecursionError):
            raise MalformedResponseError(NOT_JSON) from None
        try:
            return records, self.fields.of(listed)
        except msgspec.ValidationError:
            raise unexpected(path, "a list of objects", self.resource) from None


def value_at(page: Page, path: str, kind: Any, expected: str, resource: Resource) -> Any:
    """Returns the response's value at the path, as `kind`; None where there is none.

    Raises:
        IngestionError: it is something else than that kind, which `expected` calls by words.
    """
    try:
        return msgspec.json.decode(at(page.around, path) or ABSENT, type=kind | None)
    except msgspec.ValidationError:
        raise unexpected(path, expected, resource) from None


def unexpected(path: str, expected: str, resource: Resource) -> IngestionError:
    """Returns the error for a response whose value at the path is not what the contract says."""
    return IngestionError(
        "contract",
        f"{resource.url_path} answered with something at '{path}' that is not {expected}; compare the "
        f"API's documentation with {resource.name} of the contract",
    )


def _lines(records: list[Raw], body: bytes) -> Sequence[Any]:
    # Outside of strings, where JSON allows none, a line break is layout; in a file of lines it would end the record.
    if b"\n" not in body and b"\r" not in body:
        return records
    return [msgspec.json.format(bytes(record), indent=-1) for record in records]


def _charset(content_type: str) -> str | None:
    """Returns the charset that the header names, in lower case."""
    _, is_named, name = content_type.lower().partition("charset=")
    return name.split(";")[0].strip(" \"'") or None if is_named else None
