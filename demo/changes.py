"""The rows after the first load: those read again on day 1, and the changes of day 2."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from demo import clock
from demo.deals import in_stage
from demo.draw import ONLY_WINS, Draw
from demo.faults import CHANGES, bad_rows
from demo.mess import merges, older
from demo.planted import Arrival, Ledger, Mess, QuarantinedRow
from demo.records import Record, source
from demo.salesforce_ids import salesforce_id, short, with_checksum

UNCHANGED = frozenset({"Product2"})
DELETED_ON_DAY_1 = 9
# Several edits of one second, as a bulk update makes them.
BULK_SECOND = clock.instant(clock.at(1, 18))
UPDATES: dict[str, Record] = {
    "User": {"IsActive": "false"},
    "Account": {"Health_Score__c": "91.5"},
    "Contact": {"Title": "Head of Procurement"},
    "Lead": {"Status": "Working"},
    "OpportunityLineItem": {"Quantity": "41.0"},
    "Task": {"Status": "Completed", "IsClosed": "true"},
    "Campaign": {"Status": "Completed", "IsActive": "false"},
}


@dataclass(frozen=True)
class Sizes:
    """How many rows each kind of change has."""

    updated: int
    deleted: int
    created: int
    late: int
    again: int


def sizes(rows: int, scale: float) -> Sizes:
    """Return the sizes: a few dozen at scale 1, never over a twelfth of the rows, and at least one of each kind."""

    def of(wanted: int, fewest: int = 1) -> int:
        return max(fewest, min(round(wanted * scale), rows // 12))

    return Sizes(updated=of(30, 2), deleted=of(8), created=of(20), late=of(6), again=of(6))


def full_id(row: Record) -> str:
    """Return the 18 characters of a row's id, which may be spelled with 15."""
    return with_checksum(short(row["Id"] or ""))


def second_load(name: str, rows: list[Record], scale: float, ledger: Ledger) -> list[Record]:
    """Return the rows of day 1's later execution, whose window overlaps the first one: most unchanged, one older."""
    last = min(len(rows), 15 + max(4, round(40 * scale)))
    for row in rows[15:last]:
        ledger.note(Mess.READ_AGAIN, source(name), full_id(row))
    ledger.note(Mess.LATE, source(name), full_id(rows[14]))
    other = {"Id": full_id(rows[15]) if rows[15]["Id"] == short(full_id(rows[15])) else short(full_id(rows[15]))}
    return [{**rows[15], **other}, *rows[16:last], {**older(rows[14]), "Title": "Title before the last change"}]


def day_two(
    name: str, rows: list[Record], fresh: Iterator[Record], draw: Draw, scale: float, ledger: Ledger
) -> list[Record]:
    """Return an object's rows of day 2 in random order and note them in the ledger; `fresh` are new good rows."""
    if name in UNCHANGED:
        ledger.arrivals[2][source(name)] = Arrival()
        return []
    size, pool = sizes(len(rows), scale), _unplanned(name, rows, draw)
    landed = [
        *_updated(name, pool, size.updated, draw, ledger),
        *_moved_in_and_out_of_the_bin(name, rows, pool, size.deleted, draw, ledger),
        *_created(name, fresh, size.created, ledger),
    ]
    stale = [*_late(name, pool, size.late, ledger), *_again(name, pool, size.again, ledger)]
    quarantined = list(_quarantined_rows(name, pool, draw, scale))
    landed += stale + [row for row, _ in quarantined]
    ledger.arrivals[2][source(name)] = Arrival(
        len(landed), 0, len(stale), tuple(expected for _, expected in quarantined)
    )
    draw.random.shuffle(landed)
    return landed


def _unplanned(name: str, rows: list[Record], draw: Draw) -> Iterator[Record]:
    """Return rows that are not deleted and that no other part of the demo needs, each once."""
    survivors = {number for pair in merges(len(rows)) for number in pair} if name == "Account" else set()
    only_wins = salesforce_id("User", ONLY_WINS)
    live = [
        row
        for number, row in enumerate(rows)
        if number >= 5 and number not in survivors and row.get("IsDeleted") != "true"
        if name != "Opportunity" or short(row["OwnerId"] or "") != short(only_wins)
    ]
    draw.random.shuffle(live)
    return iter(live)


def _newer(row: Record, changed: Record, draw: Draw) -> Record:
    moments = draw.times()
    del moments["CreatedDate"]
    return row | changed | moments


def _updated(name: str, pool: Iterator[Record], many: int, draw: Draw, ledger: Ledger) -> Iterator[Record]:
    for number in range(many):
        row = next(pool)
        ledger.note(Mess.UPDATED, source(name), full_id(row))
        changed = _moved_on(row, number) if name == "Opportunity" else UPDATES[name]
        newer = _newer(row, changed, draw)
        yield newer | {"LastModifiedDate": BULK_SECOND, "SystemModstamp": BULK_SECOND} if number % 2 else newer


def _moved_on(row: Record, number: int) -> Record:
    """Return the fields of a deal that is closed at 110 % of its amount."""
    amount = Decimal(row["Amount"] or "1000.00") * Decimal("1.1")
    stage = in_stage("Closed Won" if number % 3 else "Closed Lost")
    return {**stage, "Amount": f"{amount:f}", "CloseDate": "2026-01-07"}


def _moved_in_and_out_of_the_bin(
    name: str, rows: list[Record], pool: Iterator[Record], many: int, draw: Draw, ledger: Ledger
) -> Iterator[Record]:
    """Yield soft deletes, one undelete and, of accounts, one merge."""
    if name == "User":
        return
    for _ in range(many):
        row = next(pool)
        ledger.note(Mess.DELETED, source(name), full_id(row))
        yield _newer(row, {"IsDeleted": "true"}, draw)
    ledger.note(Mess.UNDELETED, source(name), full_id(rows[DELETED_ON_DAY_1]))
    yield _newer(rows[DELETED_ON_DAY_1], {"IsDeleted": "false"}, draw)
    if name == "Account":
        loser, winner = next(pool), next(pool)
        ledger.note(Mess.MERGED_LATER, source(name), full_id(loser))
        yield _newer(loser, {"IsDeleted": "true", "MasterRecordId": full_id(winner)}, draw)


def _created(name: str, fresh: Iterator[Record], many: int, ledger: Ledger) -> Iterator[Record]:
    for _ in range(many):
        row = next(fresh)
        ledger.note(Mess.CREATED, source(name), row["Id"])
        yield row


def _late(name: str, pool: Iterator[Record], many: int, ledger: Ledger) -> Iterator[Record]:
    """Yield older versions of rows that have arrived, with other content: they must not win."""
    for _ in range(many):
        row = next(pool)
        ledger.note(Mess.LATE, source(name), full_id(row))
        yield older(row) | ({"Amount": "1.00"} if name == "Opportunity" else UPDATES[name])


def _again(name: str, pool: Iterator[Record], many: int, ledger: Ledger) -> Iterator[Record]:
    for _ in range(many):
        row = next(pool)
        ledger.note(Mess.READ_AGAIN, source(name), full_id(row))
        yield dict(row)


def _quarantined_rows(
    name: str, pool: Iterator[Record], draw: Draw, scale: float
) -> Iterator[tuple[Record, QuarantinedRow]]:
    newer = (_newer(row, {}, draw) for row in pool)
    for fault in CHANGES:
        if fault.object_name == name:
            yield from bad_rows(fault, newer, scale)
