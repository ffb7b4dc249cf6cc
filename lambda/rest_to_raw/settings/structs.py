"""The compiled contract's settings of a resource, as they come with the event.

Their meaning is in the contract's models. Lengths of time are in whole seconds, shares between 0 and 1, instants ISO
8601 in UTC. There is no default here.
"""

from typing import Literal

import msgspec

Action = Literal["fail", "retry", "ignore", "end_of_data", "reduce_page", "refresh_token"]
Mend = Literal["lone_surrogates", "nonstandard_numbers"]
SinceKind = Literal["instant", "date", "epoch_seconds", "epoch_millis", "number", "text"]


class Setting(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The base of all settings: a mapping without other keys."""


class Auth(Setting, frozen=True):
    """The credentials for the API; `kind` is a word of `auth_table`, `secret` is a name, never a value."""

    kind: str
    secret: str | None
    header: str | None
    query_param: str | None
    accept_key_in_url: bool
    token_url: str | None
    scopes: tuple[str, ...]
    audience: str | None
    algorithm: Literal["HS256", "RS256"] | None
    kms_key: str | None
    issuer: str | None
    subject: str | None
    lifetime: int | None
    login_path: str | None
    token: str | None


class Limits(Setting, frozen=True):
    """This resource's share of the API's limits, and the headers that say how much is left."""

    requests_per_second: float | None
    remaining: str | None
    reset: str | None
    requests_per_run: int


class Retry(Setting, frozen=True):
    """Full-jitter exponential backoff between `base` and `longest`; for waits above `inline` the orchestrator waits."""

    attempts: int
    base: int
    longest: int
    inline: int
    statuses: tuple[int, ...]


class Http(Setting, frozen=True):
    """Timeouts and caps of one response; `page` is from the request to its last byte."""

    connect: int
    read: int
    page: int
    body_mb: int
    inflate_ratio: int
    private_network: bool


class Pagination(Setting, frozen=True):
    """The pagination; `kind` is a word of `pager_table`."""

    kind: str
    param: str | None
    next: str | None
    next_header: str | None
    more: str | None
    size_param: str | None
    size: int | None
    start: int
    stop_after_empty: int
    overlap: int
    whole: bool
    max_pages: int


class Since(Setting, frozen=True):
    """Incremental reading by the cursor `field`."""

    param: str | None
    field: str
    kind: SinceKind | None
    formats: tuple[str, ...]
    until: str | None
    start: str | None
    lookback: int
    settle: int
    step: int | None
    max_rows: int | None


class Condition(Setting, frozen=True):
    """One condition on a response's JSON."""

    op: Literal["exists", "in", "matches"]
    path: str
    values: tuple[str | int | float | bool | None, ...]


class ResponseRule(Setting, frozen=True):
    """The meaning of a response of these statuses for which all conditions are true."""

    status: tuple[int, ...]
    action: Action
    when: tuple[Condition, ...]


class Expect(Setting, frozen=True):
    """The checks that a run must pass."""

    total: str | None
    tolerance: float
    rows: int


class ForEach(Setting, frozen=True):
    """One series of pages for every record of the parent resource."""

    resource: str
    field: str
    as_: str = msgspec.field(name="as")
    carry: tuple[str, ...]
    parents: Literal["changed", "all"]
    max_ignored: float
