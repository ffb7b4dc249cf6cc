"""Pagination `none`."""

import msgspec
from msgspec import Raw

from rest_to_raw.pagination.links import next_link
from rest_to_raw.pagination.page import Page
from rest_to_raw.pagination.pager import Pager, PageRequest, PageStep
from rest_to_raw.pagination.position import Position

# Where the API's usual words for a next page stand in an answer; of a resource that has one page they must be empty.
HINTS = ("next", "next_page", "nextPage", "next_cursor", "nextCursor", "next_url", "nextLink", "@odata.nextLink")
HINTS_BELOW = ("", "meta", "pagination", "paging", "links", "_links", "page")
MORE = ("has_more", "hasMore", "has_next", "hasNext")
USUAL_SIZES = frozenset({10, 20, 25, 30, 50, 100, 200, 250, 500, 1000, 2000, 5000, 10_000})
EMPTY = (b"null", b'""', b"false", b"[]", b"{}")


class SinglePager(Pager):
    """One response has all records.

    A response that looks like the first of several pages fails the run, unless `whole: true` says that it never is.
    """

    kind = "none"
    allows = {"whole"}

    def request(self, position: Position) -> PageRequest:
        """Returns the resource's own URL."""
        return PageRequest(None, {})

    def step(self, position: Position, page: Page, keys: list[str]) -> PageStep:
        """Returns the step that ends the series. Raises: IngestionError when there may be another page."""
        if not self.settings.whole and (hint := _hint_of_another(page)):
            raise self.failure(
                f"looks like the first of several pages ({hint}); describe its 'pagination', or say "
                "'pagination: {kind: none, whole: true}' where one answer always holds all records"
            )
        return self.last(position, page)

    def describe_next(self, position: Position) -> str:
        """Returns the words for no next page."""
        return "none, this is the last"


def _hint_of_another(page: Page) -> str | None:
    """Returns the part of the response that shows that there is another page, None where there is none."""
    if next_link(page.response):
        return "a Link header with rel=next"
    for place in HINTS_BELOW:
        level = page.around if not place else _object(page.around.get(place))
        hint = next((name for name in HINTS if bytes(level.get(name) or b"null") not in EMPTY), None)
        hint = hint or next((name for name in MORE if bytes(level.get(name) or b"null") == b"true"), None)
        if hint:
            return f"a value at '{'.'.join(filter(None, (place, hint)))}'"
    return f"{len(page.records)} records, a usual page size" if len(page.records) in USUAL_SIZES else None


def _object(value: Raw | None) -> dict[str, Raw]:
    try:
        return msgspec.json.decode(value or b"{}", type=dict[str, Raw])
    except msgspec.ValidationError:
        return {}
