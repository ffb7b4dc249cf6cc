"""Secrets by reference: a name in the contract, its value in the environment, in a file, Secrets Manager or SSM."""

import logging
import os
import re
from contextlib import suppress
from pathlib import Path
from typing import Any, Protocol

from lakehouse_common.errors import LakehouseError

# Its lines of level DEBUG hold the bodies of requests and responses, and so the secrets.
logging.getLogger("botocore").setLevel(logging.WARNING)
NAME = re.compile(r"[a-z][a-z0-9_-]*(/[a-z0-9_-]+)*")
UNREADABLE = {
    "ResourceNotFoundException": "does not exist",
    "ParameterNotFound": "does not exist",
    "NotFoundException": "does not exist",
    "AccessDeniedException": "may not be read by this role",
}
# A warm function reads a secret again after so many seconds; a refused secret is read again at once.
MAX_AGE_S = 300


class SecretMissingError(LakehouseError):
    """A secret has no value, or can't be given one; the message says where it is searched, and never a value."""


class SecretSource(Protocol):
    """Where values are stored."""

    def read_value(self, name: str, *, fresh: bool) -> str:
        """Returns the value; `fresh` reads it again though it was read a moment ago. Raises: SecretMissingError."""
        ...

    def write_value(self, name: str, value: str) -> None:
        """Replace the value. Raises: SecretMissingError."""
        ...


class Secrets:
    """Values by their names, without one trailing newline.

    The environment is read first (`billing/token` is `BILLING_TOKEN`), then the source.
    """

    def __init__(self, source: SecretSource) -> None:
        self.source = source

    def __call__(self, name: str, *, fresh: bool = False) -> str:
        """Returns the secret's value; `fresh` reads it again though it was read a moment ago.

        Raises:
            SecretMissingError: the secret is nowhere, empty, or no text.
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
        """Returns the value, or None where it is no text: the error that says so holds the value and ends here."""
        try:
            value = os.environ.get(variable(name)) or self.source.read_value(name, fresh=fresh)
            value.encode()
        except UnicodeError:
            return None
        return value.removesuffix("\n").removesuffix("\r")

    def write(self, name: str, value: str) -> None:
        """Store a value that the API has rotated.

        Raises:
            SecretMissingError: it can't be stored.
        """
        if os.environ.get(variable(name)):
            raise SecretMissingError(
                f"secret '{name}' changes and can't be kept in {variable(name)}: keep it in a file instead"
            )
        self.source.write_value(name, value)


def open_secrets(location: str) -> Secrets:
    """Open the secrets of a folder with a file per name, of Secrets Manager, or of SSM.

    A location is a folder's path, `aws:` and the prefix of the names in Secrets Manager (`aws:lakehouse-dev/`), or
    `aws-ssm:` and the prefix of the names of SSM parameters (`aws-ssm:/lakehouse-dev/`).
    """
    kind, colon, prefix = location.partition(":")
    if colon and kind == "aws":
        return Secrets(SecretsManager(prefix))
    if colon and kind == "aws-ssm":
        return Secrets(ParameterStore(prefix))
    return Secrets(SecretFolder(Path(location.removeprefix("file://"))))


def variable(name: str) -> str:
    """Returns the environment variable that may hold the secret."""
    return re.sub(r"[/-]", "_", name).upper()


class SecretFolder:
    """A folder with a file per secret."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def read_value(self, name: str, *, fresh: bool) -> str:
        """Returns the file's text."""
        try:
            return (self.folder / name).read_text(encoding="utf-8")
        except FileNotFoundError:
            raise SecretMissingError(
                f"secret '{name}' is missing: set {variable(name)} or write the file {self.folder / name}"
            ) from None

    def write_value(self, name: str, value: str) -> None:
        """Replace the file in one step by a new one that only its owner may read."""
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
    """AWS Secrets Manager; in a function by Powertools, which caches values for a while."""

    def __init__(self, prefix: str) -> None:
        self.prefix = prefix

    def read_value(self, name: str, *, fresh: bool) -> str:
        """Returns the current version's text."""
        try:
            return _read_secret(f"{self.prefix}{name}", fresh)
        except _client_error() as error:
            remedy = f"put a value into the Secrets Manager secret '{self.prefix}{name}' and grant this role to read it"
            raise _missing(error, name, remedy) from None

    def write_value(self, name: str, value: str) -> None:
        """Write a new version and make it the current one."""
        import boto3

        try:
            boto3.client("secretsmanager").put_secret_value(SecretId=f"{self.prefix}{name}", SecretString=value)
        except _client_error() as error:
            raise _missing(error, name, f"grant this role to write the secret '{self.prefix}{name}'") from None
        with suppress(ImportError):
            from aws_lambda_powertools.utilities.parameters import clear_caches

            # It would go on returning the value that was replaced.
            clear_caches()  # type: ignore[no-untyped-call]


