"""The sample org arrives in the raw zone through the local AppFlow, day by day."""

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from demo import clock
from demo.appflow import LocalAppFlow, Outcome
from demo.billing import arrivals, note_mess
from demo.planted import Ledger, Planted
from demo.records import Record
from demo.sample_org import BUILDERS, Org, sample_org
from lakehouse.contract.models import Pipeline
from lakehouse_common.errors import LakehouseError

EMPTY_LATER = "Product2"
LEAVES_NOTE = "Account"
EXECUTIONS = uuid.UUID("5f0c1c1e-4f5b-4c58-9c55-7a1f1f6f7a01")


class UnknownObjectError(LakehouseError):
    """The contract names an object that the sample org does not have."""


@dataclass(frozen=True)
class Execution:
    """One execution of one object's flow."""

    started_at: datetime
    outcome: Outcome
    rows: list[Record]


def arrive_from_salesforce(pipeline: Pipeline, raw: Path, day: int, scale: float, seed: int = 7) -> None:
    """Write every object of the contract into the raw zone, up to that day; what is there stays as it is.

    Raises:
        UnknownObjectError: naming the objects that the org has.
        ValueError: there is no such day, or the scale is not positive.
    """
    clock.at(day, 0)
    objects = pipeline.salesforce.objects
    unknown = [name for name in objects if name not in BUILDERS]
    if unknown:
        raise UnknownObjectError(f"the sample org has no {', '.join(unknown)}; it has {', '.join(BUILDERS)}")
    org, appflow = sample_org(scale, seed), LocalAppFlow(raw)
    for name, spec in objects.items():
        flow = spec.flow or name
        for execution in executions(org, name, day):
            started_at, outcome = execution.started_at, execution.outcome
            execution_id = str(uuid.uuid5(EXECUTIONS, f"{flow}/{started_at}/{outcome}/{scale}/{seed}"))
            leaves_note = name == LEAVES_NOTE and outcome == "successful"
            appflow.run(flow, spec.format, execution.rows, started_at, execution_id, outcome, leaves_note)


def planted(scale: float, seed: int = 7) -> Planted:
    """Return what is planted in the org and in the sample API, and what a run must make of it.

    Raises:
        ValueError: the scale is not positive.
    """
    org, ledger = sample_org(scale, seed), Ledger()
    note_mess(org, ledger)
    ledger.arrivals = arrivals(org)
    return org.planted.with_more(ledger.closed())


def executions(org: Org, name: str, day: int) -> Iterator[Execution]:
    """Yield an object's executions in the order of their start."""
    minute = list(BUILDERS).index(name)
    if name in org.lost_rows:
        yield Execution(clock.at(1, 5, minute), "failed", [*org.lost_rows[name], *org.first_load[name]])
    yield Execution(clock.at(1, 6, minute), "successful", org.first_load[name])
    if name in org.second_load:
        yield Execution(clock.at(1, 8, minute), "successful", org.second_load[name])
    if name == EMPTY_LATER:
        yield Execution(clock.at(1, 8, minute), "empty", [])
    if day == 2:
        changes = org.changes[name]
        yield Execution(clock.at(2, 6, minute), "successful" if changes else "empty", changes)
