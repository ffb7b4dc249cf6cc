"""The contract's models of which records a run asks for, and in which pages they come."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from lakehouse.contract.strict import StrictModel, problem
from lakehouse.contract.strings import FieldPath, HeaderName, Instant, Name, QueryName, Seconds, Share

# By kind: the keys it needs, and those it may have.
KEYS: dict[str, tuple[set[str], set[str]]] = {
    "none": (set(), {"whole"}),
    "cursor": ({"param"}, {"next", "next_header", "more", "size_param", "size"}),
    "next_url": ({"next"}, {"size_param", "size"}),
    "link_header": (set(), {"size_param", "size"}),
    "page": ({"param"}, {"start", "more", "size_param", "size", "stop_after_empty"}),
    "offset": ({"param", "size_param", "size"}, {"overlap", "more"}),
}
EVERYWHERE = {"kind", "max_pages"}


class Pagination(StrictModel):
    """How one page leads to the next.

    - none: one answer holds all records. An answer that looks like the first of several pages fails the run, unless
      `whole: true` says that it never is.
    - cursor: the next page's cursor lies in the answer at `next`, or in the header `next_header`, and is sent as
      `param`.
    - next_url: the next page's URL lies in the answer at `next`. link_header: in the Link header, as rel="next"
      (RFC 8288).
    - page: pages are numbered from `start` on. offset: by rows, of which `size` are asked for. Each page starts
      `overlap`
      rows before the end of the last one and must hold a row of it, so that rows which move meanwhile are not lost.

    Pages end where there is no next cursor or URL, where `more` says so or, of numbered pages, after `stop_after_empty`
    empty ones. `size_param` carries the page's size, which `reduce_page` halves. `max_pages` is of one window.
    """

    kind: Literal["none", "cursor", "next_url", "link_header", "page", "offset"] = "none"
    param: QueryName | None = None
    next: FieldPath | None = None
    next_header: HeaderName | None = None
    more: FieldPath | None = None
    size_param: QueryName | None = None
    size: Annotated[int, Field(ge=1)] | None = None
    start: Annotated[int, Field(ge=0)] = 1
    stop_after_empty: Annotated[int, Field(ge=1)] = 2
    overlap: Annotated[int, Field(ge=1)] = 20
    whole: bool = False
    max_pages: Annotated[int, Field(ge=1)] = 100_000

    @model_validator(mode="after")
    def keys_belong_to_kind(self) -> Self:
        """Raises: ValueError when a key is missing that the kind needs, or there that it does not know."""
        needed, allowed = KEYS[self.kind]
        fields = type(self).model_fields
        given = {name for name, field in fields.items() if getattr(self, name) != field.default} - EVERYWHERE
        if missing := sorted(needed - given):
            raise problem(f"kind '{self.kind}' needs '{missing[0]}'")
        if surplus := sorted(given - needed - allowed):
            raise problem(f"kind '{self.kind}' takes no '{surplus[0]}'")
        if self.kind == "cursor" and bool(self.next) == bool(self.next_header):
            raise problem("kind 'cursor' needs 'next' (the cursor's place in the answer) or 'next_header', one of them")
        if bool(self.size_param) != bool(self.size):
            raise problem("'size_param' and 'size' belong together")
        if self.kind == "offset" and self.size and self.overlap >= self.size:
            raise problem("'overlap' must be below 'size', or no page would bring a new row")
        return self


class Since(StrictModel):
    """Incremental reading: `param` asks for the records whose `field` is at or after the last run's cursor.

    Without `param` the API sends everything and older records are left out here. `until` asks for an end, which freezes
    what is read while it is read; the end is the server's own time less `settle`, since records may become visible a
    little late. The cursor goes back by `lookback` for those that come later still. `step` cuts a long range into
    windows, each of which counts once it is read; a window of more than `max_rows`, where the API shows no more, is
    halved.

    `kind` is how the field is written: as an instant, a date (both ISO 8601, or as one of `formats`, of which the first
    is how it is sent), in seconds or milliseconds since 1970, as a number or as a text. Absent, it is told from the
    values.
    """

    param: QueryName | None = None
    field: FieldPath
    kind: Literal["instant", "date", "epoch_seconds", "epoch_millis", "number", "text"] | None = None
    formats: tuple[str, ...] = ()
    until: QueryName | None = None
    start: Instant | None = None
    lookback: Seconds = 0
    settle: Seconds = 60
    step: Seconds | None = None
    max_rows: Annotated[int, Field(ge=1)] | None = None

    @property
    def is_time(self) -> bool:
        """Whether the field's kind is one of time."""
        return self.kind in ("instant", "date", "epoch_seconds", "epoch_millis")

    @model_validator(mode="after")
    def windows_are_complete(self) -> Self:
        """Raises: ValueError when a window is asked for that can't be made."""
        timed = [name for name in ("until", "start", "lookback", "step", "max_rows") if getattr(self, name)]
        if timed and not self.is_time:
            raise problem(f"'{timed[0]}' needs a 'kind' of time: instant, date, epoch_seconds or epoch_millis")
        windowed = [name for name in ("step", "max_rows") if getattr(self, name)]
        if windowed and not (self.param and self.until):
            raise problem(f"'{windowed[0]}' needs 'param' and 'until': a window has a beginning and an end")
        if self.step and not self.start:
            raise problem("'step' needs 'start', where the first window begins")
        if self.until and not self.param:
            raise problem("'until' needs 'param': an API that knows no beginning knows no end")
        if self.formats and self.kind not in ("instant", "date"):
            raise problem("'formats' needs kind 'instant' or 'date'")
        return self


class ForEach(StrictModel):
    """One series of pages for every record of another resource of the API.

    The value of `field` stands for `{as}` in the path and in parameters; it and the fields to `carry` are written into
    each record, below `_parent`. `parents` are those that arrived since the last run, or all that ever did. A child
    that an `ignore` leaves out is counted; more than the share `max_ignored` of all fails the run.
    """

    resource: Name
    field: FieldPath
    as_: Annotated[Name, Field(alias="as")]
    carry: tuple[FieldPath, ...] = ()
    parents: Literal["changed", "all"] = "changed"
    max_ignored: Share = 0.01
