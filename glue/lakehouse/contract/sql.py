"""The smallest pieces of Spark SQL texts, of which the column types and the masks are made."""


def quote(name: str) -> str:
    """Returns the column as SQL names it.

    >>> quote("created_at")
    '`created_at`'
    """
    return f"`{name}`"


def try_cast(value: str, spark_type: str) -> str:
    """Returns the value as another type, null where it is not of that type.

    >>> try_cast("`age`", "bigint")
    'try_cast(`age` as bigint)'
    """
    return f"try_cast({value} as {spark_type})"


def matches(text: str, pattern: str) -> str:
    r"""Returns the condition that a part of the text fits a regular expression of Java.

    >>> print(matches("`code`", r"^[A-Z]{3}\\z"))
    rlike(`code`, r"^[A-Z]{3}\\z")
    """
    return f'rlike({text}, r"{pattern}")'
