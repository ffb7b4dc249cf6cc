"""One page of an API's answer: its records as the server's own bytes, and what the answer says beside them."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import msgspec
from msgspec import Raw

from rest_to_raw.http.exchange import Answer, MalformedResponseError, RetryableError
from rest_to_raw.outcome import IngestionError
from rest_to_raw.pagination.fields import ABSENT, Fields, at
from rest_to_raw.pagination.json_repair import mended
from rest_to_raw.settings.resource import Resource

WHOLE = "$"
RECORDS = msgspec.json.Decoder(list[Raw])
OBJECT = msgspec.json.Decoder(dict[str, Raw])
# json's own constants that JSON does not know; msgspec refuses them, so an answer that holds one is not JSON.
NOT_JSON = "an answer that is not JSON"


@dataclass(frozen=True)
class Page:
    """`records` without line breaks, otherwise byte for byte as sent; `values` the asked fields of each.

    `around` is the answer about them, empty where the answer is the list itself.
    """

    records: Sequence[Any]
    values: Sequence[tuple[Raw, ...]]
    answer: Answer
    around: dict[str, Raw] = field(default_factory=dict)


class Decoder:
    """Reads the pages of one resource; `paths` are the fields that are wanted of each record."""

    def __init__(self, resource: Resource, paths: Sequence[str]) -> None:
        self.resource = resource
        self.fields = Fields(paths)

    def page(self, answer: Answer) -> Page:
        """The page that an answer's body holds.

        Raises:
            RetryableError: the body is not JSON, which another attempt may mend (MalformedResponseError), or a page
                for people.
            IngestionError: it is JSON that the contract does not describe; never is that taken for a page without
                records.
        """
        if "html" in answer.headers.get("Content-Type", ""):
            raise RetryableError("a page for people (text/html)")
        around: dict[str, Raw] = {}
        if self.resource.mend:
            answer = answer._replace(body=mended(answer.body, self.resource.mend))
        listed = self._listed(answer)
        if self.resource.records != WHOLE:
            around, listed = self._inside(listed)
        records, values = self._records(listed)
        return Page(_lines(records, answer.body), values, answer, around)

    def look(self, page: Page, path: str, kind: Any, expected: str) -> Any:
        """What the answer says at the path, as `kind`; None where there is nothing.

        Raises:
            IngestionError: when it is none.
        """
        try:
            return msgspec.json.decode(at(page.around, path) or ABSENT, type=kind | None)
        except msgspec.ValidationError:
            raise self.surprise(path, expected) from None

    def surprise(self, path: str, expected: str) -> IngestionError:
        """The failure of an answer that holds something else than the contract says at the path."""
        return IngestionError(
            "contract",
            f"{self.resource.url_path} answered with something at '{path}' that is not {expected}; compare the "
            f"API's documentation with {self.resource.name} of the contract",
        )

    def _listed(self, answer: Answer) -> Raw:
        """The body, which is text. Raises: IngestionError when its bytes are none."""
        # The parser looks at records without decoding them, so it would let bytes pass that are no UTF-8.
        charset = _charset(answer.headers.get("Content-Type", ""))
        try:
            str(answer.body, charset or "utf-8")
        except (UnicodeDecodeError, LookupError):
            said = f"not {charset}, as it says they are" if charset else "not UTF-8"
            raise IngestionError(
                "contract", f"{self.resource.url_path} answered with bytes that are {said}; ask the API's owner"
            ) from None
        is_utf8 = charset in (None, "utf-8", "utf8", "us-ascii", "ascii")
        return Raw(answer.body if is_utf8 else str(answer.body, charset or "").encode())

    def _inside(self, body: Raw) -> tuple[dict[str, Raw], Raw]:
        path = self.resource.records
        try:
            around = OBJECT.decode(body)
            found = at(around, path)
        except msgspec.ValidationError:
            raise self.surprise(path, "an object") from None
        except (msgspec.DecodeError, RecursionError):
            raise MalformedResponseError(NOT_JSON) from None
        if found is None:
            raise self.surprise(path, "a list of records")
        return around, found

    def _records(self, listed: Raw) -> tuple[list[Raw], list[tuple[Raw, ...]]]:
        try:
            records = RECORDS.decode(listed)
        except msgspec.ValidationError:
            raise self.surprise(self.resource.records, "a list of records") from None
        except (msgspec.DecodeError, RecursionError):
            raise MalformedResponseError(NOT_JSON) from None
        try:
            return records, self.fields.of(listed)
        except msgspec.ValidationError:
            raise self.surprise(self.resource.records, "a list of objects") from None


def _lines(records: list[Raw], body: bytes) -> Sequence[Any]:
    # Outside of strings, where JSON allows none, a line break is layout; in a file of lines it would end the record.
    if b"\n" not in body and b"\r" not in body:
        return records
    return [msgspec.json.format(bytes(record), indent=-1) for record in records]


def _charset(content_type: str) -> str | None:
    """The charset that the header names, in small letters."""
    _, found, name = content_type.lower().partition("charset=")
    return name.split(";")[0].strip(" \"'") or None if found else None
