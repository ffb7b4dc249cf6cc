"""The masks of personal columns: one object holds all facts about a mask, and `MASKS` looks it up.

To add a mask, write its object into `_MASKS`; its laws are in tests/raw_to_silver/masks.yaml.
The SQL reads the key's two pads from columns, so that the key is in no plan, log or event log.
"""

from collections.abc import Callable
from dataclasses import dataclass

INNER_PAD, OUTER_PAD = "_inner_pad", "_outer_pad"
HASHED_VALUE = "^hk[0-9]+:[0-9a-f]{64}$"


@dataclass(frozen=True, kw_only=True)
class Mask:
    """One mask kind.

    `name` is the contract's word; `fits` are the types that it can mask, None for all of them.
    `hide` makes the SQL of the masked value from the SQL of a typed value and the key's version; null stays null.
    `spark_type` is the result's type in Spark's words, None where it is the column's own.
    `is_kept` says whether silver has the column; `is_masked`, whether no clear value is left.
    `fits_keys` says whether two values stay apart under it, so that a key may have it.
    `is_keyed` says whether the masked value depends on the masking key.
    `look` is what the gate checks of every masked value: the regular expression that a masked text fits and a clear one
    does not, or the bounds of masked numbers; None only where nothing is masked or nothing is kept.
    """

    name: str
    fits: frozenset[str] | None
    hide: Callable[[str, int], str]
    spark_type: str | None
    is_kept: bool = True
    is_masked: bool = True
    fits_keys: bool = False
    is_keyed: bool = False
    look: str | tuple[int, int] | None = None


def hash_text(value: str, version: int) -> str:
    """Returns `hk<version>:` and the HMAC-SHA-256 of the value's text in hex (RFC 2104).

    >>> print(hash_text("`email`", 1))
    concat('hk1:', sha2(concat(_outer_pad,
    unhex(sha2(concat(_inner_pad, cast(cast(`email` as string) as binary)), 256))), 256))
    """
    inner = f"unhex(sha2(concat({INNER_PAD}, cast(cast({value} as string) as binary)), 256))"
    return f"concat('hk{version}:', sha2(concat({OUTER_PAD}, {inner}), 256))"


def _drop(value: str, version: int) -> str:
    """Returns null: if a dropped column is ever selected, nothing of it is shown.

    >>> _drop("`street`", 1)
    'cast(null AS string)'
    """
    return "cast(null AS string)"


def _last_4(value: str, version: int) -> str:
    """Returns stars and the last 4 characters of a text of 8 or more.

    >>> print(_last_4("`phone`", 1))
    if(`phone` IS NULL, null, concat('****',
    if(length(cast(`phone` as string)) >= 8, right(cast(`phone` as string), 4), '')))
    """
    text = f"cast({value} as string)"
    return f"if({value} IS NULL, null, concat('****', if(length({text}) >= 8, right({text}, 4), '')))"


def _domain(value: str, version: int) -> str:
    """Returns the part of the address after its `@`.

    >>> _domain("`email`", 1)
    "substring_index(`email`, '@', -1)"
    """
    return f"substring_index({value}, '@', -1)"


def _year(value: str, version: int) -> str:
    """Returns the year, in UTC.

    >>> _year("`born`", 1)
    'year(`born`)'
    """
    return f"year({value})"


def _redacted(value: str, version: int) -> str:
    """Returns one word for whatever the value is: that there is one is all that is left.

    >>> _redacted("`note`", 1)
    "if(`note` IS NULL, null, 'redacted')"
    """
    return f"if({value} IS NULL, null, 'redacted')"


def _none(value: str, version: int) -> str:
    """Returns the value as it is.

    >>> _none("`name`", 1)
    '`name`'
    """
    return value


_MASKS = (
    Mask(
        name="hash",
        fits=None,
        hide=hash_text,
        spark_type="string",
        fits_keys=True,
        is_keyed=True,
        look=HASHED_VALUE,
    ),
    Mask(
        name="drop",
        fits=None,
        hide=_drop,
        spark_type="string",
        is_kept=False,
    ),
    Mask(
        name="last_4",
        fits=None,
        hide=_last_4,
        spark_type="string",
        look=r"^\*{4}(?s:.{0,4})\z",
    ),
    Mask(
        name="domain",
        fits=frozenset({"email"}),
        hide=_domain,
        spark_type="string",
        look=r"^[^@]*\z",
    ),
    Mask(
        name="year",
        fits=frozenset({"date", "timestamp"}),
        hide=_year,
        spark_type="int",
        look=(0, 9999),
    ),
    Mask(
        name="redacted",
        fits=None,
        hide=_redacted,
        spark_type="string",
        look=r"^redacted\z",
    ),
    Mask(
        name="none",
        fits=None,
        hide=_none,
        spark_type=None,
        is_masked=False,
        fits_keys=True,
    ),
)
# Every mask by its name; a column without one is not personal, and has the mask `NO_MASK`.
MASKS = {mask.name: mask for mask in _MASKS}
NO_MASK = MASKS["none"]
