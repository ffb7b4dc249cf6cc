"""moto's interpreter can't evaluate JSONata: it calls a Java library that it does not bring.

Here jsonata-python does it, one expression at a time since it keeps state of its own, with what Step Functions adds.
"""

import hashlib
import json
import sys
import threading
import uuid
from typing import Any

from jsonata import Jsonata
from moto.stepfunctions.parser.asl.component.intrinsic import jsonata as intrinsic
from moto.stepfunctions.parser.asl.jsonata import jsonata

from tests.localaws.plain_values import plain

NAMES = "encode_jsonata_variable_declarations"
LOCK = threading.Lock()


def apply() -> None:
    jsonata._eval_jsonata = evaluate
    for name in ("$hash", "$uuid", "$parse"):
        intrinsic._DECLARATION_BY_VARIABLE_REFERENCE.pop(name)
    # Each module has its own reference to it.
    for module in list(sys.modules.values()):
        if getattr(module, "__name__", "").startswith("moto.stepfunctions") and hasattr(module, NAMES):
            setattr(module, NAMES, declare)


def evaluate(text: str) -> Any:
    with LOCK:
        expression = Jsonata(text)
        expression.register_lambda("uuid", lambda: str(uuid.uuid4()))
        expression.register_lambda("parse", json.loads)
        expression.register_lambda("hash", digest)
        return expression.evaluate(None)


def digest(text: str, algorithm: str) -> str:
    return hashlib.new(algorithm.replace("-", "").lower(), text.encode()).hexdigest()


def declare(bindings: dict[str, Any]) -> str:
    """Variables as JSONata reads them; moto's own writes texts without escaping their quotes."""
    return "".join(f"{name}:={json.dumps(plain(value), default=str)};" for name, value in bindings.items())
