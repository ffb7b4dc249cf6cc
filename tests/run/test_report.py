"""The run report: every figure in run.json, every blocking check in a sentence, every table on a line of its own."""

import json
import re
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from data_quality.gate import Check
from lakehouse.contract.compiler import compile_contract
from lakehouse.raw_to_silver.row_counts import RowCounts
from lakehouse.run.report import Report, TableReport, failed_check_lines, print_summary
from lakehouse.run.timing import Split

ACCOUNT = TableReport(
    "silver.account",
    "published",
    counts=RowCounts(
        reported=1_533, read=1_532, quarantined=30, duplicates=3, stale=2, written=1_497, reasons={"no id": 30}
    ),
    rows=1_500,
    checks=[Check("id is present", "critical", True, 0, 1_500), Check("has rows", "warning", False)],
    snapshot=7,
    milliseconds=Split(total=9_000, load=4_000, execution=2_000, waiting=3_000),
)
HELD_BACK = TableReport("silver.user", "held back", rows=12)
IDLE = TableReport("silver.task")
GOLD = TableReport(
    "gold.account_360", "failed", rows=1_434, problem="no memory", checks=[Check("columns", "critical", False)]
)
REPORT = Report(
    run_id="r1",
    pipeline="shop",
    started_at="2026-11-24T05:22:45+00:00",
    finished_at="2026-11-24T05:23:55+00:00",
    outcome="failed",
    completed_run="r0",
    milliseconds=Split(total=70_400, load=48_200, execution=12_649, waiting=9_551),
    tables=[ACCOUNT, HELD_BACK, IDLE, GOLD],
    problems=["gold.account_360: no memory", "gold.account_360: rule 'columns' failed"],
)
NOTHING: dict[str, Any] = {
    "counts": None,
    "rows": None,
    "checks": [],
    "snapshot": None,
    "problem": None,
    "milliseconds": None,
}
FAILED = {"severity": "critical", "passed": False, "unexpected": None, "of": None, "error": None}
PASSED = {**FAILED, "passed": True}
STORED: dict[str, Any] = {
    "run_id": "r1",
    "pipeline": "shop",
    "started_at": "2026-11-24T05:22:45+00:00",
    "finished_at": "2026-11-24T05:23:55+00:00",
    "outcome": "failed",
    "completed_run": "r0",
    "milliseconds": {"total": 70_400, "load": 48_200, "execution": 12_649, "waiting": 9_551},
    "tables": [
        {
            "name": "silver.account",
            "outcome": "published",
            "counts": {
                "reported": 1_533,
                "read": 1_532,
                "quarantined": 30,
                "duplicates": 3,
                "stale": 2,
                "written": 1_497,
                "reasons": {"no id": 30},
            },
            "rows": 1_500,
            "checks": [
                {**PASSED, "rule": "id is present", "unexpected": 0, "of": 1_500},
                {**FAILED, "rule": "has rows", "severity": "warning"},
            ],
            "snapshot": 7,
            "problem": None,
            "milliseconds": {"total": 9_000, "load": 4_000, "execution": 2_000, "waiting": 3_000},
        },
        {**NOTHING, "name": "silver.user", "outcome": "held back", "rows": 12},
        {**NOTHING, "name": "silver.task", "outcome": "nothing new"},
        {
            **NOTHING,
            "name": "gold.account_360",
            "outcome": "failed",
            "rows": 1_434,
            "problem": "no memory",
            "checks": [{**FAILED, "rule": "columns"}],
        },
    ],
    "problems": ["gold.account_360: no memory", "gold.account_360: rule 'columns' failed"],
}
NAMES = list(compile_contract(Path(__file__).parents[2] / "demo/pipeline.yaml").silver)
KEPT = "look at them on branch audit_r1 of silver.account, readers keep the last published data"


def test_run_json_holds_every_figure() -> None:
    assert json.loads(REPORT.to_json()) == STORED


@pytest.mark.parametrize(
    ("check", "lines"),
    [
        (Check("id is present", "critical", True, 0, 1_500), []),
        (Check("id is present", "warning", False, 3, 1_500), []),
        (
            Check("id is present", "critical", False, 1_234, 1_500_000),
            [f"silver.account: rule 'id is present' failed on 1,234 of 1,500,000 rows; {KEPT}"],
        ),
        (Check("columns", "critical", False), [f"silver.account: rule 'columns' failed; {KEPT}"]),
        (
            Check("id is present", "info", False, error="the rule could not be evaluated"),
            [f"silver.account: rule 'id is present' failed (the rule could not be evaluated); {KEPT}"],
        ),
    ],
)
def test_a_check_that_blocks_says_table_rule_count_and_what_to_do(check: Check, lines: list[str]) -> None:
    assert failed_check_lines(TableReport("silver.account", checks=[check]), "audit_r1") == lines


