"""The event: one REST resource of the compiled contract and the id of the run. Every default is the contract's."""

import re
from typing import TypeVar
from urllib.parse import urlsplit

import msgspec

from rest_to_raw.outcome import IngestionError
from rest_to_raw.settings.structs import (
    Auth,
    Expect,
    ForEach,
    Http,
    Limits,
    Mend,
    Pagination,
    ResponseRule,
    Retry,
    Since,
)

T = TypeVar("T")

RUN_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:+-]{0,127}")


class Resource(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`rest.<api>.resources.<resource>` of the compiled contract; `records` is the dotted path of a page's records.

    `schedule` is when it is called, which is EventBridge's to know.
    """

    base_url: str
    auth: Auth
    allowed_hosts: tuple[str, ...]
    headers: dict[str, str]
    limits: Limits
    retry: Retry
    http: Http
    pagination: Pagination
    params: dict[str, str]
    since: Since | None
    responses: tuple[ResponseRule, ...]
    mend: tuple[Mend, ...]
    expect: Expect
    schedule: str | None
    api: str
    resource: str
    path: str
    records: str
    key: tuple[str, ...]
    for_each: ForEach | None

    @property
    def url(self) -> str:
        """Returns the URL of the pages."""
        return self.base_url.rstrip("/") + self.path

    @property
    def url_path(self) -> str:
        """Returns the path of the URL: the part of a request that messages may name."""
        return urlsplit(self.url).path

    @property
    def name(self) -> str:
        """Returns the resource's place in the contract, for messages."""
        return f"rest.{self.api}.resources.{self.resource}"


class Event(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The event of a schedule; the run id is its scheduled time, so that a repeated delivery is the same run."""

    resource: Resource
    run_id: str


def needed(value: T | None, key: str) -> T:
    """Returns the setting, which the compiler requires for this kind. Raises: IngestionError when it is absent.

    Only an event that no compiler has made lacks it.
    """
    if value is None:
        raise IngestionError("config", f"the resource has no '{key}', which its kind needs; compile the contract again")
    return value
