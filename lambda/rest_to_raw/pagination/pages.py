"""How one page of a series leads to the next, for each kind of pagination: pure functions of a position and a page."""

import hashlib
from collections.abc import Mapping
from typing import Any, NamedTuple, Self
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit, urlunsplit

import msgspec
from msgspec import Raw
from requests.utils import parse_header_links

from rest_to_raw.outcome import IngestionError
from rest_to_raw.pagination.page import Decoder, Page
from rest_to_raw.settings.resource import Resource

# Where the API's usual words for a next page stand in an answer; of a resource that has one page they must be empty.
HINTS = ("next", "next_page", "nextPage", "next_cursor", "nextCursor", "next_url", "nextLink", "@odata.nextLink")
HINTS_BELOW = ("", "meta", "pagination", "paging", "links", "_links", "page")
MORE = ("has_more", "hasMore", "has_next", "hasNext")
USUAL_SIZES = frozenset({10, 20, 25, 30, 50, 100, 200, 250, 500, 1000, 2000, 5000, 10_000})
EMPTY = (b"null", b'""', b"false", b"[]", b"{}")


class Position(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """Where a series of pages is; the default is before its first page.

    `at` is the cursor, the URL, the page's number or the rows before it; None before the first page and after the last.
    `size` is a reduced page size. `rows` and `pages` count what was read, `empty` the pages without records that came
    last, in a row. `total` is what the API told last. `anchors` are the fingerprints of the last rows' keys, `back` how
    far before `at` they are looked for; `page` is the fingerprint of the last page.
    """

    at: str | int | None = None
    size: int | None = None
    rows: int = 0
    pages: int = 0
    empty: int = 0
    total: int | None = None
    anchors: tuple[str, ...] = ()
    back: int = 0
    page: str | None = None

    @property
    def is_end(self) -> bool:
        """Whether the last page is read."""
        return self.at is None and self.pages > 0

    def after(self, page: Page, rows: int, **changed: Any) -> Self:
        """This position with one more page behind it, of which so many rows are new."""
        counted = {"rows": self.rows + rows, "pages": self.pages + 1, "empty": 0 if page.records else self.empty + 1}
        return msgspec.structs.replace(self, **counted | {"page": fingerprint(page.answer.body)} | changed)


class Ask(NamedTuple):
    """What is asked for: a URL, the resource's own where it is None, and parameters beside the resource's."""

    url: str | None
    params: Mapping[str, str]


class Step(NamedTuple):
    """What a page has brought: how many of its first records were there before, and where the series is then.

    `old` is None where the page is of no use and the next one must begin further back.
    """

    old: int | None
    position: Position


def fingerprint(data: bytes | bytearray | memoryview) -> str:
    """16 hex digits of the SHA-256."""
    return hashlib.sha256(data).hexdigest()[:16]


class Pages:
    """The pagination of one resource."""

    def __init__(self, resource: Resource, decoder: Decoder) -> None:
        self.resource = resource
        self.told = resource.pagination
        self.decoder = decoder

    def ask(self, position: Position) -> Ask:
        """How the page at the position is asked for."""
        size = position.size or self.told.size
        sized = {self.told.size_param: str(size)} if self.told.size_param else {}
        kind, param = self.told.kind, self.told.param or ""
        if kind in ("next_url", "link_header") and position.at is not None:
            return Ask(_with(str(position.at), sized if position.size else {}), {})
        if kind == "page":
            return Ask(None, sized | {param: str(self.told.start if position.at is None else position.at)})
        if kind == "offset":
            return Ask(None, sized | {param: str(self.begin(position))})
        return Ask(None, sized | ({param: str(position.at)} if position.at is not None else {}))

    def begin(self, position: Position) -> int:
        """The offset that is asked for: a little before the first new row, so that old ones are seen again."""
        overlap = min(self.told.overlap, self._size(position) - 1) if position.anchors else 0
        return max(0, int(position.at or 0) - max(position.back, overlap))

    def step(self, position: Position, page: Page, keys: list[str]) -> Step:
        """Where the series goes on behind the page; `keys` are the fingerprints of its records' keys.

        Raises:
            IngestionError: the page is none that can follow, or the series has too many.
        """
        told = self.resource.expect.total
        total = self.decoder.look(page, told, int, "a whole number") if told else None
        position = msgspec.structs.replace(position, total=position.total if total is None else total)
        step = {
            "none": self._none,
            "cursor": self._cursor,
            "next_url": self._next_url,
            "link_header": self._link_header,
            "page": self._page,
            "offset": self._offset,
        }[self.told.kind](position, page, keys)
        if not step.position.is_end and step.position.pages >= self.told.max_pages:
            raise self._failure(f"has more than {self.told.max_pages} pages; raise pagination's 'max_pages'")
        return step

    def reduced(self, position: Position) -> Position:
        """The position with half the page size. Raises: IngestionError when a page can't be smaller."""
        size = self._size(position)
        before = (int(position.at) - self.told.start) * size if self.told.kind == "page" and position.at else 0
        # Numbered pages of another size begin elsewhere, so the rows before must be whole pages of the new size.
        half = next((one for one in range(size // 2, 0, -1) if before % one == 0), 0)
        if not half:
            raise self._failure("asks for smaller pages, but this one has a single row; ask the API's owner")
        at = self.told.start + before // half if self.told.kind == "page" and position.at else position.at
        return msgspec.structs.replace(position, size=half, at=at)

    def _none(self, position: Position, page: Page, keys: list[str]) -> Step:
        if not self.told.whole and (hint := self._another(page)):
            raise self._failure(
                f"looks like the first of several pages ({hint}); describe its 'pagination', or say "
                "'pagination: {kind: none, whole: true}' where one answer always holds all records"
            )
        return Step(0, msgspec.structs.replace(position.after(page, len(page.records)), at=None))

    def _another(self, page: Page) -> str | None:
        """What in the answer speaks of another page."""
        if _link(page, "next"):
            return "a Link header with rel=next"
        for place in HINTS_BELOW:
            level = page.around if not place else _object(page.around.get(place))
            found = next((name for name in HINTS if bytes(level.get(name) or b"null") not in EMPTY), None)
            found = found or next((name for name in MORE if bytes(level.get(name) or b"null") == b"true"), None)
            if found:
                return f"a value at '{'.'.join(filter(None, (place, found)))}'"
        return f"{len(page.records)} records, a usual page size" if len(page.records) in USUAL_SIZES else None

    def _cursor(self, position: Position, page: Page, keys: list[str]) -> Step:
        if self.told.next_header:
            found: str | int | None = page.answer.headers.get(self.told.next_header)
        else:
            found = self.decoder.look(page, self.told.next or "", str | int, "a text, a whole number or nothing")
        return self._follow(position, page, None if found in (None, "") else str(found))

    def _next_url(self, position: Position, page: Page, keys: list[str]) -> Step:
        return self._follow(
            position, page, self.decoder.look(page, self.told.next or "", str, "a text or nothing") or None
        )

    def _link_header(self, position: Position, page: Page, keys: list[str]) -> Step:
        return self._follow(position, page, _link(page, "next"))

    def _follow(self, position: Position, page: Page, found: str | None) -> Step:
        """An empty page ends nothing: what tells the next one decides."""
        more = self._more(page)
        if more and found is None:
            raise self._failure(f"says at '{self.told.more}' that there is more, but not where; compare 'next'")
        if found is None or more is False:
            return Step(0, msgspec.structs.replace(position.after(page, len(page.records)), at=None))
        if self.told.kind != "cursor":
            found = self._absolute(page.answer.url, found)
        return Step(0, position.after(page, len(page.records), at=found))

    def _absolute(self, url: str, found: str) -> str:
        try:
            return urljoin(url, _without(found, self.resource.auth.query_param))
        except ValueError:
            raise self._failure("names a next page by something that is no URL; ask the API's owner") from None

    def _page(self, position: Position, page: Page, keys: list[str]) -> Step:
        if page.records and fingerprint(page.answer.body) == position.page:
            raise self._failure(f"gives the same page for every '{self.told.param}'; compare 'param'")
        after = position.after(page, len(page.records))
        number = self.told.start if position.at is None else int(position.at)
        is_last = self._more(page) is False or after.empty >= self.told.stop_after_empty
        return Step(0, msgspec.structs.replace(after, at=None if is_last else number + 1))

    def _offset(self, position: Position, page: Page, keys: list[str]) -> Step:
        """Behind the last row that is known; where none is seen again, the page must begin further back."""
        known = {*position.anchors}
        old = max((place for place, key in enumerate(keys, 1) if key in known), default=0)
        if known and not old and (keys or self.begin(position)):
            return self._further_back(position)
        new = len(keys) - old
        anchors = (*position.anchors, *keys[old:])[-self.told.overlap :]
        after = position.after(page, new, at=self.begin(position) + len(keys), anchors=anchors, back=0)
        if not new and keys and len(keys) == self._size(position) and after.page == position.page:
            raise self._failure(f"gives the same page for every '{self.told.param}'; compare 'param'")
        is_last = not new or self._more(page) is False
        return Step(old, msgspec.structs.replace(after, at=None) if is_last else after)

    def _further_back(self, position: Position) -> Step:
        if not self.begin(position):
            raise self._failure("has rows whose keys change from page to page; compare 'key', and sort them if it can")
        return Step(None, msgspec.structs.replace(position, back=2 * max(position.back, self.told.overlap)))

    def _size(self, position: Position) -> int:
        return position.size or self.told.size or 1

    def _more(self, page: Page) -> bool | None:
        found: bool | None = self.decoder.look(page, self.told.more, bool, "true or false") if self.told.more else None
        return found

    def _failure(self, what: str) -> IngestionError:
        return IngestionError("contract", f"{self.resource.url_path} {what} (in {self.resource.name})")


def _object(found: Raw | None) -> dict[str, Raw]:
    try:
        return msgspec.json.decode(found or b"{}", type=dict[str, Raw])
    except msgspec.ValidationError:
        return {}


def _link(page: Page, relation: str) -> str | None:
    links = parse_header_links(page.answer.headers.get("Link", ""))
    return next((link["url"] for link in links if relation in link.get("rel", "").split()), None)


def _with(url: str, params: Mapping[str, str]) -> str:
    """The URL with these parameters in its query, in place of what they were."""
    parts = urlsplit(url)
    kept = [pair for pair in parse_qsl(parts.query, keep_blank_values=True) if pair[0] not in params]
    return urlunsplit(parts._replace(query=urlencode([*kept, *params.items()]))) if params else url


def _without(url: str, param: str | None) -> str:
    """The URL without the parameter that carries the key, which is sent anew and kept nowhere."""
    parts = urlsplit(url)
    if param is None or param not in dict(parse_qsl(parts.query)):
        return url
    kept = [pair for pair in parse_qsl(parts.query, keep_blank_values=True) if pair[0] != param]
    return urlunsplit(parts._replace(query=urlencode(kept)))
