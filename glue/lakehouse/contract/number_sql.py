"""SQL of numbers: from clean text to decimals and whole numbers."""

from lakehouse.contract.sql import matches, try_cast

# Spark would write such a number out digit by digit, for minutes, or fail the job.
HUGE_EXPONENT = r"[eE][+-]?0*[1-9][0-9]{3}"


def parse_decimal(text: str, spark_type: str) -> str:
    """Returns the number, rounded half up to the type's scale; null where it does not fit.

    >>> print(parse_decimal("`score`", "decimal(5,2)"))
    if((contains(`score`, 'e') OR contains(`score`, 'E')) AND rlike(`score`, r"[eE][+-]?0*[1-9][0-9]{3}"), null,
    try_cast(`score` as decimal(5,2)))
    """
    has_exponent = f"(contains({text}, 'e') OR contains({text}, 'E'))"
    is_huge = f"{has_exponent} AND {matches(text, HUGE_EXPONENT)}"
    return f"if({is_huge}, null, {try_cast(text, spark_type)})"


def parse_integer(text: str) -> str:
    """Returns the whole number, also of the floats of Salesforce's REST API (`3.0`).

    >>> print(parse_integer("`age`"))
    coalesce(try_cast(`age` as bigint),
    if(if(...) = floor(if(...)), try_cast(if(..., try_cast(`age` as decimal(38,18))) as bigint), null))
    """
    exact = parse_decimal(text, "decimal(38,18)")
    return f"coalesce({try_cast(text, 'bigint')}, if({exact} = floor({exact}), {try_cast(exact, 'bigint')}, null))"
