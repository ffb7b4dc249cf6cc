"""The event: one REST resource of the compiled contract and the id of the run. Every default lies in the contract."""

import re
from typing import Literal
from urllib.parse import urlsplit

import msgspec

RUN_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:+-]{0,127}")


class Auth(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How the API knows its caller; `secret` is a name, never a value."""

    kind: Literal["none", "bearer"]
    secret: str | None


class Pagination(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`cursor`: the next page's cursor lies in the answer at the dotted path `next` and is sent as `param`."""

    kind: Literal["none", "cursor"]
    param: str | None
    next: str | None


class Since(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`param` asks for the records whose `field` is at or after the cursor of the last run."""

    param: str
    field: str


class Resource(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`rest.<api>.resources.<resource>` of the compiled contract; `records` is the dotted path of a page's records.

    `schedule` is when it is called, which is EventBridge's to know.
    """

    base_url: str
    auth: Auth
    pagination: Pagination
    params: dict[str, str]
    since: Since | None
    schedule: str | None
    api: str
    resource: str
    path: str
    records: str

    @property
    def url(self) -> str:
        """Where its pages are."""
        return self.base_url.rstrip("/") + self.path

    @property
    def url_path(self) -> str:
        """The path of its URL: the part of a request that messages may name."""
        return urlsplit(self.url).path


class Event(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a schedule sends; the run id is its scheduled time, so that a repeated delivery is the same run."""

    resource: Resource
    run_id: str
