"""Each kind of thing is defined once: every word of the contract is implemented, and has a law of its own."""

import shutil
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import get_args

import pytest
from pydantic import ValidationError

from lakehouse.contract import column_types, masks
from lakehouse.contract.column_types import COLUMN_TYPES, ColumnType, UnknownColumnTypeError, column_type
from lakehouse.contract.masks import MASKS, Mask
from lakehouse.contract.models import Column, Sink
from lakehouse.contract.salesforce import SalesforceType
from lakehouse.contract.sinks import SINK_KINDS
from lakehouse.gold_to_sinks import UnknownSinkError, sink_kind
from lakehouse.raw_to_silver.reasons import Reason
from lakehouse.raw_to_silver.schema import data_type
from tests.copies import run_python
from tests.raw_to_silver.laws import MASK_LAWS, TYPE_LAWS

TYPES = list(COLUMN_TYPES.values())
ROOT = Path(__file__).parents[2]
SERVED = """
import json, sys
from pathlib import Path
from lakehouse.contract.compiler import compile_contract, to_json
from lakehouse.gold_to_sinks import sink_kind
compiled = json.loads(to_json(compile_contract(Path(sys.argv[1]), environment="dev")))
print(compiled["derived"]["served"]["bigquery"]["tables"], sink_kind("bigquery").reads_in_place)
"""


def named(known: ColumnType | Mask) -> str:
    return known.name


def families(names: Iterable[str]) -> set[str]:
    return {column_type(name).family for name in names}


@pytest.mark.parametrize("known", TYPES, ids=named)
def test_a_type_has_sql_a_type_of_spark_s_and_one_of_salesforce_s(known: ColumnType) -> None:
    assert column_type(known.name) == known
    assert "`it`" in known.parse("`it`")
    assert "`it`" in known.identify("`it`")
    assert data_type(known.spark_type).simpleString() == known.spark_type
    assert known.appflow_type in get_args(SalesforceType)


@pytest.mark.parametrize("known", TYPES, ids=named)
def test_a_type_is_known_to_the_contract_and_personal_ones_ask_for_a_decision(known: ColumnType) -> None:
    assert Column.model_validate({"from": "It", "type": known.name, "pii": "none"}).column_type == known
    try:
        Column.model_validate({"from": "It", "type": known.name})
    except ValidationError as error:
        assert f"a column of type {known.name} is personal" in str(error)
        assert known.is_personal
    else:
        assert not known.is_personal


@pytest.mark.parametrize("known", TYPES, ids=named)
def test_a_type_has_laws_and_refuses_what_has_a_reason(known: ColumnType) -> None:
    laws = next(laws for name, laws in TYPE_LAWS.items() if column_type(name).family == known.family)
    texts = {text: value for law in laws.values() for text, value in law.items()}
    refused = [text for text, value in texts.items() if value is None and text and text.strip(" \0")]
    assert any(value is not None for value in texts.values())
    assert bool(refused) == (known.reason is not None)


def test_there_is_a_law_for_every_type_and_no_other() -> None:
    assert families(TYPE_LAWS) == families(COLUMN_TYPES)
    assert len(COLUMN_TYPES) == len(column_types._TYPES)


def test_no_two_reasons_are_the_same() -> None:
    reasons = [*Reason, *(known.reason for known in TYPES if known.reason)]
    assert len(set(reasons)) == len(reasons)


@pytest.mark.parametrize("name", ["strnig", "decimal", "decimal(39,2)", "decimal(2,3)", ""])
def test_an_unknown_type_is_refused(name: str) -> None:
    with pytest.raises(UnknownColumnTypeError):
        column_type(name)


@pytest.mark.parametrize("mask", MASKS.values(), ids=named)
def test_a_mask_hides_the_value_of_every_type_that_it_fits(mask: Mask) -> None:
    fitting = [known for known in TYPES if mask.fits is None or known.family in mask.fits]
    assert mask.fits is None or mask.fits == {known.family for known in fitting}
    for known in fitting:
        column = Column.model_validate({"from": "It", "type": known.name, "pii": mask.name})
        assert column.mask is mask
        assert (mask.hide("`it`", 1) == "`it`") == (not mask.is_masked)
        data_type(mask.spark_type or known.spark_type)


def test_only_none_shows_a_value_and_only_drop_takes_a_column_out() -> None:
    assert [mask.name for mask in MASKS.values() if not mask.is_masked] == ["none"]
    assert [mask.name for mask in MASKS.values() if not mask.is_kept] == ["drop"]
    assert not [mask.name for mask in MASKS.values() if mask.fits_keys and not mask.is_kept]


def test_the_gate_can_tell_what_every_mask_leaves_from_a_clear_value() -> None:
    assert not [mask.name for mask in MASKS.values() if mask.is_masked and mask.is_kept and mask.look is None]


def test_there_is_a_law_for_every_mask_and_no_other() -> None:
    assert MASK_LAWS.keys() == MASKS.keys()
    assert len(MASKS) == len(masks._MASKS)


def test_a_mask_that_is_not_there_is_an_error_and_never_the_clear_value() -> None:
    column = Column.model_construct(from_="It", type="string", pii="rot13")
    with pytest.raises(KeyError):
        _ = column.mask


@pytest.mark.parametrize("name", SINK_KINDS)
def test_a_kind_of_sink_is_known_to_the_contract_and_is_what_its_module_says(name: str) -> None:
    assert Sink.model_validate({"kind": name}).kind == sink_kind(name).name == name


@pytest.mark.parametrize("name", SINK_KINDS)
def test_every_kind_of_sink_reads_in_place_so_the_job_does_nothing_more(name: str) -> None:
    assert sink_kind(name).reads_in_place


def test_an_unknown_kind_of_sink_is_refused() -> None:
    with pytest.raises(UnknownSinkError) as refused:
        sink_kind("redshfit")
    assert str(refused.value) == "'redshfit' is not a kind of sink; did you mean 'redshift'?"


def test_the_contract_imports_no_spark() -> None:
    script = "import lakehouse.contract.compiler, sys; assert 'pyspark' not in sys.modules"
    subprocess.run([sys.executable, "-c", script], check=True)


def test_a_module_more_is_a_kind_of_sink_more_which_a_gold_table_may_have(tmp_path: Path) -> None:
    for folder in ("common", "glue", "lambda", "demo"):
        shutil.copytree(ROOT / folder, tmp_path / folder, ignore=shutil.ignore_patterns("__pycache__"))
    module = 'from lakehouse.gold_to_sinks import SinkKind\n\nSINK = SinkKind(name="bigquery", reads_in_place=True)\n'
    (tmp_path / "glue/lakehouse/gold_to_sinks/bigquery_sink.py").write_text(module)
    contract = tmp_path / "demo" / "pipeline.yaml"
    text = contract.read_text()
    assert text.count("\n  account_360:\n") == 1
    contract.write_text(text.replace("\n  account_360:\n", "\n  account_360:\n    sinks: [iceberg, bigquery]\n"))
    ended = run_python(tmp_path, "-c", SERVED, str(contract))
    assert (ended.returncode, ended.stdout) == (0, "['account_360'] True\n"), ended.stderr
