"""The position in a series of pages: checkpoints store it, and every kind of pagination uses it."""

import hashlib
from typing import Any, Self

import msgspec

from rest_to_raw.pagination.page import Page


class Position(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """The position in a series of pages; the default is before the first page.

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
        """Returns whether the last page is read."""
        return self.at is None and self.pages > 0

    def but(self, **changes: Any) -> Self:
        """Returns this position with these changes."""
        return msgspec.structs.replace(self, **changes)

    def after(self, page: Page, rows: int, **changes: Any) -> Self:
        """Returns this position with one more page read, of which so many rows are new."""
        counts = {"rows": self.rows + rows, "pages": self.pages + 1, "empty": 0 if page.records else self.empty + 1}
        return self.but(**counts | {"page": fingerprint(page.response.body)} | changes)


def fingerprint(data: bytes | bytearray | memoryview) -> str:
    """Returns 16 hex digits of the SHA-256."""
    return hashlib.sha256(data).hexdigest()[:16]
