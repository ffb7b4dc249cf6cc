"""Contracts in a folder of their own."""

from pathlib import Path

import pytest

from tests.contract.small import Contracts


@pytest.fixture
def contracts(tmp_path: Path) -> Contracts:
    return Contracts(tmp_path)
