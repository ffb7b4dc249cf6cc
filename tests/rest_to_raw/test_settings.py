"""Laws of the settings: what the function reads is, field by field, what the contract's models compile."""

from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

import msgspec
import pytest
from pydantic import BaseModel

from lakehouse.contract.rest.api import Resource as Contract
from rest_to_raw.settings.resource import Resource
from rest_to_raw.settings.structs import Setting

# What the compiler always fills in; absent only in what people write.
FILLED_IN = ("Resource.base_url", "Resource.api", "Resource.resource")


def models(model: type[BaseModel]) -> dict[str, type[BaseModel]]:
    """The model and all below it, by their names."""
    found = {model.__name__: model}
    for hint in get_type_hints(model).values():
        for below in nested(hint):
            found |= models(below)
    return found


def nested(hint: Any) -> list[type[BaseModel]]:
    if isinstance(hint, type) and issubclass(hint, BaseModel):
        return [hint]
    return [model for argument in get_args(hint) for model in nested(argument)]


def shape(hint: Any) -> Any:
    """What a value of the type is in JSON, as far as both libraries can say it; a mapping is its class's name."""
    origin, arguments = get_origin(hint), get_args(hint)
    if origin is Literal:
        return "one of", frozenset(arguments)
    if origin in (Union, UnionType):
        return "either", frozenset(map(shape, arguments))
    if origin is tuple:
        return "list of", shape(arguments[0])
    if origin is dict:
        return "mapping to", shape(arguments[1])
    return hint.__name__


def contract_fields(model: type[BaseModel]) -> dict[str, Any]:
    hints = get_type_hints(model)
    shapes = {field.alias or name: shape(hints[name]) for name, field in model.model_fields.items()}
    filled_in = {name for name in shapes if f"{model.__name__}.{name}" in FILLED_IN}
    return {name: without_none(kind) if name in filled_in else kind for name, kind in shapes.items()}


def without_none(kind: Any) -> Any:
    (only,) = kind[1] - {NoneType.__name__}
    return only


def struct_fields(struct: type[msgspec.Struct]) -> dict[str, Any]:
    hints = get_type_hints(struct)
    return {field.encode_name: shape(hints[field.name]) for field in msgspec.structs.fields(struct)}


STRUCTS: dict[str, type[msgspec.Struct]] = {one.__name__: one for one in (Resource, *Setting.__subclasses__())}
MODELS = models(Contract)


def test_each_mapping_of_the_contract_is_one_of_the_function_s() -> None:
    assert set(STRUCTS) == set(MODELS)


@pytest.mark.parametrize("name", STRUCTS)
def test_the_function_reads_what_the_contract_compiles(name: str) -> None:
    assert struct_fields(STRUCTS[name]) == contract_fields(MODELS[name])


@pytest.mark.parametrize("struct", STRUCTS.values(), ids=STRUCTS)
def test_every_default_is_the_contract_s(struct: type[msgspec.Struct]) -> None:
    assert [field.name for field in msgspec.structs.fields(struct) if not field.required] == []
