"""docs/rest.md: its contract compiles, and it names every kind and action that there is."""

import re
from pathlib import Path
from typing import get_args

import pytest

from lakehouse.contract.rest.kinds import read_kinds
from lakehouse.contract.rest.policy_settings import Action
from tests.contract.small import SMALL, Contracts

PAGE = (Path(__file__).parents[2] / "docs" / "rest.md").read_text(encoding="utf-8")
WORDS = {*re.findall(r"`([a-z0-9_]+)`", PAGE)}


def test_its_contract_compiles(contracts: Contracts) -> None:
    (example,) = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)
    begin, end = SMALL.index("rest:\n"), SMALL.index("silver:\n")
    compiled = contracts.compiled(SMALL[:begin] + example + SMALL[end:])
    assert [*compiled.rest["billing"].resources] == ["invoices", "lines"]


@pytest.mark.parametrize(
    "words",
    [tuple(read_kinds()["auth"]), tuple(read_kinds()["pagination"]), get_args(Action)],
    ids=["auth", "pagination", "actions"],
)
def test_it_names_every_word(words: tuple[str, ...]) -> None:
    assert {*words} - {"none"} <= WORDS
