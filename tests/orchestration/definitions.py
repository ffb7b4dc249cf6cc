"""The state machine's text as Terraform puts it together, and how to walk through it."""

import json
import os
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

MODULES = Path(__file__).parents[2] / "terraform" / "modules"
Machine = dict[str, Any]


class Placed(NamedTuple):
    """A state, the states beside it, and the top-level state that it is part of."""

    name: str
    state: dict[str, Any]
    beside: Machine
    top: str


def planned(module: Path, data: Path) -> dict[str, Machine]:
    """Run of the module's own test -> the definition that the run plans; runs that plan none are left out."""
    environment = {**os.environ, "TF_DATA_DIR": str(data)}

    def terraform(*command: str) -> str:
        done = subprocess.run(
            ["terraform", *command], cwd=module, env=environment, capture_output=True, text=True, check=True
        )
        return done.stdout

    try:
        terraform("init", "-backend=false", "-input=false")
        lines = [json.loads(line) for line in terraform("test", "-json", "-verbose").splitlines()]
    finally:
        (module / ".terraform.lock.hcl").unlink(missing_ok=True)
    return {
        line["@testrun"]: json.loads(change["change"]["after"]["definition"])
        for line in lines
        if line["type"] == "test_plan"
        for change in line["test_plan"]["resource_changes"]
        if change["address"] == "aws_sfn_state_machine.this"
    }


def parts(state: Mapping[str, Any]) -> list[Machine]:
    """The machines inside a state: a Parallel's branches, what a Map runs for each item."""
    return [*state.get("Branches", []), *([state["ItemProcessor"]] if "ItemProcessor" in state else [])]


def walk(machine: Machine, top: str = "") -> Iterator[Placed]:
    """Every state, however deep."""
    for name, state in machine["States"].items():
        yield Placed(name, state, machine, top or name)
        for part in parts(state):
            yield from walk(part, top or name)


def followers(state: Mapping[str, Any]) -> set[str]:
    """The states that can come next."""
    found = [*(rule["Next"] for rule in [*state.get("Choices", []), *state.get("Catch", [])])]
    return {*found, *(state[key] for key in ("Next", "Default") if key in state)}
