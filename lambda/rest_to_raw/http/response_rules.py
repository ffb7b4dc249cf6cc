"""The meaning of a response by the contract's `responses`: the first rule whose status and conditions match."""

import re
from collections.abc import Callable, Iterable
from typing import Any, Literal

import msgspec
from msgspec import Raw

from rest_to_raw.http.exchange import Response
from rest_to_raw.json_fields import at
from rest_to_raw.settings.structs import Action, Condition, ResponseRule

SCALAR = msgspec.json.Decoder(str | int | float | bool | None)
NULL = Raw(b"null")


def action(rules: Iterable[ResponseRule], response: Response) -> Action | None:
    """Returns the contract's action for the response, or None where no rule matches."""
    for rule in rules:
        if response.status in rule.status and all(_holds(condition, response) for condition in rule.when):
            return rule.action
    return None


def _holds(condition: Condition, response: Response) -> bool:
    """Returns whether the condition is true; it never is for a body that is not a JSON object."""
    try:
        value = at(msgspec.json.decode(response.body, type=dict[str, Raw]), condition.path)
        return OPERATORS[condition.op](value, condition.values)
    except (msgspec.DecodeError, RecursionError):
        return False


def _exists(value: Raw | None, wanted: tuple[Any, ...]) -> bool:
    return value is not None


def _is_in(found: Raw | None, wanted: tuple[Any, ...]) -> bool:
    scalar = SCALAR.decode(found or NULL)
    return any(type(scalar) is type(value) and scalar == value for value in wanted)


def _matches(value: Raw | None, wanted: tuple[Any, ...]) -> bool:
    scalar = SCALAR.decode(value or NULL)
    return isinstance(scalar, str) and re.search(str(wanted[0]), scalar) is not None


OPERATORS: dict[Literal["exists", "in", "matches"], Callable[[Raw | None, tuple[Any, ...]], bool]] = {
    "exists": _exists,
    "in": _is_in,
    "matches": _matches,
}
