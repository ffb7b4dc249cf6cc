"""Pagination `page`."""

from rest_to_raw.pagination.page import Page
from rest_to_raw.pagination.pager import Pager, PageRequest, PageStep
from rest_to_raw.pagination.position import Position, fingerprint
from rest_to_raw.settings.resource import needed


class PageNumberPager(Pager):
    """Pages are numbered from `start` on, and end after `stop_after_empty` empty ones or where `more` says so."""

    kind = "page"
    needs = {"param"}
    allows = {"start", "more", "size_param", "size", "stop_after_empty"}
    is_numbered = True

    def request(self, position: Position) -> PageRequest:
        """Returns the resource's own URL with the page's number as a parameter."""
        number = {needed(self.settings.param, "param"): str(self._number(position))}
        return PageRequest(None, self.size_params(position) | number)

    def step(self, position: Position, page: Page, keys: list[str]) -> PageStep:
        """Returns the step to the next number."""
        if page.records and fingerprint(page.response.body) == position.page:
            raise self.failure(f"gives the same page for every '{self.settings.param}'; compare 'param'")
        after = position.after(page, len(page.records))
        is_last = self.more(page) is False or after.empty >= self.settings.stop_after_empty
        return PageStep(0, after.but(at=None if is_last else self._number(position) + 1))

    def reduce(self, position: Position) -> Position:
        """Returns the position with smaller pages; their numbers change with the size."""
        size = self.size(position)
        before = (self._number(position) - self.settings.start) * size
        smaller = self.largest_size(size // 2, before)
        at = self.settings.start + before // smaller if position.at else position.at
        return position.but(size=smaller, at=at)

    def describe_next(self, position: Position) -> str:
        """Returns the parameter with the page's number."""
        return f"{self.settings.param}={position.at}"

    def _number(self, position: Position) -> int:
        return self.settings.start if position.at is None else int(position.at)
