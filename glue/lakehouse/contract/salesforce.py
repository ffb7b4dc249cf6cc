"""The contract's models of Salesforce: the connection, and what AppFlow brings of each object."""

from typing import Annotated, Any, Literal, Self

from pydantic import BeforeValidator, Field, model_validator

from lakehouse.contract.strict import StrictModel, problem
from lakehouse.contract.strings import FlowName, Instant, SalesforceName, Schedule

Format = Literal["parquet", "json", "csv"]
SalesforceType = Literal[
    "address", "boolean", "combobox", "currency", "date", "datetime", "double", "email", "encryptedstring", "id",
    "int", "location", "long", "multipicklist", "percent", "phone", "picklist", "reference", "string", "textarea",
    "time", "url",
]  # fmt: skip
Comparison = Literal[
    "equal_to", "not_equal_to", "contains", "less_than", "less_than_or_equal_to", "greater_than",
    "greater_than_or_equal_to", "between",
]  # fmt: skip


class Connection(StrictModel):
    """AppFlow's connection to the org: made by hand in its console (`existing`), or by Terraform (`managed`)."""

    mode: Literal["existing", "managed"] = "existing"
    name: FlowName | None = None
    private_link: bool = False


class Trigger(StrictModel):
    """When a flow runs: `on_demand`, `{schedule: rate(1 hour)}`, or `{event: AccountChangeEvent}`.

    A scheduled run takes what has changed since the last one, up to `offset_seconds` before now: commits are seen late.
    """

    kind: Literal["on_demand", "schedule", "event"]
    schedule: Schedule | None = None
    offset_seconds: Annotated[int, Field(ge=0, le=36_000)] = 300
    event: SalesforceName | None = None

    @model_validator(mode="after")
    def check_kind_keys(self) -> Self:
        """Check that the trigger has the key of its kind, and no other kind's key.

        Raises:
            ValueError: the kind's own key is missing, or another kind's is there.
        """
        present = {kind for kind in ("schedule", "event") if getattr(self, kind) is not None}
        if present != {self.kind} - {"on_demand"}:
            raise problem("say on_demand, or {schedule: rate(1 hour)}, or {event: AccountChangeEvent}")
        return self


def _expand_trigger(value: object) -> object:
    if isinstance(value, str):
        return {"kind": value}
    if isinstance(value, dict) and "kind" not in value:
        return {"kind": next((kind for kind in ("schedule", "event") if kind in value), "on_demand"), **value}
    return value


class FormulaRefresh(StrictModel):
    """A second flow that pulls every record anew: a formula's value can change without moving any timestamp."""

    schedule: Schedule
    flow: FlowName | None = None


class Hidden(StrictModel):
    """Stars in place of characters, made by AppFlow: `all`, `{first: 3}` or `{last: 3}`. It can't be undone."""

    kind: Literal["all", "first", "last"]
    length: Annotated[int, Field(ge=1, le=1000)] | None = None

    @model_validator(mode="after")
    def check_length(self) -> Self:
        """Check that there is a length where the kind needs one.

        Raises:
            ValueError: `first` or `last` has no length, or `all` has one.
        """
        if (self.kind == "all") != (self.length is None):
            raise problem("say all, or {first: 3}, or {last: 3}")
        return self


def _expand_hidden(value: object) -> object:
    if isinstance(value, str):
        return {"kind": value}
    if isinstance(value, dict) and len(value) == 1 and {"first", "last"} & set(value):
        return {"kind": next(iter(value)), "length": next(iter(value.values()))}
    return value


class Validation(StrictModel):
    """A rule that AppFlow holds each record to; `drop_record` loses the record before it is counted."""

    rule: Literal["non_null", "non_zero", "non_negative", "numeric"]
    on_failure: Literal["terminate_flow", "drop_record"] = "terminate_flow"


def _expand_validation(value: object) -> object:
    return {"rule": value} if isinstance(value, str) else value


class Filter(StrictModel):
    """Only records whose `field` compares so are pulled; an instant is in milliseconds since 1970."""

    field: SalesforceName
    is_: Comparison = Field(alias="is")
    value: str
    upper: str | None = None

    @model_validator(mode="after")
    def check_upper_end(self) -> Self:
        """Check that `between` alone has an upper end.

        Raises:
            ValueError: `between` has none, or another comparison has one.
        """
        if (self.is_ == "between") != (self.upper is not None):
            raise problem("'between' takes value and upper, all others value alone")
        return self


class SalesforceObject(StrictModel):
    """One Salesforce object, brought by one AppFlow flow.

    `fields` are Salesforce's own names: `all`, a list, or, when nothing is said, those that the silver tables read.
    `rename` gives a field another name in raw, `types` its Salesforce type where the silver column does not tell it.
    """

    cursor: SalesforceName = "SystemModstamp"
    format: Format = "parquet"
    flow: FlowName | None = None
    trigger: Annotated[Trigger, BeforeValidator(_expand_trigger, json_schema_input_type=str | dict[str, Any])] = (
        Trigger(kind="on_demand")
    )
    formula_refresh: FormulaRefresh | None = None
    api: Literal["bulk", "rest"] = "bulk"
    from_: Instant | None = Field(default=None, alias="from")
    include_deleted: bool = True
    fields: Literal["all"] | tuple[SalesforceName, ...] | None = None
    types: dict[SalesforceName, SalesforceType] = Field(default_factory=dict)
    rename: dict[SalesforceName, SalesforceName] = Field(default_factory=dict)
    mask: dict[
        SalesforceName, Annotated[Hidden, BeforeValidator(_expand_hidden, json_schema_input_type=str | dict[str, Any])]
    ] = Field(default_factory=dict)
    truncate: dict[SalesforceName, Annotated[int, Field(ge=1)]] = Field(default_factory=dict)
    validate_: dict[
        SalesforceName,
        Annotated[Validation, BeforeValidator(_expand_validation, json_schema_input_type=str | dict[str, Any])],
    ] = Field(default_factory=dict, alias="validate")
    where: tuple[Filter, ...] = ()


class Salesforce(StrictModel):
    """The Salesforce org and the objects taken from it."""

    connection: Connection = Connection()
    defaults: SalesforceObject = Field(default_factory=SalesforceObject, exclude=True)
    objects: dict[SalesforceName, SalesforceObject]
