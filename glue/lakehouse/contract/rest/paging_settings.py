"""The contract's models of which records a run asks for, and in which pages they come."""

from functools import partial
from typing import Annotated, Literal, Self

from pydantic import BeforeValidator, Field, ValidationInfo, model_validator

from lakehouse.contract.rest.kinds import check_word, kind_of, list_words
from lakehouse.contract.strict import StrictModel, problem
from lakehouse.contract.strings import FieldPath, HeaderName, Instant, Name, QueryName, Seconds, Share

PaginationKind = Annotated[
    str,
    BeforeValidator(partial(check_word, "pagination"), json_schema_input_type=str),
    Field(json_schema_extra=partial(list_words, "pagination")),
]
EVERYWHERE = {"kind", "max_pages"}


class Pagination(StrictModel):
    """How one page leads to the next.

    What the kinds are, and which keys belong to each, say the classes of `rest_to_raw.pagination`.

    Pages end where there is no next cursor or URL, where `more` says so or, of numbered pages, after `stop_after_empty`
    empty ones. `size_param` carries the page's size, which `reduce_page` halves. `max_pages` is of one window.
    """

    kind: PaginationKind = "none"
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
    def check_keys_of_kind(self, info: ValidationInfo) -> Self:
        """Check the keys of the kind, and that they go together.

        Raises:
            ValueError: a key is missing that the kind needs, or there that it does not know, or two do not go together.
        """
        kind = kind_of("pagination", self.kind, info)
        if kind is None:
            return self
        fields = type(self).model_fields
        keys = {name for name, field in fields.items() if getattr(self, name) != field.default} - EVERYWHERE
        kind.check_keys(self.kind, keys)
        if {"next", "next_header"} <= kind.allows and bool(self.next) == bool(self.next_header):
            raise problem(
                f"kind '{self.kind}' needs 'next' (the cursor's place in the answer) or 'next_header', one of them"
            )
        if bool(self.size_param) != bool(self.size):
            raise problem("'size_param' and 'size' belong together")
        if "overlap" in kind.allows and self.size and self.overlap >= self.size:
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
        """Returns whether the field's kind is one of time."""
        return self.kind in ("instant", "date", "epoch_seconds", "epoch_millis")

    @model_validator(mode="after")
    def check_windows(self) -> Self:
        """Check that the windows that the settings ask for can be made.

        Raises:
            ValueError: a key is missing that another one needs.
        """
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
