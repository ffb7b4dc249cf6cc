"""The incremental cursor: the highest value of one field over all records, as the server writes it."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import msgspec
from msgspec import Raw

from rest_to_raw.incremental import cursor_kinds
from rest_to_raw.incremental.cursor_kinds import SORTS, CursorValueError, Rank
from rest_to_raw.outcome import IngestionError
from rest_to_raw.settings.resource import Resource
from rest_to_raw.settings.structs import Since

# A clock may be this much ahead of the server's; what is later still is a mistake in a record.
AHEAD = timedelta(minutes=5)
A_DAY = timedelta(days=1)
VALUE = msgspec.json.Decoder(str | int | float | None)


class Cursor:
    """The order of the values of one resource's `since` field."""

    def __init__(self, resource: Resource, since: Since) -> None:
        self.resource = resource
        self.since = since

    def text(self, value: Raw) -> str | None:
        """Returns the value as text, None where it is null. Raises: IngestionError when it is no text and no number."""
        try:
            decoded = VALUE.decode(value)
        except msgspec.ValidationError:
            raise self._unexpected("something that is no text and no number") from None
        # A number stays as it is written: as a float it would lose digits.
        return bytes(value).decode() if isinstance(decoded, int | float) else decoded

    def highest(self, previous: str | None, values: Sequence[Raw], now: datetime | None = None) -> str | None:
        """Returns the highest of `previous` and the values, of equal ones the first; null and absent are ignored.

        Dates and instants compare as instants (a missing offset means UTC), numbers as numbers, all else as text. A
        time that the server's clock, `now`, has not come to does not count: the next run would pass over all before it.

        Raises:
            IngestionError: a value is no text and no number, or the values are of kinds that cannot be compared.
        """
        texts = [text for text in map(self.text, values) if text is not None]
        candidates = [previous, *self._candidates(dict.fromkeys(texts), now)]
        ranked = [(self.rank(text), text) for text in candidates if text is not None]
        if len({kind for (kind, _), _ in ranked}) > 1:
            raise self._unexpected("values of more than one kind")
        believed = [
            pair for number, pair in enumerate(ranked) if (number == 0 and previous) or self._has_come(pair[0], now)
        ]
        return max(believed, key=lambda pair: pair[0][1])[1] if believed else None

    def is_older(self, text: str | None, bound: Rank) -> bool:
        """Returns whether a value is below the bound; null is not."""
        return text is not None and self.rank(text)[1] < bound[1]

    def rank(self, text: str) -> Rank:
        """Returns the sort key of the value. Raises: IngestionError when it is not of the contract's kind."""
        try:
            return cursor_kinds.rank(text, self.since)
        except CursorValueError:
            raise self._unexpected(f"a value that is no {self.since.kind}") from None

    def _candidates(self, texts: dict[str, None], now: datetime | None) -> list[str]:
        """Returns the highest text only, where texts sort as their instants do, else all of them."""
        if len({len(text) for text in texts}) == 1 and all(map(SORTS.fullmatch, texts)):
            highest = max(texts)
            return [highest] if self._has_come(self.rank(highest), now) else [*texts]
        return [*texts]

    def _has_come(self, ranked: Rank, now: datetime | None) -> bool:
        kind, value = ranked
        if kind != "instant" or now is None:
            return True
        return bool(value <= now + (A_DAY if self.since.kind == "date" else AHEAD))

    def _unexpected(self, what: str) -> IngestionError:
        return IngestionError(
            "contract",
            f"records of {self.resource.name} hold {what} at '{self.since.field}'; choose another field for 'since'",
        )
