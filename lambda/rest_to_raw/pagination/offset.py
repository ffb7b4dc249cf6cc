"""Pagination `offset`."""

from rest_to_raw.pagination.page import Page
from rest_to_raw.pagination.pager import Pager, PageRequest, PageStep
from rest_to_raw.pagination.position import Position
from rest_to_raw.settings.resource import needed


class OffsetPager(Pager):
    """Pages begin after so many rows, and `size` rows are asked for.

    Each page starts `overlap` rows before the end of the last one and must hold a row of it, so that rows which move
    meanwhile are not lost.
    """

    kind = "offset"
    needs = {"param", "size_param", "size"}
    allows = {"overlap", "more"}
    is_numbered = True
    needs_record_key = True

    def request(self, position: Position) -> PageRequest:
        """Returns the resource's own URL with the offset as a parameter."""
        offset = {needed(self.settings.param, "param"): str(self._offset(position))}
        return PageRequest(None, self.size_params(position) | offset)

    def step(self, position: Position, page: Page, keys: list[str]) -> PageStep:
        """Returns the step after the last known row; where no known row is in the page, the step further back."""
        known = {*position.anchors}
        old = max((place for place, key in enumerate(keys, 1) if key in known), default=0)
        if known and not old and (keys or self._offset(position)):
            return self._further_back(position)
        new = len(keys) - old
        anchors = (*position.anchors, *keys[old:])[-self.settings.overlap :]
        after = position.after(page, new, at=self._offset(position) + len(keys), anchors=anchors, back=0)
        if not new and keys and len(keys) == self.size(position) and after.page == position.page:
            raise self.failure(f"gives the same page for every '{self.settings.param}'; compare 'param'")
        is_last = not new or self.more(page) is False
        return PageStep(old, after.but(at=None) if is_last else after)

    def describe_next(self, position: Position) -> str:
        """Returns the parameter with the number of rows before the page."""
        return f"{self.settings.param}={position.at}"

    def _offset(self, position: Position) -> int:
        """Returns the offset to ask for: a little before the first new row, so that known rows are in the page."""
        overlap = min(self.settings.overlap, self.size(position) - 1) if position.anchors else 0
        return max(0, int(position.at or 0) - max(position.back, overlap))

    def _further_back(self, position: Position) -> PageStep:
        if not self._offset(position):
            raise self.failure("has rows whose keys change from page to page; compare 'key', and sort them if it can")
        return PageStep(None, position.but(back=2 * max(position.back, self.settings.overlap)))
