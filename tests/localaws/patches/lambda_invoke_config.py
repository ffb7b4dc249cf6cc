"""moto keeps every asynchronous invoke configuration that was put and tells the first; in AWS the last one counts."""

from typing import Any

from moto.awslambda.models import LambdaBackend

PUT = LambdaBackend.put_function_event_invoke_config


def apply() -> None:
    LambdaBackend.put_function_event_invoke_config = put


def put(backend: LambdaBackend, function_name: str, config: dict[str, Any]) -> dict[str, Any]:
    backend.get_function(function_name).event_invoke_config.clear()
    told: dict[str, Any] = PUT(backend, function_name, config)
    return told
