"""moto calls a function whatever its reserved concurrency is; AWS refuses where it is 0."""

from typing import Any

from moto.awslambda.exceptions import LambdaClientError
from moto.awslambda.models import LambdaFunction


class TooManyRequests(LambdaClientError):
    """What AWS answers to a call of a function that may not run now."""

    code = 429

    def __init__(self) -> None:
        super().__init__("TooManyRequestsException", "Rate Exceeded.")


def apply() -> None:
    called = LambdaFunction.invoke

    def invoke(function: LambdaFunction, *more: Any, **named: Any) -> Any:
        # moto keeps the number as it came, as text.
        if str(function.reserved_concurrency) == "0":
            raise TooManyRequests
        return called(function, *more, **named)

    LambdaFunction.invoke = invoke
