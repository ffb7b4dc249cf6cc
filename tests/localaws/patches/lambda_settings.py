"""moto forgets a function's dead-letter queue and logging, and changes of its key and tracing.

AWS gives back what was set, and of the logging its defaults.
"""

from typing import Any

from moto.awslambda.models import LambdaFunction

FORGOTTEN = ("DeadLetterConfig", "LoggingConfig")
MADE, TOLD, CHANGED = LambdaFunction.__init__, LambdaFunction.get_configuration, LambdaFunction.update_configuration


def apply() -> None:
    LambdaFunction.__init__ = make
    LambdaFunction.get_configuration = tell
    LambdaFunction.update_configuration = change


def make(function: LambdaFunction, account_id: str, spec: dict[str, Any], *more: Any, **named: Any) -> None:
    MADE(function, account_id, spec, *more, **named)
    function.localaws_settings = {name: spec[name] for name in FORGOTTEN if spec.get(name)}


def tell(function: LambdaFunction, *more: Any, **named: Any) -> dict[str, Any]:
    told: dict[str, Any] = TOLD(function, *more, **named)
    settings = function.localaws_settings
    logging = {"LogFormat": "Text", "LogGroup": f"/aws/lambda/{function.function_name}"}
    return told | settings | {"LoggingConfig": logging | settings.get("LoggingConfig", {})}


def change(function: LambdaFunction, updates: dict[str, Any]) -> dict[str, Any]:
    function.localaws_settings |= {name: updates[name] for name in FORGOTTEN if name in updates}
    function.kms_key_arn = updates.get("KMSKeyArn", function.kms_key_arn)
    function.tracing_config = updates.get("TracingConfig", function.tracing_config)
    told: dict[str, Any] = CHANGED(function, updates)
    return told
