"""Laws of the secrets."""

from pathlib import Path

import boto3
import pytest

from secret_store import SecretMissing, Secrets, open_secrets


@pytest.fixture(params=["folder", "aws"])
def secrets(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Secrets:
    """Each place of secrets, holding `billing/token` and the bytes-valued `masking/key`."""
    monkeypatch.delenv("BILLING_TOKEN", raising=False)
    if request.param == "folder":
        for name, value in [("billing/token", "s3cret \n\n"), ("masking/key", "key")]:
            (tmp_path / name).parent.mkdir()
            (tmp_path / name).write_text(value, encoding="utf-8")
        return open_secrets(str(tmp_path))
    request.getfixturevalue("aws")
    manager = boto3.client("secretsmanager")
    manager.create_secret(Name="shop-dev/billing/token", SecretString="s3cret \n\n")
    manager.create_secret(Name="shop-dev/masking/key", SecretBinary=b"key")
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
    with pytest.raises(SecretMissing) as raised:
        secrets("fx/key")
    assert str(raised.value) in (
        f"secret 'fx/key' is missing: set FX_KEY or write the file {tmp_path}/fx/key",
        "secret 'fx/key' does not exist: "
        "put a value into the Secrets Manager secret 'shop-dev/fx/key' and grant this role to read it",
    )


@pytest.mark.parametrize("name", ["../etc/passwd", "/etc/passwd", "", "A", "a//b", "a\n"])
def test_what_is_no_name_is_never_looked_up(secrets: Secrets, name: str) -> None:
    with pytest.raises(SecretMissing, match="is no secret's name"):
        secrets(name)
