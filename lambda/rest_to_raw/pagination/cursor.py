"""Pagination `cursor`."""

from rest_to_raw.pagination.following import FollowingPager
from rest_to_raw.pagination.page import Page, value_at
from rest_to_raw.pagination.pager import PageRequest
from rest_to_raw.pagination.position import Position
from rest_to_raw.settings.resource import needed


class CursorPager(FollowingPager):
    """The next page's cursor is in the response at `next`, or in the header `next_header`, and is sent as `param`."""

    kind = "cursor"
    needs = {"param"}
    allows = {"next", "next_header", "more", "size_param", "size"}

    def request(self, position: Position) -> PageRequest:
        """Returns the resource's own URL with the cursor as a parameter."""
        cursor = {needed(self.settings.param, "param"): str(position.at)} if position.at is not None else {}
        return PageRequest(None, self.size_params(position) | cursor)

    def next_place(self, page: Page) -> str | None:
        """Returns the cursor, a number as its digits."""
        if self.settings.next_header:
            return page.response.headers.get(self.settings.next_header) or None
        path = needed(self.settings.next, "next")
        cursor = value_at(page, path, str | int, "a text, a whole number or nothing", self.resource)
        return None if cursor in (None, "") else str(cursor)

    def describe_next(self, position: Position) -> str:
        """Returns the header's name, or the path in the response."""
        header = self.settings.next_header
        return f"in the header {header}" if header else f"at '{self.settings.next}'"
