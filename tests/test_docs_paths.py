"""Every path that a page names in backticks is in the repository."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
ROOMS = (
    "common",
    "glue",
    "lambda",
    "data_quality",
    "airflow",
    "bundle",
    "operate",
    "demo",
    "bench",
    "terraform",
    "docs",
)
NAMED = re.compile(rf"`((?:{'|'.join((*ROOMS, 'tests'))})/[\w./-]*)`")
PAGES = ("README.md", "CONTRIBUTING.md", "docs/architecture.md")


@pytest.mark.parametrize("page", PAGES)
def test_every_path_that_a_page_names_is_there(page: str) -> None:
    named = NAMED.findall((ROOT / page).read_text(encoding="utf-8"))
    assert named
    assert [path for path in named if "NNNN" not in path and not (ROOT / path).exists()] == []
