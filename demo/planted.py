"""What is planted in the sample data: tests compare a run's counts with it."""

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from lakehouse.contract.models import SilverTable
from lakehouse.raw_to_silver.reasons import reason_of


class Mess(StrEnum):
    """The kinds of mess in valid rows; a row that is not valid has a `Reason` instead."""

    SHORT_ID = "the record's own id has 15 characters"
    SHORT_REFERENCE = "a reference has 15 characters"
    SOFT_DELETED = "the record lies in the recycle bin"
    MERGED = "an account merged into another"
    MERGED_TWICE = "an account merged into one that was merged itself"
    OF_MERGED_ACCOUNT = "a record still points at a merged account"
    ORPHAN = "a reference to a record that never was"
    MISSING_MANAGER = "a user whose manager is not there"
    USER_WITHOUT_DEALS = "a user without opportunities"
    ONLY_WINS = "a rep who never lost"
    TIED_STAMP = "many records share one second of SystemModstamp"
    EQUAL_CREATED_DATE = "lines of one opportunity created in the same second"
    OFFSET_INSTANT = "instants end in +0000 instead of Z"
    FUTURE_CLOSE_DATE = "a close date ahead"
    QUOTED_NEWLINE = "text with line breaks"
    QUOTES = "text with quotes, commas and backslashes"
    EMOJI = "text with characters outside of the basic plane"
    NON_LATIN = "text in other scripts"
    NULL_WORD = "NA, null and N/A as text that someone means"
    NUL_CHARACTER = "text with a NUL character"
    EXACT_DECIMAL = "a number of 18 digits that no double holds"
    FLOAT_SPELLING = "a whole number spelled as a float"
    PERCENT = "a percentage that is 0 or 100"
    CURRENCY = "an amount in another currency than the reporting currency"
    TWICE_IN_FILE = "the record stands twice in one file"
    READ_AGAIN = "a later execution reads the same version again"
    LATE = "an older version arrives after a newer one"
    ONLY_IN_FAILED = "found in the files of a failed execution and nowhere else"
    UPDATED = "a newer version on day 2"
    DELETED = "deleted on day 2"
    UNDELETED = "taken out of the recycle bin on day 2"
    CREATED = "new on day 2"
    MERGED_LATER = "an account merged into another on day 2"


@dataclass(frozen=True)
class QuarantinedRow:
    """One row to be quarantined: the record's 18-character id (None where it has none) and its faults by field."""

    record_id: str | None
    reasons: Mapping[str, str]


@dataclass(frozen=True)
class Arrival:
    """The rows of one source on one day, read in one run after the days before it.

    `reported` by successful executions or runs = valid new or newer rows + `quarantined` + `duplicates` (valid rows
    beside a winner of the same key) + `stale` (valid rows that silver already holds in this or a newer version).
    """

    reported: int = 0
    duplicates: int = 0
    stale: int = 0
    quarantined: tuple[QuarantinedRow, ...] = ()

    @property
    def written(self) -> int:
        """Return how many rows change silver."""
        return self.reported - len(self.quarantined) - self.duplicates - self.stale

    def reasons(self, table: SilverTable) -> dict[str, int]:
        """Count rows per reason as the table's quarantine words them; the contract says which columns a field feeds."""
        columns = [(column.from_, name) for name, column in table.columns.items() if column.pii != "drop"]
        columns += [(table.version, "version")] if table.version else []
        reasons = (
            reason_of(name, reason)
            for row in self.quarantined
            for source_field, name in columns
            if (reason := row.reasons.get(source_field))
        )
        return dict(Counter(reasons))


@dataclass(frozen=True)
class Planted:
    """`mess`: 18-character record ids by kind and source; `arrivals`: by day and source (named as in the contract)."""

    mess: Mapping[Mess, Mapping[str, tuple[str, ...]]]
    arrivals: Mapping[int, Mapping[str, Arrival]]

    def ids(self, kind: Mess, source: str) -> tuple[str, ...]:
        """Return the records of a source that have the mess; none where it was not planted there."""
        return self.mess.get(kind, {}).get(source, ())

    def count(self, kind: Mess) -> int:
        """Return how many records of all sources have the mess."""
        return sum(map(len, self.mess.get(kind, {}).values()))

    def with_more(self, other: "Planted") -> "Planted":
        """Return the sum of both."""
        mess = {kind: {**self.mess.get(kind, {}), **other.mess.get(kind, {})} for kind in Mess}
        return Planted(mess, {day: {**of_day, **other.arrivals[day]} for day, of_day in self.arrivals.items()})

    def quarantined(self) -> dict[str, Counter[str]]:
        """Count the faults of both days per source and reason; a row with two faults counts twice."""
        counts: dict[str, Counter[str]] = defaultdict(Counter)
        for day in self.arrivals.values():
            for source, arrival in day.items():
                for row in arrival.quarantined:
                    counts[source].update(row.reasons.values())
        return dict(counts)


@dataclass
class Ledger:
    """The notes of the planting functions about what they plant."""

    _mess: dict[Mess, dict[str, list[str]]] = field(default_factory=lambda: defaultdict(lambda: defaultdict(list)))
    arrivals: dict[int, dict[str, Arrival]] = field(default_factory=lambda: {1: {}, 2: {}})

    def note(self, kind: Mess, source: str, record_id: str | None) -> None:
        """Note that a record has the mess."""
        if record_id is None:
            raise ValueError(f"a record of {source} without an id cannot be looked up: {kind}")
        self._mess[kind][source].append(record_id)

    def closed(self) -> Planted:
        """Return all that was noted."""
        mess = {kind: {name: tuple(ids) for name, ids in of.items()} for kind, of in self._mess.items()}
        return Planted(mess, self.arrivals)
