"""What follows from the contract and is read in several places: the section `derived` of the compiled contract.

Terraform, the DAG, `raw_ready` and the job read names and places here and put none together themselves. People write
none of it: `Pipeline.derived` is computed from the rest, and `pipeline.yaml` is refused with such a key.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Annotated, Literal

from lakehouse.contract.rest.api import RestApi
from lakehouse.contract.salesforce import Format, Salesforce, SalesforceObject
from lakehouse.contract.sinks import SINK_KINDS
from lakehouse.contract.strict import KnownWord, StrictModel
from lakehouse_common.next_steps import BY_STAGE

SinkName = Annotated[str, KnownWord("a kind", SINK_KINDS)]


class Flow(StrictModel):
    """One AppFlow flow, the object that it brings, and what starts it: a run where it is on demand, else AppFlow."""

    name: str
    object: str
    kind: Literal["on_demand", "schedule", "event"]


class Source(StrictModel):
    """A source of silver tables: the flows whose executions are read, none for a REST resource, and the files' form."""

    flows: tuple[str, ...]
    format: Format


class Served(StrictModel):
    """A warehouse and the gold tables that it serves, sorted."""

    kind: SinkName
    tables: tuple[str, ...]


class Derived(StrictModel):
    """The section `derived` of the compiled contract.

    `prefix` begins every name in AWS; `runs` is where runs keep their reports, null without an environment; `flows` are
    sorted by object, an object's own flow before the one for its formulas; `sources` are those of silver tables by
    their qualified names; `parents` gives of each REST resource that is asked for once for each record of another
    one that other one, both as `<api>.<resource>`; `served` holds the sinks that are warehouses and serve a table;
    `next_steps` says what to do when a task of the DAG has failed, by its name or its group's.
    """

    prefix: str
    runs: str | None
    flows: tuple[Flow, ...]
    sources: dict[str, Source]
    parents: dict[str, str]
    served: dict[str, Served]
    next_steps: dict[str, str]


def prefix_of(name: str, environment: str | None) -> str:
    """Returns what every name in AWS begins with.

    >>> prefix_of("lakehouse", "dev")
    'lakehouse-dev'
    """
    return "-".join(filter(None, (name, environment)))


def derive(
    prefix: str,
    is_deployed: bool,
    salesforce: Salesforce,
    rest: Mapping[str, RestApi],
    sources: Iterable[str],
    served: Mapping[str, Served],
) -> Derived:
    """Returns the section of a contract whose flows have their names; `sources` are those of its silver tables."""
    return Derived(
        prefix=prefix,
        runs=f"s3://{prefix}-logs/runs" if is_deployed else None,
        flows=tuple(flow for name, settings in sorted(salesforce.objects.items()) for flow in _flows(name, settings)),
        sources={source: _source(salesforce, source) for source in sorted(set(sources))},
        parents={
            f"{api}.{name}": f"{api}.{resource.for_each.resource}"
            for api, section in rest.items()
            for name, resource in section.resources.items()
            if resource.for_each
        },
        served={sink: place for sink, place in served.items() if place.tables},
        next_steps=dict(BY_STAGE),
    )


def _flows(name: str, settings: SalesforceObject) -> Iterator[Flow]:
    yield Flow(name=_filled_in(settings.flow), object=name, kind=settings.trigger.kind)
    if settings.formula_refresh:
        yield Flow(name=_filled_in(settings.formula_refresh.flow), object=name, kind="schedule")


def _filled_in(flow: str | None) -> str:
    assert flow, "the compiler gives every flow its name before anything is derived"
    return flow


def _source(salesforce: Salesforce, source: str) -> Source:
    kind, *names = source.split(".")
    if kind == "rest":
        return Source(flows=(), format="json")
    settings = salesforce.objects[names[0]]
    return Source(flows=tuple(flow.name for flow in _flows(names[0], settings)), format=settings.format)
