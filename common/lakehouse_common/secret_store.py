"""Secrets by reference: a name in the contract, its value in the environment, in a file, Secrets Manager or SSM."""

import logging
import os
import re
from contextlib import suppress
from pathlib import Path
from typing import Any, Protocol

from lakehouse_common.errors import LakehouseError

# Its lines of level DEBUG hold the bodies of requests and answers, and so the secrets.
logging.getLogger("botocore").setLevel(logging.WARNING)
NAME = re.compile(r"[a-z][a-z0-9_-]*(/[a-z0-9_-]+)*")
UNREADABLE = {
    "ResourceNotFoundException": "does not exist",
    "ParameterNotFound": "does not exist",
    "NotFoundException": "does not exist",
    "AccessDeniedException": "may not be read by this role",
}
# A warm function asks again after so many seconds; a refused secret is read anew at once.
MAX_AGE_S = 300


class SecretMissingError(LakehouseError):
    """A secret has no value, or can't be given one; the message says where it is looked for, and never a value."""


class Place(Protocol):
    """Where values lie."""

    def find(self, name: str, *, fresh: bool) -> str:
        """The value. Raises: SecretMissingError."""
        ...

    def store(self, name: str, value: str) -> None:
        """Writes another value in the old one's place. Raises: SecretMissingError."""
        ...


class Secrets:
    """Values by their names, less one trailing newline.

    The environment comes first (`billing/token` is `BILLING_TOKEN`), then the place.
    """

    def __init__(self, place: Place) -> None:
        self.place = place

    def __call__(self, name: str, *, fresh: bool = False) -> str:
        """The secret's value; `fresh` passes over what was read a moment ago.

        Raises:
            SecretMissingError: it is nowhere to be found, empty, or no text.
        """
        if not NAME.fullmatch(name):
            raise SecretMissingError(
                f"'{name}' is no secret's name: small letters, digits, '_', '-', parts joined by '/'"
            )
        value = self._text(name, fresh)
        if not value:
            fault = "is no text in UTF-8" if value is None else "is empty"
            raise SecretMissingError(f"secret '{name}' {fault}: put another value in its place")
        return value

    def _text(self, name: str, fresh: bool) -> str | None:
        """The value, or None where it is no text: the error that says so holds all of it, and is not raised on."""
        try:
            value = os.environ.get(variable(name)) or self.place.find(name, fresh=fresh)
            value.encode()
        except UnicodeError:
            return None
        return value.removesuffix("\n").removesuffix("\r")

    def write(self, name: str, value: str) -> None:
        """Keeps a value that the source has rotated.

        Raises:
            SecretMissingError: it can't be kept there.
        """
        if os.environ.get(variable(name)):
            raise SecretMissingError(
                f"secret '{name}' changes and can't be kept in {variable(name)}: keep it in a file instead"
            )
        self.place.store(name, value)


def open_secrets(where: str) -> Secrets:
    """The secrets of a place: a folder with a file per name, `aws:` and what the names in Secrets Manager begin with
    (`aws:lakehouse-dev/`), or `aws-ssm:` and what those of SSM parameters begin with (`aws-ssm:/lakehouse-dev/`).
    """
    kind, found, prefix = where.partition(":")
    if found and kind == "aws":
        return Secrets(SecretsManager(prefix))
    if found and kind == "aws-ssm":
        return Secrets(Parameters(prefix))
    return Secrets(Folder(Path(where.removeprefix("file://"))))


def variable(name: str) -> str:
    """The environment variable that may hold the secret."""
    return re.sub(r"[/-]", "_", name).upper()


class Folder:
    """A file per secret."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def find(self, name: str, *, fresh: bool) -> str:
        """The file's text."""
        try:
            return (self.folder / name).read_text(encoding="utf-8")
        except FileNotFoundError:
            raise SecretMissingError(
                f"secret '{name}' is missing: set {variable(name)} or write the file {self.folder / name}"
            ) from None

    def store(self, name: str, value: str) -> None:
        """Puts a new file in the old one's place in one step, for its owner's eyes alone."""
        new = self.folder / f"{name}.new"
        try:
            new.unlink(missing_ok=True)
            with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
                file.write(value)
                file.flush()
                os.fsync(file.fileno())
            new.rename(self.folder / name)
        except OSError as error:
            raise SecretMissingError(
                f"secret '{name}' can't be kept ({type(error).__name__}): let the file {self.folder / name} be written"
            ) from None


