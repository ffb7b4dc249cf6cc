"""Secrets by reference: a name in the contract, its value in the environment, in a file or in AWS Secrets Manager."""

import os
import re
from collections.abc import Callable
from pathlib import Path

Secrets = Callable[[str], str]
NAME = re.compile(r"[a-z][a-z0-9_-]*(/[a-z0-9_-]+)*")
UNREADABLE = {
    "ResourceNotFoundException": "does not exist",
    "AccessDeniedException": "may not be read by this role",
}


class SecretMissing(Exception):
    """A secret has no value; the message says where one is looked for, and never a value."""


def open_secrets(where: str) -> Secrets:
    """A function from a secret's name to its value, less one trailing newline.

    The environment comes first (`billing/token` is `BILLING_TOKEN`), then `where`: a folder with a file per name, or
    `aws:` and what the names in Secrets Manager begin with (`aws:lakehouse-dev/`).

    Raises:
        SecretMissing: from the returned function, when the value is nowhere to be found.
    """
    in_aws = where.startswith("aws:")
    find = _in_secrets_manager(where[4:]) if in_aws else _in_folder(Path(where.removeprefix("file://")))

    def read_secret(name: str) -> str:
        if not NAME.fullmatch(name):
            raise SecretMissing(f"'{name}' is no secret's name: small letters, digits, '_', '-', parts joined by '/'")
        return (os.environ.get(variable(name)) or find(name)).removesuffix("\n").removesuffix("\r")

    return read_secret


def variable(name: str) -> str:
    """The environment variable that may hold the secret."""
    return re.sub(r"[/-]", "_", name).upper()


def _in_folder(folder: Path) -> Secrets:
    def find(name: str) -> str:
        try:
            return (folder / name).read_text(encoding="utf-8")
        except FileNotFoundError:
            raise SecretMissing(
                f"secret '{name}' is missing: set {variable(name)} or write the file {folder / name}"
            ) from None

    return find


def _in_secrets_manager(prefix: str) -> Secrets:
    def find(name: str) -> str:
        import boto3
        from botocore.exceptions import ClientError

        try:
            answer = boto3.client("secretsmanager").get_secret_value(SecretId=f"{prefix}{name}")
        except ClientError as error:
            reason = UNREADABLE.get(error.response.get("Error", {}).get("Code", ""))
            if reason is None:
                raise
            remedy = f"put a value into the Secrets Manager secret '{prefix}{name}' and grant this role to read it"
            raise SecretMissing(f"secret '{name}' {reason}: {remedy}") from None
        return str(answer["SecretString"]) if "SecretString" in answer else answer["SecretBinary"].decode()

    return find
