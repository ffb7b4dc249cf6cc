"""Pagination `link_header`."""

from rest_to_raw.pagination.following import UrlPager
from rest_to_raw.pagination.links import next_link
from rest_to_raw.pagination.page import Page
from rest_to_raw.pagination.position import Position


class LinkHeaderPager(UrlPager):
    """The next page's URL is in the Link header, as rel="next" (RFC 8288)."""

    kind = "link_header"
    allows = {"size_param", "size"}

    def next_place(self, page: Page) -> str | None:
        """Returns the URL as the API writes it."""
        return next_link(page.response)

    def describe_next(self, position: Position) -> str:
        """Returns the header's name."""
        return "in the header Link"
