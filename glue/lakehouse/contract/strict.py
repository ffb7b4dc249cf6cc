"""The strict base of every model of the contract: frozen, and unknown keys are refused with the nearest known one."""

import difflib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Self

from pydantic import (
    BaseModel,
    ConfigDict,
    GetCoreSchemaHandler,
    GetJsonSchemaHandler,
    ModelWrapValidatorHandler,
    ValidationError,
    model_validator,
)
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, InitErrorDetails, PydanticCustomError, core_schema


def nearest(word: object, known: Iterable[str]) -> str | None:
    """Returns the known word that is most like `word`, None where none is like it."""
    return next(iter(difflib.get_close_matches(str(word), sorted(known), n=1)), None)


def did_you_mean(word: object, known: Iterable[str]) -> str:
    """Returns the end of a message about an unknown word: the nearest known one, or all of them."""
    names = sorted(known)
    near = nearest(word, names)
    if near:
        return f"did you mean '{near}'?"
    return f"use one of {', '.join(names)}" if names else "there is none to choose from"


def misfit(word: object, noun: str, known: Iterable[str]) -> str:
    """Returns the message about a refused value; it shows the value only if it is like a known word.

    Any other value may be a secret.
    """
    names = sorted(known)
    if nearest(word, names):
        return f"'{word}' is not {noun}; {did_you_mean(word, names)}"
    return f"the value is not {noun}; {did_you_mean('', names)}"


def problem(message: str) -> PydanticCustomError:
    """Returns a validation error that says `message` to the letter."""
    return PydanticCustomError("contract", "{message}", {"message": message})


@dataclass(frozen=True)
class KnownWord:
    """Metadata of a field that holds one word of a closed table: `noun` is what messages call such a word."""

    noun: str
    known: tuple[str, ...]

    def check(self, word: object) -> str:
        """Returns the word.

        Raises:
            PydanticCustomError: it is not in the table; the message names the nearest one that is.
        """
        if isinstance(word, str) and word in self.known:
            return word
        raise problem(misfit(word, self.noun, self.known))

    def __get_pydantic_core_schema__(self, _source: Any, _handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_plain_validator_function(self.check)

    def __get_pydantic_json_schema__(self, _schema: CoreSchema, _handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        return {"enum": list(self.known), "type": "string"}


class StrictModel(BaseModel):
    """A frozen mapping that refuses unknown keys and names the nearest known one."""

    model_config = ConfigDict(frozen=True, extra="forbid", serialize_by_alias=True)

    @model_validator(mode="wrap")
    @classmethod
    def refuse_unknown_keys(cls, data: Any, handler: ModelWrapValidatorHandler[Self]) -> Self:
        """Check the keys, and report unknown ones together with every other problem of the mapping.

        Raises:
            ValidationError: one line per unknown key and per bad value.
        """
        if not isinstance(data, Mapping):
            return handler(data)
        known = {field.alias or name for name, field in cls.model_fields.items()}
        lines = [_unknown_key(key, known) for key in data if key not in known]
        try:
            model = handler({key: value for key, value in data.items() if key in known})
        except ValidationError as error:
            lines += [_repeat(line) for line in error.errors()]
        if lines:
            raise ValidationError.from_exception_data(cls.__name__, lines)
        return model


def _unknown_key(key: object, known: set[str]) -> InitErrorDetails:
    return InitErrorDetails(type=problem(f"unknown key; {did_you_mean(key, known)}"), loc=(str(key),), input=None)


def _repeat(line: Any) -> InitErrorDetails:
    """Returns the same problem, to be raised again; its context keeps what a readable message needs."""
    context = {**line.get("ctx", {}), "message": line["msg"]}
    return InitErrorDetails(
        type=PydanticCustomError(line["type"], "{message}", context), loc=line["loc"], input=line["input"]
    )
