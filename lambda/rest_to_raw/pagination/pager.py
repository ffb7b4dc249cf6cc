"""The base of the pagination kinds, each of which is one class in a module of its own in this package.

A class states as literals all that the contract's compiler must know of it, since that reads them without an import:
`kind` (the word in the contract), `needs` and `allows` (keys of `pagination`), and the two flags of `Pager`.
"""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from typing import ClassVar, NamedTuple

from rest_to_raw.outcome import IngestionError
from rest_to_raw.pagination.page import Page, value_at
from rest_to_raw.pagination.position import Position
from rest_to_raw.settings.resource import Resource


class PageRequest(NamedTuple):
    """The request of a page: a URL (None for the resource's own), and parameters in addition to the resource's."""

    url: str | None
    params: Mapping[str, str]


class PageStep(NamedTuple):
    """The result of a page: how many of its first records are known already, and the position after it.

    `known_rows` is None where the page is of no use and the next one must begin further back.
    """

    known_rows: int | None
    position: Position


class Pager(ABC):
    """The way from one page of a resource to the next: pure functions of a position and a page.

    `is_numbered` says that pages are counted, so that rows which change move to other pages. `needs_record_key` says
    that the rows are known again by the resource's `key`. `is_followed` says that each page names the next one, which
    can lead in a circle.
    """

    kind: ClassVar[str]
    needs: ClassVar[AbstractSet[str]] = frozenset()
    allows: ClassVar[AbstractSet[str]] = frozenset()
    is_numbered: ClassVar[bool] = False
    needs_record_key: ClassVar[bool] = False
    is_followed: ClassVar[bool] = False

    def __init__(self, resource: Resource) -> None:
        self.resource = resource
        self.settings = resource.pagination

    @abstractmethod
    def request(self, position: Position) -> PageRequest:
        """Returns the request of the page at the position."""

    @abstractmethod
    def step(self, position: Position, page: Page, keys: list[str]) -> PageStep:
        """Returns the step after the page; `keys` are the fingerprints of its records' keys.

        Raises:
            IngestionError: the page is none that can follow.
        """

    @abstractmethod
    def describe_next(self, position: Position) -> str:
        """Returns in words where the next page is found, without a value from the API."""

    def advance(self, position: Position, page: Page, keys: list[str]) -> PageStep:
        """Returns the step after the page, as `step` does, with the total that the page reports.

        Raises:
            IngestionError: the page is none that can follow, or the series has too many.
        """
        path = self.resource.expect.total
        total = value_at(page, path, int, "a whole number", self.resource) if path else None
        step = self.step(position if total is None else position.but(total=total), page, keys)
        if not step.position.is_end and step.position.pages >= self.settings.max_pages:
            raise self.failure(f"has more than {self.settings.max_pages} pages; raise pagination's 'max_pages'")
        return step

    def reduce(self, position: Position) -> Position:
        """Returns the position with half the page size. Raises: IngestionError when a page can't be smaller."""
        return position.but(size=self.largest_size(self.size(position) // 2, 0))

    def largest_size(self, limit: int, rows_before: int) -> int:
        """Returns the largest size, up to the limit, that divides `rows_before`. Raises: IngestionError."""
        size = next((size for size in range(limit, 0, -1) if rows_before % size == 0), 0)
        if not size:
            raise self.failure("asks for smaller pages, but this one has a single row; ask the API's owner")
        return size

    def size(self, position: Position) -> int:
        """Returns the number of rows to ask for; 1 where the contract has no size."""
        return position.size or self.settings.size or 1

    def size_params(self, position: Position) -> dict[str, str]:
        """Returns the parameter that carries the page's size, if there is one."""
        size = position.size or self.settings.size
        return {self.settings.size_param: str(size)} if self.settings.size_param else {}

    def more(self, page: Page) -> bool | None:
        """Returns whether the page says that there is more; None where it is not asked. Raises: IngestionError."""
        path = self.settings.more
        more: bool | None = value_at(page, path, bool, "true or false", self.resource) if path else None
        return more

    def last(self, position: Position, page: Page) -> PageStep:
        """Returns the step that ends the series; all of the page's records are new."""
        return PageStep(0, position.after(page, len(page.records), at=None))

    def failure(self, what: str) -> IngestionError:
        """Returns the error that names the resource."""
        return IngestionError("contract", f"{self.resource.url_path} {what} (in {self.resource.name})")
