"""The bases of pagination where each page names the next one, by a cursor or by a URL."""

from abc import abstractmethod
from urllib.parse import urljoin

from rest_to_raw.pagination.links import with_params, without_param
from rest_to_raw.pagination.page import Page
from rest_to_raw.pagination.pager import Pager, PageRequest, PageStep
from rest_to_raw.pagination.position import Position


class FollowingPager(Pager):
    """Each page names the next one; an empty page does not end the series."""

    is_followed = True

    @abstractmethod
    def next_place(self, page: Page) -> str | None:
        """Returns the next page's cursor or URL, None on the last page. Raises: IngestionError for anything else."""

    def step(self, position: Position, page: Page, keys: list[str]) -> PageStep:
        """Returns the step to the place that the page names."""
        place, more = self.next_place(page), self.more(page)
        if more and place is None:
            raise self.failure(f"says at '{self.settings.more}' that there is more, but not where; compare 'next'")
        if place is None or more is False:
            return self.last(position, page)
        return PageStep(0, position.after(page, len(page.records), at=self.resolve(page, place)))

    def resolve(self, page: Page, place: str) -> str:
        """Returns the place as it is stored in the position."""
        return place


class UrlPager(FollowingPager):
    """Each page names the URL of the next one."""

    def request(self, position: Position) -> PageRequest:
        """Returns the URL; a reduced page size replaces the one in it."""
        sizes = self.size_params(position)
        if position.at is None:
            return PageRequest(None, sizes)
        return PageRequest(with_params(str(position.at), sizes if position.size else {}), {})

    def resolve(self, page: Page, place: str) -> str:
        """Returns the full URL without the API key. Raises: IngestionError when it is no URL."""
        try:
            return urljoin(page.response.url, without_param(place, self.resource.auth.query_param))
        except ValueError:
            raise self.failure("names a next page by something that is no URL; ask the API's owner") from None
