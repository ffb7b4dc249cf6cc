"""A sample Salesforce org of two days, made from a seed and a scale."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import count

from demo import deals, people, records
from demo.changes import day_two, full_id, second_load
from demo.draw import Draw
from demo.faults import FIRST_LOAD, bad_rows
from demo.mess import make_a_mess
from demo.planted import Arrival, Ledger, Mess, Planted
from demo.pools import draw_pools
from demo.records import Record, source

BUILDERS: dict[str, Callable[[Draw, int], Record]] = {
    "User": people.user,
    "Account": people.account,
    "Contact": people.contact,
    "Lead": people.lead,
    "Opportunity": deals.opportunity,
    "OpportunityLineItem": deals.line_item,
    "Product2": deals.product,
    "Task": deals.task,
    "Campaign": deals.campaign,
}
READ_TWICE_ON_DAY_1 = "Contact"
FAILS_FIRST = "Opportunity"
# Numbers of rows beside the regular ones, which count from 0.
BAD, NEW, LOST = 1_000_000, 2_000_000, 3_000_000


@dataclass(frozen=True)
class Org:
    """The org's rows by object, in the order in which they land.

    `first_load` and then `second_load` land on day 1, `changes` on day 2. `lost_rows` are in the files of an execution
    that failed and nowhere else. `planted` is the account of all of it.
    """

    seed: int
    scale: float
    counts: Mapping[str, int]
    first_load: Mapping[str, list[Record]]
    second_load: Mapping[str, list[Record]]
    lost_rows: Mapping[str, list[Record]]
    changes: Mapping[str, list[Record]]
    planted: Planted


def sample_org(scale: float = 1.0, seed: int = 7) -> Org:
    """Return the org of a seed; scale 1 has about 28,000 rows, and every scale has every kind of mess.

    Raises:
        ValueError: the scale is not positive.
    """
    counts, pools, ledger = records.counts(scale), draw_pools(seed), Ledger()
    today, tomorrow = (Draw(seed, counts, pools, day) for day in (1, 2))
    regular = {name: _regular(name, today, ledger) for name in BUILDERS}
    first = {name: _first_load(name, rows, today, scale, ledger) for name, rows in regular.items()}
    second = {READ_TWICE_ON_DAY_1: second_load(READ_TWICE_ON_DAY_1, regular[READ_TWICE_ON_DAY_1], scale, ledger)}
    _count_again(second, ledger)
    lost = {FAILS_FIRST: [_lost_row(today, ledger)]}
    changes = {
        name: day_two(name, rows, _from(NEW, name, tomorrow), tomorrow, scale, ledger) for name, rows in regular.items()
    }
    return Org(seed, scale, counts, first, second, lost, changes, ledger.closed())


def _regular(name: str, draw: Draw, ledger: Ledger) -> list[Record]:
    rows = [BUILDERS[name](draw, number) for number in range(draw.counts[name])]
    make_a_mess(name, rows, ledger)
    return rows


def _first_load(name: str, regular: list[Record], draw: Draw, scale: float, ledger: Ledger) -> list[Record]:
    """Return the regular rows, the first few of them twice in a row, with the bad ones in their middle."""
    good = _from(BAD, name, draw)
    bad = [pair for fault in FIRST_LOAD if fault.object_name == name for pair in bad_rows(fault, good, scale)]
    twice = regular[1 : 1 + max(1, round(3 * scale))]
    for row in twice:
        ledger.note(Mess.TWICE_IN_FILE, source(name), full_id(row))
    head = [regular[0], *(copy for row in twice for copy in (row, dict(row)))]
    rest = regular[1 + len(twice) :]
    rows = [*head, *rest[: len(rest) // 2], *(row for row, _ in bad), *rest[len(rest) // 2 :]]
    quarantined = tuple(expected for _, expected in bad)
    ledger.arrivals[1][source(name)] = Arrival(len(rows), duplicates=len(twice), quarantined=quarantined)
    return rows


def _count_again(second: Mapping[str, list[Record]], ledger: Ledger) -> None:
    """Count rows that the second execution repeats: they are duplicates, as long as both are read in one run."""
    for name, rows in second.items():
        first = ledger.arrivals[1][source(name)]
        both = Arrival(first.reported + len(rows), first.duplicates + len(rows), 0, first.quarantined)
        ledger.arrivals[1][source(name)] = both


def _lost_row(draw: Draw, ledger: Ledger) -> Record:
    row = next(_from(LOST, FAILS_FIRST, draw))
    ledger.note(Mess.ONLY_IN_FAILED, source(FAILS_FIRST), row["Id"])
    return row


def _from(number: int, name: str, draw: Draw) -> Iterator[Record]:
    """Yield good rows without end, from that number on."""
    return (BUILDERS[name](draw, n) for n in count(number))
