"""What the kinds of pagination share: one class each, in a module of its own beside this one.

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
    """What is asked for: a URL, the resource's own where it is None, and parameters beside the resource's."""

    url: str | None
    params: Mapping[str, str]


class PageStep(NamedTuple):
    """What a page has brought: how many of its first records were there before, and where the series is then.

    `known_rows` is None where the page is of no use and the next one must begin further back.
    """

    known_rows: int | None
    position: Position


class Pager(ABC):
    """How one page of a resource leads to the next: pure functions of a position and a page.

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
        """Returns how the page at the position is asked for."""

    @abstractmethod
    def step(self, position: Position, page: Page, keys: list[str]) -> PageStep:
        """Returns where the series is after the page; `keys` are the fingerprints of its records' keys.

        Raises:
            IngestionError: the page is none that can follow.
        """

    @abstractmethod
    def describe_next(self, position: Position) -> str:
        """Returns where the next page is found, in words and without a value of the API's."""

    def advance(self, position: Position, page: Page, keys: list[str]) -> PageStep:
        """Returns where the series goes on after the page, as `step` has it, with the total that the page tells.

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
        """Returns the largest size up to the limit of which the rows before are whole pages. Raises: IngestionError."""
        size = next((size for size in range(limit, 0, -1) if rows_before % size == 0), 0)
        if not size:
            raise self.failure("asks for smaller pages, but this one has a single row; ask the API's owner")
        return size

    def size(self, position: Position) -> int:
        """Returns the rows that a page is asked for; 1 where the contract says nothing of it."""
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
        """Returns the step after the last page, all of whose records are new."""
        return PageStep(0, position.after(page, len(page.records), at=None))

    def failure(self, what: str) -> IngestionError:
        """Returns the error that names the resource."""
        return IngestionError("contract", f"{self.resource.url_path} {what} (in {self.resource.name})")
