"""The README is true where a machine can tell: its links lead somewhere, its commands exist, and CI runs them."""

import re
from pathlib import Path

import pytest

from demo.arrive import planted
from demo.planted import Arrival
from lakehouse.contract.compiler import compile_contract

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
LINKS = sorted(set(re.findall(r"\]\(([^)#][^)]*)\)", README)))
COMMANDS = sorted(
    set(re.findall(r"`make ([a-z0-9-]+)", README)) | set(re.findall(r"^ {4}make ([a-z0-9-]+)", README, re.MULTILINE))
)


@pytest.mark.parametrize("link", LINKS)
def test_a_link_leads_to_a_file(link: str) -> None:
    assert (ROOT / link.split("#")[0]).exists()


@pytest.mark.parametrize("target", COMMANDS)
def test_a_command_is_a_target_of_the_makefile(target: str) -> None:
    assert re.search(rf"^{target}:.*## ", (ROOT / "Makefile").read_text(), re.MULTILINE)


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
