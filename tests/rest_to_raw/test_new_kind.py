"""A new kind of pagination is one new module and its law: made in a copy of this repository, which then runs."""

import hashlib
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.copies import run_python

ROOT = Path(__file__).parents[2]
ROOMS = ("common", "glue", "lambda", "tests")
NOT_COPIED = shutil.ignore_patterns(".*_cache", "__pycache__")
MODULE = "lambda/rest_to_raw/pagination/page_count.py"
LAW = "tests/rest_to_raw/paged_api.py"
# The behaviour, and the first line after the table of laws with what is put before it.
KIND = '''\
"""Pagination `page_count`."""

from rest_to_raw.pagination.page import Page, value_at
from rest_to_raw.pagination.pager import Pager, PageRequest, PageStep
from rest_to_raw.pagination.position import Position


class PageCountPager(Pager):
    """Pages are numbered from 1 on; each answer tells at `next` how many there are."""

    kind = "page_count"
    needs = {"param", "next"}
    is_numbered = True

    def request(self, position: Position) -> PageRequest:
        return PageRequest(None, {str(self.settings.param): str(position.at or 1)})

    def step(self, position: Position, page: Page, keys: list[str]) -> PageStep:
        pages = value_at(page, str(self.settings.next), int, "a whole number", self.resource)
        number = int(position.at or 1)
        return PageStep(0, position.after(page, len(page.records), at=number + 1 if number < pages else None))

    def describe_next(self, position: Position) -> str:
        return f"{self.settings.param}={position.at}"
'''
SERVED = """\
def page_count(records: Sequence[str], asked: Asked, size: int) -> Answer:
    start = (int(asked.query["number"]) - 1) * size
    return Answer(body(records[start : start + size], pages=-(-len(records) // size)))


"""
CASE = """\
    "page_count": (page_count, lambda size: {"kind": "page_count", "param": "number", "next": "pages"}),
"""
BEFORE = {"# By the name of the case": SERVED, '    "cursor": (': CASE}
LAWS = ("tests/rest_to_raw/test_kinds.py", "tests/rest_to_raw/test_pages.py", "-k", "test_kinds or page_count")
COMPILES = """
from pathlib import Path
from lakehouse.contract import compiler
from tests.contract.small import SMALL, Contracts
Path("contract").mkdir()
old, range = "{kind: cursor, param: cursor, next: meta.next}", "since: {param: since, field: updated_at}"
text = SMALL.replace(old, "{kind: page_count, param: number, next: pages}").replace(f", {range}", "")
compiled = Contracts(Path("contract")).compiled(text)
print(compiled.rest["billing"].resources["invoices"].pagination.kind)
print("page_count" in compiler.json_schema())
"""


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("new-kind") / "copy"
    for room in ROOMS:
        shutil.copytree(ROOT / room, folder / room, ignore=NOT_COPIED)
    shutil.copy(ROOT / "pyproject.toml", folder)
    return folder


def write(copy: Path, kind: str = KIND, law: str = CASE) -> None:
    """Writes the module, and its law into the copy's table of laws."""
    text = (ROOT / LAW).read_text(encoding="utf-8")
    for line, new in (BEFORE | {'    "cursor": (': law}).items():
        assert text.count(line) == 1, line
        text = text.replace(line, new + line)
    (copy / LAW).write_text(text, encoding="utf-8")
    (copy / MODULE).write_text(kind, encoding="utf-8")


def fingerprints(folder: Path) -> dict[str, str]:
    files = (path for room in ROOMS for path in (folder / room).rglob("*.py"))
    return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def laws(copy: Path) -> subprocess.CompletedProcess[str]:
    return run_python(copy, "-m", "pytest", "-q", *LAWS)


def test_a_new_kind_touches_its_module_and_its_law_and_the_contract_the_schema_and_the_function_know_it(
    copy: Path,
) -> None:
    before = fingerprints(copy)
    write(copy)
    after = fingerprints(copy)
    assert {path for path in after if before.get(path) != after[path]} == {MODULE, LAW}
    compiled = run_python(copy, "-c", COMPILES)
    assert (compiled.stdout.split(), compiled.stderr) == (["page_count", "True"], "")
    ended = laws(copy)
    assert ended.returncode == 0, ended.stdout + ended.stderr


@pytest.mark.parametrize(
    ("kind", "law", "failed"),
    [
        (
            KIND.replace("def step(", "def stepped("),
            CASE,
            "test_a_kind_has_all_of_its_behaviour[pagination page_count]",
        ),
        (
            KIND.replace("is_numbered = True", "is_numbered = bool(1)"),
            CASE,
            "test_every_kind_of_auth_lets_the_caller_in",
        ),
        (KIND, "", "test_every_kind_of_pagination_has_a_law_that_each_record_lands_once"),
    ],
    ids=["no behaviour", "no literal", "no law"],
)
def test_a_new_kind_that_is_not_whole_is_a_failing_law(copy: Path, kind: str, law: str, failed: str) -> None:
    write(copy, kind, law)
    ended = laws(copy)
    lines = [line for line in ended.stdout.splitlines() if line.startswith("FAILED")]
    assert (ended.returncode, [line for line in lines if failed in line] != []) == (1, True), ended.stdout
