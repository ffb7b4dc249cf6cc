"""gold_to_sinks: one module per kind of sink, `<kind>_sink.py`; its `SINK` is what is to be known of the kind.

The warehouses of today read the published Iceberg tables in place, so that the job does nothing more once these are
published.
"""

from dataclasses import dataclass
from importlib import import_module

from lakehouse.contract.sinks import SINK_KINDS, SUFFIX
from lakehouse.contract.strict import misfit
from lakehouse_common.errors import LakehouseError


@dataclass(frozen=True, kw_only=True)
class SinkKind:
    """One kind of sink: the contract's word for it, and whether it reads the published tables in place."""

    name: str
    reads_in_place: bool


class UnknownSinkError(LakehouseError):
    """There is no kind of sink of that name; the message names the nearest one."""


def sink_kind(name: str) -> SinkKind:
    """Returns what is to be known of a kind of sink.

    >>> sink_kind("redshift").reads_in_place
    True

    Raises:
        UnknownSinkError: no module of this folder is that kind's.
    """
    if name not in SINK_KINDS:
        raise UnknownSinkError(misfit(name, "a kind of sink", SINK_KINDS))
    kind: SinkKind = import_module(f"{__name__}.{name}{SUFFIX}").SINK
    return kind
