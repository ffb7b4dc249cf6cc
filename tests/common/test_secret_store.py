"""Laws of the secrets."""

import logging
import sys
import traceback
from collections.abc import Iterator
from pathlib import Path

import boto3
import pytest
from aws_lambda_powertools.utilities.parameters import clear_caches

from lakehouse_common.secret_store import SecretMissingError, Secrets, open_secrets

PLACES = ["folder", "aws", "aws without Powertools", "aws-ssm"]


@pytest.fixture(autouse=True)
def nothing_is_kept() -> Iterator[None]:
    """What Powertools keeps of one test is not for the next."""
    yield
    clear_caches()


@pytest.fixture(params=PLACES)
def secrets(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Secrets:
    """Each place of secrets, holding `billing/token`, `masking/key` (of bytes where it may be), and `empty`."""
    monkeypatch.delenv("BILLING_TOKEN", raising=False)
    values = {"billing/token": "s3cret \n\n", "masking/key": "key", "empty": "\n"}
    if request.param == "folder":
        for name, value in values.items():
            (tmp_path / name).parent.mkdir(exist_ok=True)
            (tmp_path / name).write_text(value, encoding="utf-8")
        return open_secrets(str(tmp_path))
    request.getfixturevalue("aws")
    if request.param == "aws-ssm":
        for name, value in values.items():
            boto3.client("ssm").put_parameter(Name=f"/shop-dev/{name}", Value=value, Type="SecureString")
        return open_secrets("aws-ssm:/shop-dev/")
    if "without" in request.param:
        monkeypatch.setitem(sys.modules, "aws_lambda_powertools.utilities.parameters", None)
    manager = boto3.client("secretsmanager")
    for name, value in values.items():
        content = {"SecretBinary": value.encode()} if name == "masking/key" else {"SecretString": value}
        manager.create_secret(Name=f"shop-dev/{name}", **content)
    return open_secrets("aws:shop-dev/")


def test_a_value_loses_one_trailing_newline_and_nothing_else(secrets: Secrets) -> None:
    assert (secrets("billing/token"), secrets("masking/key")) == ("s3cret \n", "key")


def test_the_environment_comes_first(secrets: Secrets, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BILLING_TOKEN", "from the environment\r\n")
    monkeypatch.setenv("FX_API_KEY", "another")
    assert (secrets("billing/token"), secrets("fx/api-key")) == ("from the environment", "another")


def test_an_empty_variable_counts_as_none(secrets: Secrets, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BILLING_TOKEN", "")
    assert secrets("billing/token") == "s3cret \n"


def test_a_missing_secret_names_the_variable_and_the_place_to_fill(secrets: Secrets, tmp_path: Path) -> None:
    with pytest.raises(SecretMissingError) as raised:
        secrets("fx/key")
    assert str(raised.value) in (
        f"secret 'fx/key' is missing: set FX_KEY or write the file {tmp_path}/fx/key",
        "secret 'fx/key' does not exist: "
        "put a value into the Secrets Manager secret 'shop-dev/fx/key' and grant this role to read it",
        "secret 'fx/key' does not exist: "
        "put a value into the SSM parameter '/shop-dev/fx/key' and grant this role to read it",
    )


@pytest.mark.parametrize("name", ["../etc/passwd", "/etc/passwd", "", "A", "a//b", "a\n"])
def test_what_is_no_name_is_never_looked_up(secrets: Secrets, name: str) -> None:
    with pytest.raises(SecretMissingError, match="is no secret's name"):
        secrets(name)


def test_what_is_written_is_what_is_read_next(secrets: Secrets) -> None:
    assert secrets("billing/token") == "s3cret \n"
    secrets.write("billing/token", "another")
    assert (secrets("billing/token"), secrets("masking/key")) == ("another", "key")


def test_what_another_wrote_is_read_at_once_when_asked_for_freshly_and_from_then_on(aws: None) -> None:
    manager = boto3.client("secretsmanager")
    manager.create_secret(Name="shop-dev/billing/token", SecretString="first")
    secrets = open_secrets("aws:shop-dev/")
    values = [secrets("billing/token")]
    manager.put_secret_value(SecretId="shop-dev/billing/token", SecretString="second")
    values += [secrets("billing/token"), secrets("billing/token", fresh=True), secrets("billing/token")]
    assert values == ["first", "first", "second", "second"]


def test_a_value_from_the_environment_can_not_be_replaced(secrets: Secrets, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BILLING_TOKEN", "old")
    with pytest.raises(SecretMissingError) as raised:
        secrets.write("billing/token", "canary")
    sentence = "secret 'billing/token' changes and can't be kept in BILLING_TOKEN: keep it in a file instead"
    monkeypatch.delenv("BILLING_TOKEN")
    assert (str(raised.value), secrets("billing/token")) == (sentence, "s3cret \n")


def test_a_replaced_file_is_its_owner_s_alone_and_the_only_one(tmp_path: Path) -> None:
    (tmp_path / "token").write_text("old", encoding="utf-8")
    (tmp_path / "token.new").write_text("left behind", encoding="utf-8")
    open_secrets(str(tmp_path)).write("token", "new")
    assert {path.name: path.stat().st_mode & 0o777 for path in tmp_path.iterdir()} == {"token": 0o600}


def test_what_can_not_be_written_is_told_without_the_value(aws: None, tmp_path: Path) -> None:
    messages = []
    for where in (str(tmp_path / "nowhere"), "aws:shop-dev/"):
        with pytest.raises(SecretMissingError) as raised:
            open_secrets(where).write("fx/key", "canary")
        messages.append(str(raised.value))
    assert messages == [
        f"secret 'fx/key' can't be kept (FileNotFoundError): let the file {tmp_path}/nowhere/fx/key be written",
        "secret 'fx/key' does not exist: grant this role to write the secret 'shop-dev/fx/key'",
    ]


def test_an_empty_secret_is_none(secrets: Secrets) -> None:
    with pytest.raises(SecretMissingError) as raised:
        secrets("empty")
    assert str(raised.value) == "secret 'empty' is empty: put another value in its place"


def test_a_secret_that_is_no_text_is_told_without_a_byte_of_it(
    aws: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "key").write_bytes(b"\xffcanary")
    boto3.client("secretsmanager").create_secret(Name="shop-dev/key", SecretBinary=b"\xffcanary")
    monkeypatch.setenv("FROM_ENVIRONMENT", "\udcffcanary")
    messages = []
    for where, name in [(str(tmp_path), "key"), ("aws:shop-dev/", "key"), (str(tmp_path), "from/environment")]:
        with pytest.raises(SecretMissingError) as raised:
            open_secrets(where)(name)
        messages.append(str(raised.value))
        assert "canary" not in "".join(traceback.format_exception(raised.value))
        assert (raised.value.__cause__, raised.value.__context__) == (None, None)
    fault = "is no text in UTF-8: put another value in its place"
    assert messages == [f"secret 'key' {fault}", f"secret 'key' {fault}", f"secret 'from/environment' {fault}"]


def test_no_log_line_of_any_level_holds_a_value(secrets: Secrets, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    secrets("billing/token", fresh=True)
    secrets.write("billing/token", "canary")
    lines = [record.getMessage() for record in caplog.records]
    assert [line for line in lines if "s3cret" in line or "canary" in line] == []
