"""The contract's vocabulary: models of `pipeline.yaml` and of its compiled form, `build/pipeline.json`.

Both forms share these models; the compiled one leaves nothing to default. Every default of the project is written here.
"""

import re
from decimal import Decimal
from typing import Annotated, Literal, Self, get_args

from pydantic import AfterValidator, BeforeValidator, Field, StringConstraints, model_validator

from lakehouse.spec import Spec, misfit, problem

Mask = Literal["hash", "drop", "last_4", "domain", "year", "none"]
Format = Literal["parquet", "json", "csv"]
PlainType = Literal["string", "boolean", "integer", "date", "timestamp", "salesforce_id", "email", "phone", "currency"]
PLAIN_TYPES: tuple[str, ...] = get_args(PlainType)
DECIMAL = re.compile(r"decimal\((\d{1,2}),(\d{1,2})\)")
PERSONAL_TYPES = frozenset({"email", "phone"})
MASKS_BY_TYPE = {"domain": {"email"}, "year": {"date", "timestamp"}}


def _column_type(value: str) -> str:
    decimal = DECIMAL.fullmatch(value)
    if value in PLAIN_TYPES or (decimal and int(decimal[2]) <= int(decimal[1]) <= 38):
        return value
    raise problem(misfit(value, "a type", (*PLAIN_TYPES, "decimal(18,2)")))


def _as_tuple(value: object) -> object:
    return (value,) if isinstance(value, str) else value


Name = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,62}$")]
PipelineName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]{1,30}$")]
SalesforceName = Annotated[str, StringConstraints(pattern=r"^[A-Za-z][A-Za-z0-9_]{0,79}$")]
FlowName = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9_!@#.-]{0,255}$")]
SecretName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_-]*(/[a-z0-9_-]+)*$", max_length=120)]
FieldPath = Annotated[str, StringConstraints(pattern=r"^[A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z_][A-Za-z0-9_]*)*$")]
Url = Annotated[str, StringConstraints(pattern=r"^https?://[^/@\s?#]+(/[^\s?#]*)?$")]
Words = Annotated[
    tuple[str, ...],
    Field(min_length=1),
    BeforeValidator(_as_tuple, json_schema_input_type=str | Annotated[tuple[str, ...], Field(min_length=1)]),
]
Type = Annotated[str, AfterValidator(_column_type)]


class SalesforceObject(Spec):
    """One Salesforce object, brought by one AppFlow flow."""

    cursor: SalesforceName = "SystemModstamp"
    format: Format = "parquet"
    flow: FlowName | None = None


class Salesforce(Spec):
    """The Salesforce org and the objects taken from it."""

    defaults: SalesforceObject = Field(default_factory=SalesforceObject, exclude=True)
    objects: dict[SalesforceName, SalesforceObject]


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


class Column(Spec):
    """One column of a silver table; `from` is the source's field, dotted where it is nested."""

    from_: FieldPath = Field(alias="from")
    type: Type = "string"
    required: bool = False
    one_of: tuple[str, ...] | None = None
    min: Decimal | None = None
    max: Decimal | None = None
    pii: Mask | None = None

    @model_validator(mode="after")
    def personal_values_are_decided(self) -> Self:
        """Raises: ValueError where an e-mail or phone has no `pii`, or a mask or rule does not fit the type."""
        if self.type in PERSONAL_TYPES and self.pii is None:
            raise problem(f"a column of type {self.type} is personal: say pii: hash, or pii: none to keep it clear")
        fitting = MASKS_BY_TYPE.get(self.pii or "", {self.type})
        if self.type not in fitting:
            raise problem(f"mask '{self.pii}' fits {' and '.join(sorted(fitting))}, not {self.type}")
        if self.one_of and self.type not in ("string", "currency"):
            raise problem("one_of fits string and currency columns only")
        if (self.min, self.max) != (None, None) and not (self.type == "integer" or DECIMAL.fullmatch(self.type)):
            raise problem("min and max fit integer and decimal columns only")
        return self


class SilverTable(Spec):
    """One cleaned table: one row per `key`, the newest by `version` (a source field; arrival decides without one)."""

    description: str
    from_: str = Field(alias="from")
    key: Words
    version: FieldPath | None = None
    columns: dict[Name, Column]


class GoldTable(Spec):
    """One published table, made by the function of its name in `lakehouse/silver_to_gold/`."""

    description: str
    key: Words
    sinks: tuple[str, ...] = ("iceberg",)
    reads: dict[Name, str] = Field(default_factory=dict)
    settings: tuple[Name, ...] = ()


class Sink(Spec):
    """A place where gold tables are served."""

    kind: Literal["iceberg"]


class Masking(Spec):
    """The masking key's secret and its version, which prefixes every masked value (`hk<version>:`)."""

    secret: SecretName
    version: Annotated[int, Field(ge=1)] = 1


class Pipeline(Spec):
    """The whole contract."""

    name: PipelineName
    settings: dict[Name, str] = Field(default_factory=dict)
    masking: Masking
    salesforce: Salesforce = Salesforce(objects={})
    rest: dict[Name, RestApi] = Field(default_factory=dict)
    sinks: dict[Name, Sink] = Field(default_factory=lambda: {"iceberg": Sink(kind="iceberg")})
    silver: dict[Name, SilverTable]
    gold: dict[Name, GoldTable] = Field(default_factory=dict)
