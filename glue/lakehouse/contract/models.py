"""The contract's vocabulary: models of `pipeline.yaml` and of its compiled form, `build/pipeline.json`.

Both forms share these models; the compiled one leaves nothing to default. Every default of the project is written here
and, for what is brought in, in `salesforce.py` and `rest.py`.
"""

import re
from decimal import Decimal
from typing import Annotated, Literal, Self, get_args

from pydantic import AfterValidator, BeforeValidator, Field, computed_field, model_validator

from lakehouse.contract.derived import Derived, Served, derive, prefix_of
from lakehouse.contract.rest.api import RestApi
from lakehouse.contract.salesforce import Salesforce
from lakehouse.contract.strict import Spec, misfit, problem
from lakehouse.contract.strings import Environment, FieldPath, Name, PipelineName, SecretName

Mask = Literal["hash", "drop", "last_4", "domain", "year", "none"]
PlainType = Literal["string", "boolean", "integer", "date", "timestamp", "salesforce_id", "email", "phone", "currency"]
PLAIN_TYPES: tuple[str, ...] = get_args(PlainType)
DECIMAL = re.compile(r"decimal\((\d{1,2}),(\d{1,2})\)")
PERSONAL_TYPES = frozenset({"email", "phone"})
MASKS_BY_TYPE = {"domain": {"email"}, "year": {"date", "timestamp"}}
SINK_KINDS = ("iceberg", "redshift", "snowflake")


def _column_type(value: str) -> str:
    decimal = DECIMAL.fullmatch(value)
    if value in PLAIN_TYPES or (decimal and int(decimal[2]) <= int(decimal[1]) <= 38):
        return value
    raise problem(misfit(value, "a type", (*PLAIN_TYPES, "decimal(18,2)")))


def _as_tuple(value: object) -> object:
    return (value,) if isinstance(value, str) else value


Words = Annotated[
    tuple[str, ...],
    Field(min_length=1),
    BeforeValidator(_as_tuple, json_schema_input_type=str | Annotated[tuple[str, ...], Field(min_length=1)]),
]
Type = Annotated[str, AfterValidator(_column_type)]


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
    """A place where gold tables are served; the warehouses read the Iceberg tables in place."""

    kind: Literal["iceberg", "redshift", "snowflake"]


class Masking(Spec):
    """The masking key's secret and its version, which prefixes every masked value (`hk<version>:`)."""

    secret: SecretName
    version: Annotated[int, Field(ge=1)] = 1


class Pipeline(Spec):
    """The whole contract."""

    name: PipelineName
    environment: Environment | None = None
    settings: dict[Name, str] = Field(default_factory=dict)
    masking: Masking
    salesforce: Salesforce = Salesforce(objects={})
    rest: dict[Name, RestApi] = Field(default_factory=dict)
    sinks: dict[Name, Sink] = Field(default_factory=dict)
    silver: dict[Name, SilverTable]
    gold: dict[Name, GoldTable] = Field(default_factory=dict)

    @computed_field  # type: ignore[prop-decorator]
    @property
    def derived(self) -> Derived:
        """What follows from the rest and others read; it is in the compiled form alone."""
        prefix, sources = prefix_of(self.name, self.environment), [table.from_ for table in self.silver.values()]
        served = {
            name: Served(kind=sink.kind, tables=tuple(sorted(self._served_by(name))))
            for name, sink in self.sinks.items()
            if sink.kind != "iceberg"
        }
        return derive(prefix, self.environment is not None, self.salesforce, self.rest, sources, served)

    def _served_by(self, sink: str) -> list[str]:
        return [name for name, table in self.gold.items() if sink in table.sinks]
