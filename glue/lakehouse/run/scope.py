"""What a run reads: everything unread, only some tables, everything again, or what had arrived by a date."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import takewhile

import msgspec

from lakehouse.contract.models import Pipeline
from lakehouse.contract.strict import did_you_mean
from lakehouse_common.errors import LakehouseError
from lakehouse_common.instants import parse_instant
from raw_ready.manifest import Manifest, TableBatches

DAY = re.compile(r"\d{4}-\d\d-\d\d")


class ScopeError(LakehouseError):
    """An argument names something that does not exist; the message names the nearest thing that does."""


@dataclass(frozen=True)
class RunScope:
    """Which silver tables (empty: all), what arrived before `until`, and whether to read again what was read before."""

    tables: frozenset[str] = frozenset()
    is_full_refresh: bool = False
    until: datetime | None = None

    def narrow(self, manifest: Manifest) -> Manifest:
        """Returns the manifest's batches in the scope: of each table the first ones, so that none is skipped."""
        return Manifest({name: self._narrow_table(name, table) for name, table in manifest.tables.items()})

    def _narrow_table(self, name: str, table: TableBatches) -> TableBatches:
        if self.tables and name not in self.tables:
            return msgspec.structs.replace(table, batches=())
        until = self.until
        if until is None:
            return table
        arrived = takewhile(lambda batch: parse_instant(batch.arrived_at) < until, table.batches)
        return msgspec.structs.replace(table, batches=tuple(arrived))


ALL_UNREAD = RunScope()


def parse_scope(pipeline: Pipeline, tables: str = "", full_refresh: str = "", logical_date: str = "") -> RunScope:
    """Parse a job's arguments: comma-separated names, true or false, a date or an instant.

    A date means what had arrived by its end in UTC; an instant without an offset is in UTC.

    Raises:
        ScopeError: an argument is wrong; the message names the nearest right one.
    """
    names = frozenset(word.strip().removeprefix("silver.") for word in tables.split(",") if word.strip())
    for name in sorted(names - pipeline.silver.keys()):
        raise ScopeError(f"--tables: there is no silver table '{name}'; {did_you_mean(name, pipeline.silver)}")
    if full_refresh.lower() not in ("", "true", "false"):
        raise ScopeError("--full_refresh is true or false")
    return RunScope(names, full_refresh.lower() == "true", _end_of_scope(logical_date) if logical_date else None)


def _end_of_scope(text: str) -> datetime:
    try:
        instant = parse_instant(text)
    except (ValueError, OverflowError):
        raise ScopeError("--logical_date is a date or an instant: 2026-01-31, or 2026-01-31T06:00:00Z") from None
    if DAY.fullmatch(text):
        instant += timedelta(days=1)
    return instant
