"""moto runs functions in Docker alone; here each runs from its own zip under AWS's runtime interface client."""

import atexit
import json
import os
import tempfile
import threading
from pathlib import Path
from typing import Any

from moto.awslambda.models import LambdaFunction

from tests.localaws.lambda_process import FunctionProcess, runtime_libraries

KEYS = {"AWS_ACCESS_KEY_ID": "testing", "AWS_SECRET_ACCESS_KEY": "testing"}
WARM: dict[tuple[str, str, str], FunctionProcess] = {}
LIBRARIES = tempfile.TemporaryDirectory()
# Two calls at once must not both start the function's process.
LOCK = threading.Lock()


def apply() -> None:
    LambdaFunction._invoke_lambda = invoke
    atexit.register(end)


def invoke(function: LambdaFunction, event: Any = None) -> tuple[str, bool, str]:
    """The answer, whether it is an error, and the log, as moto asks for them."""
    given = json.loads(event or "{}") if isinstance(event, (str, bytes)) else event
    with LOCK:
        warm = process(function)
    payload, failed = warm.call(given or {})
    return payload, failed, ""


def process(function: LambdaFunction) -> FunctionProcess:
    """The function's warm process; another code or environment is another process."""
    variables = {str(name): str(value) for name, value in function.environment_vars.items()}
    key = (function.function_name, function.code_sha_256, json.dumps(variables, sort_keys=True))
    if key not in WARM:
        account: dict[str, Any] = {
            **KEYS,
            "AWS_REGION": function.region,
            "AWS_DEFAULT_REGION": function.region,
            "AWS_ENDPOINT_URL": f"http://127.0.0.1:{os.environ['MOTO_PORT']}",
            "AWS_LAMBDA_FUNCTION_NAME": function.function_name,
            "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
            "AWS_LAMBDA_LOG_GROUP_NAME": f"/aws/lambda/{function.function_name}",
            "AWS_LAMBDA_LOG_STREAM_NAME": "emulated",
        }
        libraries = runtime_libraries(Path(LIBRARIES.name))
        WARM[key] = FunctionProcess(function.code_bytes, function.handler, account | variables, libraries)
    return WARM[key]


def end() -> None:
    for one in WARM.values():
        one.close()
