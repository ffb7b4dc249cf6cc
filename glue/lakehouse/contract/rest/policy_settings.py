"""The contract's models of how an API is treated: limits, retries, network, and what its answers mean."""

import re
from collections.abc import Iterator
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from lakehouse.contract.strict import StrictModel, problem
from lakehouse.contract.strings import FieldPath, HeaderName, Seconds, Share

Action = Literal["fail", "retry", "ignore", "end_of_data", "reduce_page", "refresh_token"]
Status = Annotated[int, Field(ge=100, le=599)]
PATH = r"[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*"
VALUE = r"'[^']*'|-?\d+(?:\.\d+)?|true|false|null"
COMPARES = re.compile(rf"({PATH}) == ({VALUE})")
IS_IN = re.compile(rf"({PATH}) in \[((?:{VALUE})(?:, ?(?:{VALUE}))*)\]")
EXISTS = re.compile(rf"exists\(({PATH})\)")
MATCHES = re.compile(rf"matches\(({PATH}), '([^']*)'\)")


class Condition(StrictModel):
    """One compiled condition on an answer's JSON: `values` are what `path` may equal, or the pattern it matches."""

    op: Literal["exists", "in", "matches"]
    path: FieldPath
    values: tuple[str | int | float | bool | None, ...] = ()


def parse_conditions(text: object) -> object:
    """Returns the condition that people write, compiled; one that is compiled already as it is.

    `exists(path)`, `path == value`, `path in [value, ...]` and `matches(path, 'pattern')`, joined by `and`. A value is
    'text', a number, true, false or null. Nothing else: what needs more is not an API's error format.

    Raises:
        ValueError: a part is none of these, or its pattern is none.
    """
    return tuple(map(_condition, text.split(" and "))) if isinstance(text, str) else text


def _condition(text: str) -> dict[str, Any]:
    text = text.strip()
    if match := COMPARES.fullmatch(text):
        return {"op": "in", "path": match[1], "values": tuple(_values(match[2]))}
    if match := IS_IN.fullmatch(text):
        return {"op": "in", "path": match[1], "values": tuple(_values(match[2]))}
    if match := EXISTS.fullmatch(text):
        return {"op": "exists", "path": match[1]}
    if match := MATCHES.fullmatch(text):
        try:
            re.compile(match[2])
        except re.error:
            raise problem("'matches' holds a pattern that is no regular expression") from None
        return {"op": "matches", "path": match[1], "values": (match[2],)}
    raise problem("the condition is none of exists(a.b), a.b == 'text', a.b in [1, 2], matches(a.b, 'pattern')")


def _values(text: str) -> Iterator[str | int | float | bool | None]:
    words = {"true": True, "false": False, "null": None}
    for literal in re.findall(VALUE, text):
        if literal.startswith("'"):
            yield literal[1:-1]
        elif literal in words:
            yield words[literal]
        else:
            yield float(literal) if "." in literal else int(literal)


def _statuses(value: object) -> object:
    return (value,) if isinstance(value, int) else value


class ResponseRule(StrictModel):
    """What an answer with one of these statuses, and where all conditions hold, means; the first that fits decides.

    fail: the run fails. retry: as after a 503. ignore: no page, the next parent follows. end_of_data: the last page was
    the one before. reduce_page: the same page again with half its size. refresh_token: a new token, then once more.
    """

    status: Annotated[tuple[Status, ...], BeforeValidator(_statuses, json_schema_input_type=int | tuple[int, ...])]
    action: Action
    when: Annotated[tuple[Condition, ...], BeforeValidator(parse_conditions, json_schema_input_type=str)] = ()


class Limits(StrictModel):
    """What the API allows. The rate is the API's: each of its resources gets its share, since all may run at once.

    `remaining` and `reset` name the headers that tell how many requests are left, and when there are more: in seconds
    from now, as an instant in epoch seconds, or as an HTTP date.
    """

    requests_per_second: Annotated[float, Field(gt=0)] | None = None
    remaining: HeaderName | None = None
    reset: HeaderName | None = None
    requests_per_run: Annotated[int, Field(gt=0)] = 20_000


class Retry(StrictModel):
    """Full-jitter exponential backoff. A wait above `inline` is left to the orchestrator; Retry-After is never cut."""

    attempts: Annotated[int, Field(ge=1, le=20)] = 6
    base: Seconds = 1
    longest: Seconds = 60
    inline: Seconds = 60
    statuses: tuple[Status, ...] = (408, 425, 429, 500, 502, 503, 504)


class Http(StrictModel):
    """How long, and how large, an answer may be; `page` is from the request to the last byte of the answer.

    `inflate_ratio` is how many times its compressed size a body may have. Only public addresses are spoken to, unless
    the API lies in a `private_network`.
    """

    connect: Seconds = 5
    read: Seconds = 30
    page: Seconds = 120
    body_mb: Annotated[int, Field(ge=1, le=2048)] = 256
    inflate_ratio: Annotated[int, Field(ge=1)] = 200
    private_network: bool = False


class Expect(StrictModel):
    """What a run, or each window of it, must bring: at least `rows`, and the `total` that the API tells.

    Of the total the share `tolerance` may be missing; it is that of one series of pages.
    """

    total: FieldPath | None = None
    tolerance: Share = 0.0
    rows: Annotated[int, Field(ge=0)] = 0
