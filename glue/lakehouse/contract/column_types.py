r"""The types of silver columns: one object holds all facts about a type, and `column_type` looks it up.

To add a type, write its object into `_TYPES`; its laws are in tests/raw_to_silver/types.yaml.

The SQL goes from clean text to the typed value, null where the text is null, empty or not of the type; a table's whole
select then crosses to the JVM in one call. It holds with ANSI mode on and off. No costly part is repeated outside a
branch that is rarely taken: Spark computes twice what is in a condition and again in its branch, and `nullif` and
BETWEEN repeat their arguments as well. Patterns end in `\z`: `$` also matches before a line break at the end.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from lakehouse.contract.instant_sql import parse_date, parse_timestamp
from lakehouse.contract.number_sql import parse_decimal, parse_integer
from lakehouse.contract.salesforce_id_sql import identify_salesforce_id, parse_salesforce_id
from lakehouse.contract.strict import misfit
from lakehouse.contract.text_sql import parse_boolean, parse_currency, parse_email, parse_phone, parse_string
from lakehouse_common.errors import LakehouseError

# As the contract writes it: digits, and how many of them are after the point.
DECIMAL = re.compile(r"decimal\((\d{1,2}),(\d{1,2})\)")
MOST_DIGITS = 38


class UnknownColumnTypeError(LakehouseError):
    """The contract has no type of that name; the message names the nearest one."""


@dataclass(frozen=True, kw_only=True)
class ColumnType:
    """One type of silver columns.

    `name` is the contract's word; `spark_type` and `appflow_type` are Spark's and Salesforce's words for it.
    `parse` makes the SQL of the typed value from the SQL of a clean text.
    `reason` is stored with a row whose text is not of the type; None where every text is.
    `identity` makes the SQL of what tells two keys apart; None where that is the typed value as text.
    `scale` says how many places after the point are kept, where JSON numbers have to be read exactly.
    """

    name: str
    spark_type: str
    appflow_type: str
    parse: Callable[[str], str]
    reason: str | None
    identity: Callable[[str], str] | None = None
    scale: int | None = None
    is_personal: bool = False
    takes_one_of: bool = False
    takes_min_and_max: bool = False

    @property
    def family(self) -> str:
        """Returns the name without the brackets and what is in them."""
        return self.name.partition("(")[0]

    def identify(self, text: str) -> str:
        """Returns SQL of a text that two values share exactly when they are one value, null where there is none.

        >>> column_type("boolean").identify("`is_active`")
        'cast(try_cast(`is_active` as boolean) AS string)'
        """
        return self.identity(text) if self.identity else f"cast({self.parse(text)} AS string)"


def column_type(word: str) -> ColumnType:
    """Returns the type that the contract calls `word`; a decimal is made from its digits.

    >>> column_type("decimal(5,2)").spark_type
    'decimal(5,2)'

    Raises:
        UnknownColumnTypeError: there is no such type.
    """
    if word in COLUMN_TYPES:
        return COLUMN_TYPES[word]
    decimal = DECIMAL.fullmatch(word)
    if decimal and int(decimal[2]) <= int(decimal[1]) <= MOST_DIGITS:
        return _decimal_type(word, int(decimal[2]))
    raise UnknownColumnTypeError(misfit(word, "a type", COLUMN_TYPES))


def is_widened(old: str, new: str) -> bool:
    """Returns whether Iceberg makes the old type of Spark's the new one without reading a file.

    >>> is_widened("decimal(10,2)", "decimal(18,2)"), is_widened("decimal(18,2)", "decimal(18,4)")
    (True, False)
    """
    before, after = DECIMAL.fullmatch(old), DECIMAL.fullmatch(new)
    return bool(before and after and before[2] == after[2] and int(before[1]) < int(after[1]))


def _decimal_type(name: str, scale: int) -> ColumnType:
    """Returns the decimal of that name, as Spark calls it too."""
    return ColumnType(
        name=name,
        spark_type=name,
        appflow_type="double",
        parse=partial(parse_decimal, spark_type=name),
        reason="is not a number that fits",
        scale=scale,
        takes_min_and_max=True,
    )


_TYPES = (
    ColumnType(
        name="string",
        spark_type="string",
        appflow_type="string",
        parse=parse_string,
        reason=None,
        takes_one_of=True,
    ),
    ColumnType(
        name="boolean",
        spark_type="boolean",
        appflow_type="boolean",
        parse=parse_boolean,
        reason="is not true or false",
    ),
    ColumnType(
        name="integer",
        spark_type="bigint",
        appflow_type="int",
        parse=parse_integer,
        reason="is not a whole number",
        takes_min_and_max=True,
    ),
    ColumnType(
        name="date",
        spark_type="date",
        appflow_type="date",
        parse=parse_date,
        reason="is not a date",
    ),
    ColumnType(
        name="timestamp",
        spark_type="timestamp",
        appflow_type="datetime",
        parse=parse_timestamp,
        reason="is not an instant",
    ),
    ColumnType(
        name="salesforce_id",
        spark_type="string",
        appflow_type="reference",
        parse=parse_salesforce_id,
        reason="is not a valid Salesforce id",
        identity=identify_salesforce_id,
    ),
    ColumnType(
        name="email",
        spark_type="string",
        appflow_type="email",
        parse=parse_email,
        reason="is not an e-mail address",
        is_personal=True,
    ),
    ColumnType(
        name="phone",
        spark_type="string",
        appflow_type="phone",
        parse=parse_phone,
        reason="is not a phone number",
        is_personal=True,
    ),
    ColumnType(
        name="currency",
        spark_type="string",
        appflow_type="string",
        parse=parse_currency,
        reason="is not a currency code",
        takes_one_of=True,
    ),
    # Stands for all decimals, where the types are counted up.
    _decimal_type("decimal(18,2)", 2),
)
# Every type by its name.
COLUMN_TYPES = {each.name: each for each in _TYPES}
