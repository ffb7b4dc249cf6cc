"""The contract's models: those of `pipeline.yaml` and of its compiled form, `build/pipeline.json`.

Both forms share these models; the compiled one leaves nothing to default. Every default of the project is written here
and, for the sources, in `salesforce.py` and `rest/`.
"""

from collections.abc import Callable
from decimal import Decimal
from typing import Annotated, Self

from pydantic import AfterValidator, BeforeValidator, Field, computed_field, model_validator

from lakehouse.contract.column_types import COLUMN_TYPES, ColumnType, UnknownColumnTypeError, column_type
from lakehouse.contract.derived import Derived, Served, SinkName, derive, prefix_of
from lakehouse.contract.masks import MASKS, NO_MASK, Mask
from lakehouse.contract.rest.api import RestApi
from lakehouse.contract.salesforce import Salesforce
from lakehouse.contract.strict import KnownWord, StrictModel, problem
from lakehouse.contract.strings import Environment, FieldPath, Name, PipelineName, SecretName

MaskName = Annotated[str, KnownWord("a mask", tuple(MASKS))]


def _check_type(word: str) -> str:
    try:
        return column_type(word).name
    except UnknownColumnTypeError as error:
        raise problem(str(error)) from None


def _as_tuple(value: object) -> object:
    return (value,) if isinstance(value, str) else value


Words = Annotated[
    tuple[str, ...],
    Field(min_length=1),
    BeforeValidator(_as_tuple, json_schema_input_type=str | Annotated[tuple[str, ...], Field(min_length=1)]),
]
TypeName = Annotated[str, AfterValidator(_check_type)]


class Column(StrictModel):
    """One column of a silver table; `from` is the source's field, dotted where it is nested.

    `was` is the name that the column had before: its values stay, and only the name changes.
    """

    from_: FieldPath = Field(alias="from")
    type: TypeName = "string"
    required: bool = False
    one_of: tuple[str, ...] | None = None
    min: Decimal | None = None
    max: Decimal | None = None
    pii: MaskName | None = None
    was: Name | None = None

    @model_validator(mode="after")
    def check_pii_and_rules(self) -> Self:
        """Check that a personal column has a mask, and that mask and rules fit the type.

        Raises:
            ValueError: an e-mail or phone has no `pii`, or a mask or rule does not fit the type.
        """
        type_, mask = self.column_type, self.mask
        if type_.is_personal and self.pii is None:
            raise problem(f"a column of type {self.type} is personal: say pii: hash, or pii: none to keep it clear")
        if mask.fits is not None and type_.family not in mask.fits:
            raise problem(f"mask '{self.pii}' fits {' and '.join(sorted(mask.fits))}, not {self.type}")
        if self.one_of and not type_.takes_one_of:
            raise problem(f"one_of fits {_families(lambda each: each.takes_one_of)} columns only")
        if (self.min, self.max) != (None, None) and not type_.takes_min_and_max:
            raise problem(f"min and max fit {_families(lambda each: each.takes_min_and_max)} columns only")
        return self

    @property
    def column_type(self) -> ColumnType:
        """Returns all facts about its type."""
        return column_type(self.type)

    @property
    def mask(self) -> Mask:
        """Returns all facts about its mask; a column without `pii` has the mask `none`."""
        return NO_MASK if self.pii is None else MASKS[self.pii]


def _families(is_meant: Callable[[ColumnType], bool]) -> str:
    """Returns the types that are meant, as a sentence names them: `integer and decimal`."""
    return " and ".join(each.family for each in COLUMN_TYPES.values() if is_meant(each))


class SilverTable(StrictModel):
    """One cleaned table: one row per `key`, the newest by `version` (a source field; arrival decides without one)."""

    description: str
    from_: str = Field(alias="from")
    key: Words
    version: FieldPath | None = None
    columns: dict[Name, Column]


class GoldTable(StrictModel):
    """One published table, made by the function of its name in `lakehouse/silver_to_gold/`."""

    description: str
    key: Words
    sinks: tuple[str, ...] = ("iceberg",)
    reads: dict[Name, str] = Field(default_factory=dict)
    settings: tuple[Name, ...] = ()


class Sink(StrictModel):
    """A place where gold tables are served; the warehouses read the Iceberg tables in place."""

    kind: SinkName


class Masking(StrictModel):
    """The masking key's secret and its version, which prefixes every masked value (`hk<version>:`)."""

    secret: SecretName
    version: Annotated[int, Field(ge=1)] = 1


class Pipeline(StrictModel):
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
        """Returns the section `derived`, computed from all others; only the compiled form has it."""
        prefix, sources = prefix_of(self.name, self.environment), [table.from_ for table in self.silver.values()]
        served = {
            name: Served(kind=sink.kind, tables=tuple(sorted(self._served_by(name))))
            for name, sink in self.sinks.items()
            if sink.kind != "iceberg"
        }
        return derive(prefix, self.environment is not None, self.salesforce, self.rest, sources, served)

    def _served_by(self, sink: str) -> list[str]:
        return [name for name, table in self.gold.items() if sink in table.sinks]
