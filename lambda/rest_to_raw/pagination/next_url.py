"""Pagination `next_url`."""

from rest_to_raw.pagination.following import UrlPager
from rest_to_raw.pagination.page import Page, value_at
from rest_to_raw.pagination.position import Position
from rest_to_raw.settings.resource import needed


class NextUrlPager(UrlPager):
    """The next page's URL is in the response at `next`."""

    kind = "next_url"
    needs = {"next"}
    allows = {"size_param", "size"}

    def next_place(self, page: Page) -> str | None:
        """Returns the URL as the API writes it."""
        return value_at(page, needed(self.settings.next, "next"), str, "a text or nothing", self.resource) or None

    def describe_next(self, position: Position) -> str:
        """Returns the path in the response."""
        return f"at '{self.settings.next}'"
