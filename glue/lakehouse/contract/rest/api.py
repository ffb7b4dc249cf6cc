"""The contract's models of REST APIs: what `rest_to_raw` reads, and how."""

import re
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BeforeValidator, Field, StringConstraints, ValidationInfo, model_validator

from lakehouse.contract.rest.auth_settings import Auth
from lakehouse.contract.rest.kinds import kind_of
from lakehouse.contract.rest.paging_settings import ForEach, Pagination, Since
from lakehouse.contract.rest.policy_settings import Expect, Http, Limits, ResponseRule, Retry
from lakehouse.contract.strict import StrictModel, problem
from lakehouse.contract.strings import FieldPath, HeaderName, Host, Name, QueryName, Schedule, Url, UrlPath

# What an API says once and its resources share.
SHARED = ("base_url", "auth", "allowed_hosts", "headers", "limits", "retry", "http")
SECRETIVE = re.compile(
    r"authori[sz]ation|authenticat|cookie|secret|passw(or)?d|passphrase|credentials?$|token|session.?id"
    r"|(api|app|access|auth|client|functions?|license|private|subscription).?key|^(x.)?(auth|key|jwt)$|^(appid|pwd)$",
    re.IGNORECASE,
)
# What comes after a scheme of RFC 9110, or a signed token, under any name.
SECRET = re.compile(r"(bearer|basic)\s+[\w.~+/=-]{16,}|eyJ[\w-]+\.[\w-]+\.[\w-]*", re.IGNORECASE)
# The cursors, pages and sizes of APIs are called tokens too.
PAGING = re.compile(r"(page|next|cursor|continuation).?token", re.IGNORECASE)
PLACE = re.compile(r"\{(\w*)\}")


def _check_no_secrets(pairs: dict[str, str]) -> dict[str, str]:
    for name, value in pairs.items():
        is_named = SECRETIVE.search(name) and not PAGING.search(name)
        if is_named or SECRET.fullmatch(value.strip()):
            raise problem(f"'{name}' would carry a secret in clear; name the secret in 'auth' instead")
    return pairs


Headers = Annotated[dict[HeaderName, str], AfterValidator(_check_no_secrets)]
Params = Annotated[dict[QueryName, str], AfterValidator(_check_no_secrets)]


def _as_tuple(value: object) -> object:
    return (value,) if isinstance(value, str) else value


Paths = Annotated[tuple[FieldPath, ...], BeforeValidator(_as_tuple, json_schema_input_type=str | tuple[str, ...])]
# "$" is the answer itself.
Records = Annotated[str, StringConstraints(pattern=r"^(\$|[A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z_][A-Za-z0-9_]*)*)$")]


class ResourceDefaults(StrictModel):
    """What the resources of one API usually share.

    `mend` puts right what is not quite JSON: half a surrogate pair becomes U+FFFD, NaN and infinities become null. Else
    such an answer fails the run.
    """

    base_url: Url | None = None
    auth: Auth = Auth()
    allowed_hosts: tuple[Host, ...] = ()
    headers: Headers = Field(default_factory=dict)
    limits: Limits = Limits()
    retry: Retry = Retry()
    http: Http = Http()
    pagination: Pagination = Pagination()
    params: Params = Field(default_factory=dict)
    since: Since | None = None
    responses: tuple[ResponseRule, ...] = ()
    mend: tuple[Literal["lone_surrogates", "nonstandard_numbers"], ...] = ()
    expect: Expect = Expect()
    schedule: Schedule | None = None


class Resource(ResourceDefaults):
    """One REST resource; its compiled form is the event of its schedule and needs nothing beside it.

    `records` is where a page's records are in the answer, `$` for the answer itself; `key` the field or fields that
    tell one record from another.
    """

    api: Name | None = None
    resource: Name | None = None
    path: UrlPath
    records: Records
    key: Paths = ()
    for_each: ForEach | None = None

    @model_validator(mode="after")
    def check_pages_lose_no_row(self, info: ValidationInfo) -> Self:
        """Check that no row can be lost between two pages.

        Raises:
            ValueError: one could be.
        """
        word = self.pagination.kind
        kind = kind_of("pagination", word, info)
        if kind is None:
            return self
        if kind.needs_record_key and not self.key:
            raise problem(f"pagination '{word}' needs the records' 'key', to know them again where pages overlap")
        is_open = self.since is not None and self.since.param is not None and self.since.until is None
        if kind.is_numbered and is_open:
            raise problem(
                f"'since' needs 'until' with pagination '{word}': in a range without an end, rows that change move to "
                "other pages while they are read"
            )
        return self

    @model_validator(mode="after")
    def check_placeholders(self) -> Self:
        """Check that the parent's value is all that the path and the parameters have a placeholder for.

        Raises:
            ValueError: a placeholder is filled by nothing, or the parent's value is used nowhere.
        """
        placeholders = {name for text in (self.path, *self.params.values()) for name in PLACE.findall(text)}
        parent_names = {self.for_each.as_} if self.for_each else set()
        if unknown := sorted(placeholders - parent_names):
            raise problem(
                f"'{{{unknown[0]}}}' in path or params is filled by nothing; 'for_each' fills what it calls 'as'"
            )
        if self.for_each and self.since:
            raise problem(
                "'for_each' and 'since' exclude each other: a cursor over all parents would pass over what a new one "
                "brings; a child is read whole whenever its parent has changed"
            )
        if unused := sorted(parent_names - placeholders):
            raise problem(f"'for_each' gives '{unused[0]}', but neither path nor params hold '{{{unused[0]}}}'")
        return self

    @model_validator(mode="after")
    def check_actions(self) -> Self:
        """Check that the resource has what each action of its responses works on.

        Raises:
            ValueError: there is no parent to ignore, no page to reduce or no token to refresh.
        """
        actions = {response.action for response in self.responses}
        if "ignore" in actions and not self.for_each:
            raise problem(
                "action 'ignore' leaves out one parent's records and needs 'for_each'; 'end_of_data' ends pages"
            )
        if "reduce_page" in actions and not self.pagination.size_param:
            raise problem("action 'reduce_page' needs pagination's 'size_param' and 'size'")
        if "refresh_token" in actions and self.auth.kind == "none":
            raise problem("action 'refresh_token' needs an 'auth'")
        return self


class RestApi(StrictModel):
    """One REST API and the resources taken from it."""

    base_url: Url | None = Field(default=None, exclude=True)
    auth: Auth = Field(default=Auth(), exclude=True)
    allowed_hosts: tuple[Host, ...] = Field(default=(), exclude=True)
    headers: Headers = Field(default_factory=dict, exclude=True)
    limits: Limits = Field(default=Limits(), exclude=True)
    retry: Retry = Field(default=Retry(), exclude=True)
    http: Http = Field(default=Http(), exclude=True)
    defaults: ResourceDefaults = Field(default_factory=ResourceDefaults, exclude=True)
    resources: dict[Name, Resource]
