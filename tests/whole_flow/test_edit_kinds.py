"""To add a column type or a mask touches one file and its law: made on a copy of this repository, where tests run."""

import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.copies import run_python

ROOT = Path(__file__).parents[2]
COPIED = ("common", "data_quality", "glue", "lambda", "tests", "pyproject.toml")
NOT_COPIED = shutil.ignore_patterns("__pycache__")
TYPES, MASKS = "glue/lakehouse/contract/column_types.py", "glue/lakehouse/contract/masks.py"
TYPE_LAWS, MASK_LAWS = "tests/raw_to_silver/types.yaml", "tests/raw_to_silver/masks.yaml"
KINDS = "tests/contract/test_kinds.py"
REASONS = "tests/raw_to_silver/test_reasons.py"
NEW_WORDS = f"""
import sys, pytest
from lakehouse.contract.models import Column
column = Column.model_validate({{"from": "Site", "type": "web_address", "pii": "first_letter"}})
assert (column.column_type.reason, column.mask.spark_type) == ("is not a web address", "string")
sys.exit(pytest.main(["-q", "{KINDS}", "tests/raw_to_silver/test_types.py",
    "tests/raw_to_silver/test_mask.py", "{REASONS}",
    "-k", "not generated and not false and not checksum and not key and not module_more"]))
"""


@dataclass(frozen=True)
class Edit:
    """Lines that are put before the one place in the file where `before` stands, and lines at the end of its laws."""

    file: str
    before: str
    lines: str
    laws: str
    law: str


TYPE = Edit(
    TYPES,
    "    # Stands for all decimals",
    """\
    ColumnType(
        name="web_address",
        spark_type="string",
        appflow_type="url",
        parse=lambda text: f"if(startswith({text}, 'https://'), {text}, null)",
        reason="is not a web address",
    ),
""",
    TYPE_LAWS,
    """
web_address:
  an address is kept: {"https://a.example": "https://a.example"}
  without encryption it is refused: {"http://a.example": ~, "a.example": ~, "": ~}
""",
)
MASK = Edit(
    MASKS,
    '    Mask(\n        name="none"',
    """\
    Mask(
        name="first_letter",
        fits=frozenset({"string", "web_address"}),
        hide=lambda value, version: f"left({value}, 1)",
        spark_type="string",
        look=r"^(?s:.?)\\z",
    ),
""",
    MASK_LAWS,
    """
first_letter:
  one letter is left: [string, "'Ann'", A]
  no text has no letter: [string, "null", ~]
""",
)


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """What the laws of the kinds need of this repository."""
    for name in COPIED:
        place = ROOT / name
        if place.is_dir():
            shutil.copytree(place, tmp_path / name, ignore=NOT_COPIED)
        else:
            shutil.copy(place, tmp_path / name)
    return tmp_path


def put(edit: Edit, folder: Path) -> None:
    text = (folder / edit.file).read_text(encoding="utf-8")
    assert text.count(edit.before) == 1, edit.before
    (folder / edit.file).write_text(text.replace(edit.before, edit.lines + edit.before), encoding="utf-8")


def put_law(edit: Edit, folder: Path) -> None:
    with (folder / edit.laws).open("a", encoding="utf-8") as laws:
        laws.write(edit.law)


def check_kinds(folder: Path) -> subprocess.CompletedProcess[str]:
    return run_python(folder, "-m", "pytest", "-q", KINDS)


def changed(folder: Path) -> set[str]:
    """The files of the copy that are not as they are here."""
    copied = (path.relative_to(folder) for path in folder.rglob("*") if path.is_file())
    return {str(path) for path in copied if (folder / path).read_bytes() != (ROOT / path).read_bytes()}


def test_a_type_and_a_mask_are_added_in_one_file_each_and_hold_their_laws(copy: Path) -> None:
    for edit in (TYPE, MASK):
        put(edit, copy)
        put_law(edit, copy)
    assert changed(copy) == {TYPES, TYPE_LAWS, MASKS, MASK_LAWS}
    ended = run_python(copy, "-c", NEW_WORDS)
    assert ended.returncode == 0, ended.stdout + ended.stderr


@pytest.mark.parametrize("edit", [TYPE, MASK], ids=["type", "mask"])
def test_a_word_without_a_law_fails_a_test(edit: Edit, copy: Path) -> None:
    put(edit, copy)
    ended = check_kinds(copy)
    assert ended.returncode == 1, ended.stdout + ended.stderr
    assert "test_there_is_a_law_for_every_" in ended.stdout


@pytest.mark.parametrize(("edit", "implementation"), [(TYPE, "parse="), (MASK, "hide=")], ids=["type", "mask"])
def test_a_word_without_an_implementation_fails_every_test(edit: Edit, implementation: str, copy: Path) -> None:
    lines = [line for line in edit.lines.splitlines(keepends=True) if implementation not in line]
    put(Edit(edit.file, edit.before, "".join(lines), edit.laws, edit.law), copy)
    put_law(edit, copy)
    ended = check_kinds(copy)
    assert ended.returncode not in (0, 5), ended.stdout + ended.stderr
    assert f"missing 1 required keyword-only argument: '{implementation.rstrip('=')}'" in ended.stdout + ended.stderr
