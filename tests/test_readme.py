"""The pages are true where a machine can tell: their links lead somewhere, their commands exist, and CI runs them."""

import re
from pathlib import Path

import pytest

from demo.arrive import planted
from demo.planted import Arrival
from lakehouse.contract.compiler import compile_contract

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
PAGES = {
    str(path.relative_to(ROOT)): path.read_text(encoding="utf-8")
    for pattern in ("*.md", "docs/**/*.md", "terraform/README.md", "terraform/modules/*/README.md")
    for path in sorted(ROOT.glob(pattern))
}
LINKS = sorted({(page, link) for page, text in PAGES.items() for link in re.findall(r"\]\(([^)\s]+)\)", text)})
COMMAND = re.compile(r"(?:`|^ {4})make ([a-z0-9-]+)", re.MULTILINE)
COMMANDS = sorted({(page, target) for page, text in PAGES.items() for target in COMMAND.findall(text)})


def anchors(text: str) -> set[str]:
    """The anchors of a page's headings, as GitHub makes them."""
    headings = re.findall(r"^#+ (.*)$", text, re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading).strip().lower().replace(" ", "-") for heading in headings}


@pytest.mark.parametrize(("page", "link"), [pair for pair in LINKS if "://" not in pair[1]])
def test_a_link_leads_to_a_file_and_to_a_heading_of_it(page: str, link: str) -> None:
    path, _, heading = link.partition("#")
    target = (ROOT / page).parent / path if path else ROOT / page
    assert target.exists()
    assert not heading or heading in anchors(target.read_text(encoding="utf-8"))


@pytest.mark.parametrize(("page", "target"), COMMANDS)
def test_a_command_is_a_target_of_the_makefile(page: str, target: str) -> None:
    assert re.search(rf"^{target}:.*## ", (ROOT / "Makefile").read_text(), re.MULTILINE)


def test_the_two_commands_stand_in_the_first_twelve_lines_and_five_lines_lead_on() -> None:
    begin, end = "\n".join(README.splitlines()[:12]), README.partition("\n## Where to read next\n")[2]
    assert re.findall(r"^ {4}make ([a-z]+)", begin, re.MULTILINE) == ["demo", "test"]
    assert [line[:2] for line in end.strip().splitlines()] == ["- "] * 5


def test_every_guarantee_names_a_test_that_holds_it() -> None:
    promises = re.split(r"^- ", PAGES["docs/guarantees.md"], flags=re.MULTILINE)[1:]
    assert promises
    assert [promise for promise in promises if "Held by [" not in promise or "](../tests/" not in promise] == []


def test_the_index_of_decisions_says_of_each_its_title_date_and_status() -> None:
    row = "| [{number}]({name}) | {title} | {date} | {status} |"
    form = re.compile(r"# (?P<number>\d{4}): (?P<title>.*)\n\nDate: (?P<date>[\d-]{10})\. Status: (?P<status>\w+)")
    files = sorted((ROOT / "docs/decisions").glob("[0-9]*.md"))
    read = [(path.name, form.match(path.read_text(encoding="utf-8"))) for path in files]
    assert [name for name, found in read if not found or found["number"] != name[:4]] == []
    rows = [row.format(name=name, **found.groupdict()) for name, found in read if found]
    index = PAGES["docs/decisions/README.md"]
    assert [line for line in index.splitlines() if line.startswith("| [")] == rows


@pytest.mark.parametrize("page", ["docs/glossary.md", "docs/traps.md"])
def test_a_page_is_one_table_of_three_columns(page: str) -> None:
    rows = [line for line in PAGES[page].splitlines() if line.startswith("|")]
    assert rows[1] == "|---|---|---|"
    assert len(PAGES[page].split("|---")) == 4
    assert [row for row in rows if not re.fullmatch(r"(\|[^|]*[^| ]+[^|]*){3}\|", row)] == []


def test_the_glossary_is_sorted_and_names_no_word_twice() -> None:
    words = re.findall(r"^\| ([^|]+) \|", PAGES["docs/glossary.md"], re.MULTILINE)[1:]
    assert words == sorted({*words}, key=str.lower)


def test_the_figures_of_the_demo_are_those_of_the_sample_org() -> None:
    shown = {name: figures.split()[:6] for name, figures in re.findall(r"^ silver\.(\w+) +(.*)$", README, re.MULTILINE)}
    silver = compile_contract(ROOT / "demo/pipeline.yaml").silver
    day_one = {name: planted(1.0).arrivals[1][silver[name].from_] for name in shown}
    assert shown
    assert shown == {name: figures(arrival) for name, arrival in day_one.items()}


def figures(arrival: Arrival) -> list[str]:
    """As the summary prints them: read, valid, quarantined, duplicates, stale, written."""
    aside = len(arrival.quarantined)
    counts = (arrival.reported, arrival.reported - aside, aside, arrival.duplicates, arrival.stale, arrival.written)
    return [f"{count:,}" for count in counts]


def test_ci_runs_the_two_commands() -> None:
    two = re.findall(r"^ {4}(make [a-z]+)", README, re.MULTILINE)
    ci = (ROOT / ".ci" / "run").read_text()
    assert len(two) == 2
    assert [command for command in two if command not in ci] == []
