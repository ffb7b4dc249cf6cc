"""SQL over the columns of a silver table while they are text: cleaned, parsed as their type, or compared as keys."""

from lakehouse.contract.column_types import column_type
from lakehouse.contract.sql import quote


def clean_text(name: str) -> str:
    """Returns trimmed text, perhaps empty; NUL characters, which no warehouse stores, are taken out.

    >>> clean_text("name")
    "trim(replace(`name`, char(0), ''))"
    """
    return f"trim(replace({quote(name)}, char(0), ''))"


def null_if_empty(name: str) -> str:
    """Returns the clean text in column `name`, null when it is empty.

    >>> null_if_empty("name")
    "nullif(`name`, '')"
    """
    return f"nullif({quote(name)}, '')"


def parse_text(name: str, type_name: str) -> str:
    """Returns the typed value of the clean text in column `name`; null where it is null, empty or not of the type.

    >>> parse_text("is_active", "boolean")
    'try_cast(`is_active` as boolean)'
    """
    return column_type(type_name).parse(quote(name))


def identify_key(name: str, type_name: str) -> str:
    """Returns SQL of a text that only equal keys share: of an id the first 15 characters, cheaper than parsing it.

    >>> identify_key("account_id", "salesforce_id")
    'substring(`account_id`, 1, 15)'
    >>> identify_key("is_active", "boolean")
    'cast(try_cast(`is_active` as boolean) AS string)'
    """
    return column_type(type_name).identify(quote(name))


def content_hash(columns: list[str]) -> str:
    """Returns the hash of a row's values and of which are null.

    The hash skips nulls: without their places, a value that moves to another column would not change it.

    >>> content_hash(["name", "city"])
    'xxhash64(`name`, `city`, isnull(`name`), isnull(`city`))'
    """
    content = ", ".join([*map(quote, columns), *(f"isnull({quote(name)})" for name in columns)])
    return f"xxhash64({content})"
