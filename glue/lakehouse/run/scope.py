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
    """Which silver tables (empty: all), what arrived before `until`, and whether to read again what was read before.

    A migration makes every pending change of the contract; what is unread of other tables waits for the next run.
    """

    tables: frozenset[str] = frozenset()
    is_full_refresh: bool = False
    until: datetime | None = None
    is_migration: bool = False

    def has(self, table: str) -> bool:
        """Returns whether the silver table is in the scope."""
        return not self.tables or table in self.tables

    def narrow(self, manifest: Manifest) -> Manifest:
        """Returns the manifest's batches in the scope: of each table the first ones, so that none is skipped."""
        return Manifest({name: self._narrow_table(name, table) for name, table in manifest.tables.items()})

    def _narrow_table(self, name: str, table: TableBatches) -> TableBatches:
        if not self.has(name):
            return msgspec.structs.replace(table, batches=())
        until = self.until
        if until is None:
            return table
        arrived = takewhile(lambda batch: parse_instant(batch.arrived_at) < until, table.batches)
        return msgspec.structs.replace(table, batches=tuple(arrived))


ALL_UNREAD = RunScope()


def parse_scope(
    pipeline: Pipeline, tables: str = "", full_refresh: str = "", logical_date: str = "", migrate: str = ""
) -> RunScope:
    """Parse a job's arguments: comma-separated names, true or false, a date or an instant.

    A date means what had arrived by its end in UTC; an instant without an offset is in UTC.

    Raises:
        ScopeError: an argument is wrong; the message names the nearest right one.
    """
    names = frozenset(word.strip().removeprefix("silver.") for word in tables.split(",") if word.strip())
    for name in sorted(names - pipeline.silver.keys()):
        raise ScopeError(f"--tables: there is no silver table '{name}'; {did_you_mean(name, pipeline.silver)}")
    until = _end_of_scope(logical_date) if logical_date else None
    return RunScope(names, _flag("full_refresh", full_refresh), until, _flag("migrate", migrate))


def _flag(name: str, text: str) -> bool:
    if text.lower() not in ("", "true", "false"):
        raise ScopeError(f"--{name} is true or false")
    return text.lower() == "true"


def _end_of_scope(text: str) -> datetime:
    try:
        instant = parse_instant(text)
    except (ValueError, OverflowError):
        raise ScopeError("--logical_date is a date or an instant: 2026-01-31, or 2026-01-31T06:00:00Z") from None
    if DAY.fullmatch(text):
        instant += timedelta(days=1)
    return instant