class SecretsManager:
    """AWS Secrets Manager; in a function by way of Powertools, which keeps values for a while."""

    def __init__(self, prefix: str) -> None:
        self.prefix = prefix

    def find(self, name: str, *, fresh: bool) -> str:
        """The current version's text."""
        try:
            return _secret(f"{self.prefix}{name}", fresh)
        except _client_error() as error:
            remedy = f"put a value into the Secrets Manager secret '{self.prefix}{name}' and grant this role to read it"
            raise _missing(error, name, remedy) from None

    def store(self, name: str, value: str) -> None:
        """Makes another version the current one."""
        import boto3

        try:
            boto3.client("secretsmanager").put_secret_value(SecretId=f"{self.prefix}{name}", SecretString=value)
        except _client_error() as error:
            raise _missing(error, name, f"grant this role to write the secret '{self.prefix}{name}'") from None
        with suppress(ImportError):
            from aws_lambda_powertools.utilities.parameters import clear_caches

            # It would go on giving out the value that was replaced.
            clear_caches()  # type: ignore[no-untyped-call]


class Parameters:
    """SSM parameters of type SecureString."""

    def __init__(self, prefix: str) -> None:
        self.prefix = prefix

    def find(self, name: str, *, fresh: bool) -> str:
        """The parameter's text."""
        import boto3

        try:
            found = boto3.client("ssm").get_parameter(Name=f"{self.prefix}{name}", WithDecryption=True)
        except _client_error() as error:
            remedy = f"put a value into the SSM parameter '{self.prefix}{name}' and grant this role to read it"
            raise _missing(error, name, remedy) from None
        return str(found["Parameter"]["Value"])

    def store(self, name: str, value: str) -> None:
        """Overwrites the parameter."""
        import boto3

        try:
            boto3.client("ssm").put_parameter(
                Name=f"{self.prefix}{name}", Value=value, Type="SecureString", Overwrite=True
            )
        except _client_error() as error:
            raise _missing(error, name, f"grant this role to write the SSM parameter '{self.prefix}{name}'") from None


def sign(key: str, message: bytes) -> bytes:
    """The message's RSA signature (PKCS #1 v1.5, SHA-256) by a key that stays in KMS; `key` is its id.

    Raises:
        SecretMissingError: the key is not there, or not for this role.
    """
    import boto3

    asked = {"MessageType": "RAW", "SigningAlgorithm": "RSASSA_PKCS1_V1_5_SHA_256"}
    try:
        return bytes(boto3.client("kms").sign(KeyId=key, Message=message, **asked)["Signature"])
    except _client_error() as error:
        raise _missing(error, key, f"make the RSA key '{key}' in KMS and grant this role to sign with it") from None


def _secret(name: str, fresh: bool) -> str:
    try:
        from aws_lambda_powertools.utilities.parameters import GetParameterError, get_secret
    except ImportError:
        return _text(_read(name))
    try:
        found = get_secret(name, max_age=MAX_AGE_S, force_fetch=fresh)
    except GetParameterError:
        # It says nothing of why.
        return _text(_read(name))
    return found if isinstance(found, str) else bytes(found).decode()


def _read(name: str) -> Any:
    import boto3

    return boto3.client("secretsmanager").get_secret_value(SecretId=name)


def _text(answer: Any) -> str:
    return str(answer["SecretString"]) if "SecretString" in answer else answer["SecretBinary"].decode()


def _client_error() -> Any:
    from botocore.exceptions import ClientError

    return ClientError


def _missing(error: Any, name: str, remedy: str) -> Exception:
    """What to raise for botocore's error: the sentence where the reason is known, else the error itself."""
    reason = UNREADABLE.get(error.response.get("Error", {}).get("Code", ""))
    return SecretMissingError(f"secret '{name}' {reason}: {remedy}") if reason else error
