"""The run report: what happened to every row, check and millisecond; as `run.json` and as a summary."""

import json
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

from rich import box
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from data_quality.gate import Check
from lakehouse.raw_to_silver.remake import Remade
from lakehouse.raw_to_silver.row_counts import RowCounts
from lakehouse.run.timing import Split

# A table that has passed is held back when another table of the run has not.
Outcome = Literal["published", "nothing new", "held back", "failed"]


@dataclass
class TableReport:
    """One table of the run; `rows` is what its last snapshot holds, `snapshot` what was audited or published.

    `changes` are those of the contract that the run has made, `remade` what became of the rows of a table made anew.
    """

    name: str
    outcome: Outcome = "nothing new"
    counts: RowCounts | None = None
    rows: int | None = None
    checks: list[Check] = field(default_factory=list)
    snapshot: int | None = None
    problem: str | None = None
    milliseconds: Split | None = None
    changes: list[str] = field(default_factory=list)
    remade: Remade | None = None

    @property
    def failed_checks(self) -> list[Check]:
        """The checks that keep the table from being published."""
        return [check for check in self.checks if check.blocks]

    @property
    def warnings(self) -> list[str]:
        """One line per check that did not pass and keeps nothing from being published."""
        failed = (check for check in self.checks if not check.passed and not check.blocks)
        return [
            f"{self.name}: rule '{check.rule}' failed{_rows_or_error(check)} ({check.severity})" for check in failed
        ]


@dataclass
class Report:
    """One run. Times are ISO 8601 in UTC; `milliseconds` splits the total."""

    run_id: str
    pipeline: str
    started_at: str
    finished_at: str | None = None
    outcome: Outcome = "nothing new"
    completed_run: str | None = None
    changes: list[str] = field(default_factory=list)
    milliseconds: Split | None = None
    tables: list[TableReport] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)

    def to_json(self) -> bytes:
        """Returns the report as indented JSON; only a run that follows a changed contract says what it changed."""
        report = _without_empty(asdict(self), "changes")
        report["tables"] = [_without_empty(table, "changes", "remade") for table in report["tables"]]
        return json.dumps(report, indent=2).encode() + b"\n"


def _without_empty(fields: dict[str, Any], *names: str) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if value or name not in names}


def failed_check_lines(table: TableReport, branch: str) -> list[str]:
    """Returns one line per check that blocks: table, rule, count, and where the checked rows are."""
    advice = f"look at them on branch {branch} of {table.name}, readers keep the last published data"
    return [
        f"{table.name}: rule '{check.rule}' failed{_rows_or_error(check)}; {advice}" for check in table.failed_checks
    ]


def _rows_or_error(check: Check) -> str:
    if check.error:
        return f" ({check.error})"
    return f" on {check.unexpected:,} of {check.of:,} rows" if check.unexpected is not None and check.of else ""


def print_summary(report: Report, console: Console, place: str) -> None:
    """Print the tables, the times and what to look at next; `place` is where the report is stored."""
    table = Table(
        title=f"run {report.run_id}: {report.outcome}",
        title_justify="left",
        box=box.SIMPLE_HEAD,
        pad_edge=False,
        padding=0,
    )
    for heading in (
        "table",
        "read",
        "valid",
        "quarantined",
        "duplicates",
        "stale",
        "written",
        "rows",
        "checks",
        "outcome",
    ):
        table.add_column(heading, justify="left" if heading in ("table", "outcome") else "right", no_wrap=True)
    for each in report.tables:
        table.add_row(each.name, *_counts_cells(each.counts), _rows_cell(each.rows), _checks_cell(each), each.outcome)
    # The table may be wider than the terminal, so that no figure is cut.
    table.width = console.measure(table, options=console.options.update(width=1_000)).maximum
    console.print(table, soft_wrap=True)
    for line in [*report.changes, *(line for each in report.tables for line in each.changes)]:
        console.print(f"[cyan]~[/cyan] {escape(line)}", highlight=False, soft_wrap=True)
    for line in (line for each in report.tables for line in each.warnings):
        console.print(f"[yellow]![/yellow] {escape(line)}", highlight=False, soft_wrap=True)
    for line in report.problems:
        console.print(f"[red]✗[/red] {escape(line)}", highlight=False, soft_wrap=True)
    if report.milliseconds:
        console.print(_times_line(report.milliseconds))
    console.print(f"report: {place}", highlight=False, markup=False, soft_wrap=True)


def _counts_cells(counts: RowCounts | None) -> list[str]:
    if counts is None:
        return [""] * 6
    valid = counts.read - counts.quarantined
    figures = (counts.read, valid, counts.quarantined, counts.duplicates, counts.stale, counts.written)
    return [f"{figure:,}" for figure in figures]


def _rows_cell(rows: int | None) -> str:
    return "" if rows is None else f"{rows:,}"


def _checks_cell(table: TableReport) -> str:
    passed = sum(check.passed for check in table.checks)
    return f"{passed}/{len(table.checks)}" if table.checks else ""


def _times_line(split: Split) -> str:
    parts: dict[str, Any] = asdict(split)
    total, *rest = (f"{name} {milliseconds / 1000:.1f} s" for name, milliseconds in parts.items())
    return f"{total} = {' + '.join(rest)}"
