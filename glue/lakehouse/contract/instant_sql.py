"""SQL of days and instants: from clean text to dates and timestamps between the first and the last day."""

from lakehouse.contract.sql import matches, try_cast

EPOCH_MILLISECONDS = r"^-?[0-9]{11,14}\z"
# The spelling that a cast does not know: an offset without a colon.
WITH_PLAIN_OFFSET = "yyyy-MM-dd'T'HH:mm:ss[.SSS]XX"
# The days that Redshift, Snowflake, Parquet readers and Python all understand.
FIRST_DAY, LAST_DAY = "0001-01-01", "9999-12-31"
# A day that starts with another year stays between them, whatever its offset.
OUTER_YEARS = ("0000", "0001", "9999")


def parse_date(text: str) -> str:
    """Returns the day, or an instant's day as it is written, whatever its offset.

    >>> print(parse_date("`born`"))
    if((instr(`born`, '-') = 5 AND octet_length(`born`) >= 10)
    AND (octet_length(`born`) = 10 OR try_cast(`born` as timestamp) IS NOT NULL),
    if(startswith(`born`, '0000') OR ..., ..., try_cast(substring(`born`, 1, 10) as date)), null)
    """
    is_in_full = f"octet_length({text}) = 10 OR {try_cast(text, 'timestamp')} IS NOT NULL"
    day = try_cast(f"substring({text}, 1, 10)", "date")
    return f"if({_starts_with_a_day(text)} AND ({is_in_full}), {_within_days(text, day, 'date')}, null)"


def parse_timestamp(text: str) -> str:
    r"""Returns the instant, in UTC where the text names no offset.

    Of a cast, reading the time zone is the dearest part: without its Z the text costs a third, and means the same as
    long as the session's time zone is UTC.

    >>> print(parse_timestamp("`at`"))
    if((instr(`at`, '-') = 5 AND octet_length(`at`) >= 10), if(..., ...,
    coalesce(try_cast(replace(`at`, 'Z', '') as timestamp), try_to_timestamp(`at`, "yyyy-MM-dd'T'HH:mm:ss[.SSS]XX"))),
    if(rlike(`at`, r"^-?[0-9]{11,14}\z"), if(timestamp_millis(try_cast(`at` as bigint)) >= ..., null), null))
    """
    in_utc = try_cast(f"replace({text}, 'Z', '')", "timestamp")
    with_offset = f'try_to_timestamp({text}, "{WITH_PLAIN_OFFSET}")'
    named = _within_days(text, f"coalesce({in_utc}, {with_offset})", "timestamp")
    epoch = _bounded(f"timestamp_millis({try_cast(text, 'bigint')})", "timestamp")
    return f"if({_starts_with_a_day(text)}, {named}, if({matches(text, EPOCH_MILLISECONDS)}, {epoch}, null))"


def _starts_with_a_day(text: str) -> str:
    """Returns whether it may start with `yyyy-MM-dd`; Spark also reads parts of days, and times alone as of today.

    >>> _starts_with_a_day("`at`")
    "(instr(`at`, '-') = 5 AND octet_length(`at`) >= 10)"
    """
    return f"(instr({text}, '-') = 5 AND octet_length({text}) >= 10)"


def _within_days(text: str, value: str, spark_type: str) -> str:
    """Returns the value; null before the first and after the last day, which only a text of an outer year can be.

    >>> print(_within_days("`born`", "day", "date"))
    if(startswith(`born`, '0000') OR startswith(`born`, '0001') OR startswith(`born`, '9999'), if(day >= ...), day)
    """
    is_outer = " OR ".join(f"startswith({text}, '{year}')" for year in OUTER_YEARS)
    return f"if({is_outer}, {_bounded(value, spark_type)}, {value})"


def _bounded(value: str, spark_type: str) -> str:
    """Returns the value; null before the first and after the last day.

    >>> print(_bounded("day", "date"))
    if(day >= date'0001-01-01' AND day < date'9999-12-31' + interval 1 day, day, null)
    """
    beyond = f"{spark_type}'{LAST_DAY}' + interval 1 day"
    return f"if({value} >= {spark_type}'{FIRST_DAY}' AND {value} < {beyond}, {value}, null)"