class ParameterStore:
    """SSM parameters of type SecureString."""

    def __init__(self, prefix: str) -> None:
        self.prefix = prefix

    def read_value(self, name: str, *, fresh: bool) -> str:
        """Returns the parameter's text."""
        import boto3

        try:
            response = boto3.client("ssm").get_parameter(Name=f"{self.prefix}{name}", WithDecryption=True)
        except _client_error() as error:
            remedy = f"put a value into the SSM parameter '{self.prefix}{name}' and grant this role to read it"
            raise _missing(error, name, remedy) from None
        return str(response["Parameter"]["Value"])

    def write_value(self, name: str, value: str) -> None:
        """Overwrite the parameter."""
        import boto3

        try:
            boto3.client("ssm").put_parameter(
                Name=f"{self.prefix}{name}", Value=value, Type="SecureString", Overwrite=True
            )
        except _client_error() as error:
            raise _missing(error, name, f"grant this role to write the SSM parameter '{self.prefix}{name}'") from None


def sign(key: str, message: bytes) -> bytes:
    """Sign the message by RSA (PKCS #1 v1.5, SHA-256) with a key that stays in KMS; `key` is its id.

    Raises:
        SecretMissingError: there is no such key, or this role may not use it.
    """
    import boto3

    algorithm = {"MessageType": "RAW", "SigningAlgorithm": "RSASSA_PKCS1_V1_5_SHA_256"}
    try:
        return bytes(boto3.client("kms").sign(KeyId=key, Message=message, **algorithm)["Signature"])
    except _client_error() as error:
        raise _missing(error, key, f"make the RSA key '{key}' in KMS and grant this role to sign with it") from None


def _read_secret(name: str, fresh: bool) -> str:
    try:
        from aws_lambda_powertools.utilities.parameters import GetParameterError, get_secret
    except ImportError:
        return _secret_text(_request_secret(name))
    try:
        value = get_secret(name, max_age=MAX_AGE_S, force_fetch=fresh)
    except GetParameterError:
        # It hides the reason; asking without Powertools shows it.
        return _secret_text(_request_secret(name))
    return value if isinstance(value, str) else bytes(value).decode()


def _request_secret(name: str) -> Any:
    import boto3

    return boto3.client("secretsmanager").get_secret_value(SecretId=name)


def _secret_text(response: Any) -> str:
    return str(response["SecretString"]) if "SecretString" in response else response["SecretBinary"].decode()


def _client_error() -> Any:
    from botocore.exceptions import ClientError

    return ClientError


def _missing(error: Any, name: str, remedy: str) -> Exception:
    """Returns what to raise for botocore's error: a sentence where the reason is known, else the error itself."""
    code = error.response.get("Error", {}).get("Code", "")
    is_known = code in UNREADABLE
    return SecretMissingError(f"secret '{name}' {UNREADABLE[code]}: {remedy}") if is_known else error
