"""How a call of an account ends."""

from typing import Any

from botocore.exceptions import ClientError


def code(call: Any, **asked: Any) -> str:
    """The code of the error; empty where the call is answered."""
    try:
        call(**asked)
    except ClientError as error:
        return str(error.response["Error"]["Code"])
    return ""
