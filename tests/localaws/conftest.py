"""The emulated account and moto as it comes, each in a process of its own for the whole session."""

from collections.abc import Iterator

import pytest

from tests.localaws.account import LocalAws


@pytest.fixture(scope="session")
def local_aws() -> Iterator[LocalAws]:
    with LocalAws(run_flow="tests.localaws.test_account:two_records") as account:
        yield account


@pytest.fixture(scope="session")
def plain_moto() -> Iterator[LocalAws]:
    with LocalAws(is_patched=False) as account:
        yield account


@pytest.fixture
def accounts(plain_moto: LocalAws, local_aws: LocalAws) -> tuple[LocalAws, LocalAws]:
    """Moto as it comes, and the emulated account."""
    return plain_moto, local_aws
