"""The user's contract, pipeline.yaml at the root, and what of it the tests of the sample org's do not hold already.

A table of the same name, columns and key in both contracts is tested once, with the sample org's. So as the repository
is shipped, nothing is left to this folder; each table that the user adds or changes comes here.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from lakehouse.contract.compiler import ContractError, compile_contract
from lakehouse.contract.models import Pipeline

ROOT = Path(__file__).parents[2]
CONTRACT = ROOT / "pipeline.yaml"
SAMPLE = compile_contract(ROOT / "demo/pipeline.yaml")


def _compiled() -> Pipeline:
    """The user's contract; the sample's where that has problems, which a test of its own tells."""
    try:
        return compile_contract(CONTRACT)
    except ContractError:
        return SAMPLE


OWN = _compiled()


def is_own(table: str) -> bool:
    """Whether the user's `silver.<name>` or `gold.<name>` is not the sample's, in itself or in what it reads."""
    return _definition(OWN, table) != _definition(SAMPLE, table)


def contract_for(table: str) -> Pipeline:
    """The contract for the cases of a gold table: those of a table of the sample's are written for its settings."""
    settings = {**OWN.settings, **SAMPLE.settings} if table in SAMPLE.gold else OWN.settings
    return OWN.model_copy(update={"settings": settings})


def each(items: Sequence[Any]) -> Sequence[Any]:
    """The parameters of a test; where there are none, one that is passed over and says why."""
    reason = "nothing of pipeline.yaml differs here from demo/pipeline.yaml"
    return items or [pytest.param(None, marks=pytest.mark.skip(reason=reason), id="none")]


def _definition(pipeline: Pipeline, table: str) -> Any:
    layer, name = table.split(".")
    if layer == "silver":
        silver = pipeline.silver.get(name)
        return silver and (silver.key, silver.columns)
    gold = pipeline.gold.get(name)
    return gold and (gold.key, gold.reads, [_definition(pipeline, read) for read in gold.reads.values()])


OWN_GOLD = [name for name in OWN.gold if is_own(f"gold.{name}")]