def test_checks_that_block_come_in_the_order_of_the_rules() -> None:
    checks = [Check(name, "critical", name == "b") for name in "abc"]
    table = TableReport("silver.account", checks=checks)
    assert [line.partition(";")[0] for line in failed_check_lines(table, "audit_r1")] == [
        "silver.account: rule 'a' failed",
        "silver.account: rule 'c' failed",
    ]


def test_the_summary_tells_the_tables_the_problems_the_times_and_the_place() -> None:
    assert [" ".join(line.split()) for line in _printed(REPORT) if set(line) - {" ", "─"}] == [
        "run r1: failed",
        "table read valid quarantined duplicates stale written rows checks outcome",
        "silver.account 1,532 1,502 30 3 2 1,497 1,500 1/2 published",
        "silver.user 12 held back",
        "silver.task nothing new",
        "gold.account_360 1,434 0/1 failed",
        "! silver.account: rule 'has rows' failed (warning)",
        "✗ gold.account_360: no memory",
        "✗ gold.account_360: rule 'columns' failed",
        "total 70.4 s = load 48.2 s + execution 12.6 s + waiting 9.6 s",
        "report: lake/runs/r1/run.json",
    ]


def test_every_figure_stands_below_its_heading() -> None:
    [headings] = [line for line in _printed(REPORT) if "quarantined" in line]
    ends = {word.end(): word[0] for word in re.finditer(r"\S+", headings)}
    [line] = [line for line in _printed(REPORT) if "1,434" in line]
    below = {ends.get(word.end()): word[0] for word in re.finditer(r"(?<= )[\d,/]+(?= )", line)}
    assert below == {"rows": "1,434", "checks": "0/1"}


def test_every_table_has_one_line_however_large_its_figures() -> None:
    lines = _printed(_large(123_456_789))
    [rule] = [number for number, line in enumerate(lines) if "──" in line]
    assert [line.split()[0][:15] for line in lines[rule + 1 : -2]] == [f"silver.{name}"[:15] for name in NAMES]


def test_figures_below_a_million_fit_into_120_columns() -> None:
    assert max(len(line) for line in _printed(_large(999_999))) <= 120


@pytest.mark.parametrize("rows", [5_042, 999_999, 123_456_789])
def test_no_name_and_no_figure_is_cut(rows: int) -> None:
    assert [line for line in _printed(_large(rows)) if "…" in line] == []


@pytest.mark.parametrize(
    "text",
    [
        "silver.account: 1,533 rows are 'unaccounted' for: 3/4 < 2",
        "silver.account: rule 'amount [eur] is set' failed",
        "silver.account: rule 'a [/red] b' failed",
    ],
)
def test_a_problem_is_printed_as_it_is(text: str) -> None:
    report = Report("r1", "shop", "2026-11-24T05:22:45+00:00", problems=[text])
    assert [line for line in _printed(report) if line.startswith("✗")] == [f"✗ {text}"]


@pytest.mark.parametrize("place", ["lake/run.json", "lake [old]/run.json"])
def test_the_place_is_printed_as_it_is_on_one_line(place: str) -> None:
    long = f"/{'x' * 120}/{place}"
    assert _printed(REPORT, long)[-1] == f"report: {long}"


def _large(rows: int) -> Report:
    """Every silver table of the shipped contract with so many rows, a tenth of them quarantined; one table has none."""
    tenth = rows // 10
    counts = RowCounts(rows, rows, tenth, tenth, tenth, rows - 3 * tenth)
    checks = [Check(f"rule {number}", "critical", True) for number in range(12)]
    tables = [TableReport(f"silver.{name}", "published", counts, rows, checks) for name in NAMES[1:]]
    return Report("r1", "shop", "2026-11-24T05:22:45+00:00", tables=[TableReport(f"silver.{NAMES[0]}"), *tables])


def _printed(report: Report, place: str = "lake/runs/r1/run.json") -> list[str]:
    """The summary's lines on a terminal of 120 columns."""
    written = StringIO()
    print_summary(report, Console(file=written, width=120), place)
    return [line.rstrip() for line in written.getvalue().splitlines()]
