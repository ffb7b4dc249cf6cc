"""What an answer means by the contract's `responses`: the first whose status and conditions fit."""

import re
from collections.abc import Iterable

import msgspec
from msgspec import Raw

from rest_to_raw.http.exchange import Answer
from rest_to_raw.pagination.fields import at
from rest_to_raw.settings.structs import Action, Condition, Response

SCALAR = msgspec.json.Decoder(str | int | float | bool | None)


def action(responses: Iterable[Response], answer: Answer) -> Action | None:
    """The contract's action for the answer, or None where it says nothing of it."""
    for response in responses:
        if answer.status in response.status and all(_holds(one, answer) for one in response.when):
            return response.action
    return None


def _holds(condition: Condition, answer: Answer) -> bool:
    """Whether the condition holds; of a body that is no JSON object none does."""
    try:
        found = at(msgspec.json.decode(answer.body, type=dict[str, Raw]), condition.path)
        if condition.op == "exists":
            return found is not None
        value = SCALAR.decode(found or b"null")
    except (msgspec.DecodeError, RecursionError):
        return False
    if condition.op == "matches":
        return isinstance(value, str) and re.search(str(condition.values[0]), value) is not None
    return any(type(value) is type(one) and value == one for one in condition.values)
