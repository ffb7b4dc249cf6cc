"""The contract's models of REST APIs: what `rest_to_raw` reads, and how."""

from typing import Annotated, Literal, Self

from pydantic import Field, StringConstraints, model_validator

from lakehouse.spec import Spec, problem
from lakehouse.texts import FieldPath, Name, Schedule, SecretName, Url


class Auth(Spec):
    """How a REST API knows its caller; a secret is always a reference, never a value."""

    kind: Literal["none", "bearer"] = "none"
    secret: SecretName | None = None

    @model_validator(mode="after")
    def secret_belongs_to_kind(self) -> Self:
        """Raises: ValueError when a kind that needs a secret has none, or the other way round."""
        if (self.kind == "none") != (self.secret is None):
            raise problem("kind 'bearer' needs a secret's name, kind 'none' takes none")
        return self


class Pagination(Spec):
    """`cursor`: the next page's cursor lies in the answer at `next` and is sent as `param`; none when absent."""

    kind: Literal["none", "cursor"] = "none"
    param: str | None = None
    next: FieldPath | None = None

    @model_validator(mode="after")
    def cursor_is_complete(self) -> Self:
        """Raises: ValueError when a cursor's parameter or path is missing."""
        if self.kind == "cursor" and not (self.param and self.next):
            raise problem("kind 'cursor' needs 'param' (sent with a request) and 'next' (its place in the answer)")
        return self


class Since(Spec):
    """Incremental reading: `param` asks for records whose `field` is at or after the last run's highest."""

    param: str
    field: FieldPath


class ResourceDefaults(Spec):
    """What the resources of one API usually share."""

    base_url: Url | None = None
    auth: Auth = Auth()
    pagination: Pagination = Pagination()
    params: dict[str, str] = Field(default_factory=dict)
    since: Since | None = None
    schedule: Schedule | None = None


class Resource(ResourceDefaults):
    """One REST resource; its compiled form is the event of its schedule and needs nothing beside it."""

    api: Name | None = None
    resource: Name | None = None
    path: Annotated[str, StringConstraints(pattern=r"^/[^\s?#]*$")]
    records: FieldPath


class RestApi(Spec):
    """One REST API and the resources taken from it."""

    base_url: Url | None = Field(default=None, exclude=True)
    auth: Auth = Field(default=Auth(), exclude=True)
    defaults: ResourceDefaults = Field(default_factory=ResourceDefaults, exclude=True)
    resources: dict[Name, Resource]
