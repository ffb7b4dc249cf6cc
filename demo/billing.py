"""The billing system behind the sample REST API: invoices of the org's accounts, and payments."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Any

from msgspec import Raw

from demo import canaries, clock, rates
from demo.draw import CURRENCIES
from demo.mess import NOWHERE, TEXTS, merges
from demo.planted import Arrival, Ledger, Mess, QuarantinedRow
from demo.salesforce_ids import salesforce_id, short
from demo.sample_org import Org
from lakehouse.raw_to_silver.reasons import Reason, not_a

Item = dict[str, Any]

INVOICES, PAYMENTS, RATES = "rest.billing.invoices", "rest.billing.payments", "rest.fx.rates"
INVOICES_AT_SCALE_1 = 3_000
FEWEST_INVOICES = 60
STATUSES = ("draft", "open", "open", "paid", "paid", "paid", "void")
# The newest change of day 1, and of many invoices at once: day 2 asks for everything since then and gets them again.
BULK_SECOND = datetime.fromisoformat("2026-01-06T22:15:40+00:00")
# Numbers of invoices that still name a merged account, and of the one whose amount no double holds.
OF_MERGED = (21, 22, 23)
EXACT, EXACT_AMOUNT = 31, "123456789012.345678"
# Rows at scale 1, and what is wrong: field, value, reason.
FAULTS: tuple[tuple[int, str, str | None, str], ...] = (
    (4, "status", "overdue", Reason.NOT_ALLOWED),
    (4, "currency", None, Reason.MISSING),
    (4, "account.email", "no-at-sign", not_a("email")),
    (2, "amount", None, Reason.MISSING),
    (2, "amount", "1,234.5", not_a("decimal(18,2)")),
    (1, "issued_on", "31.12.2025", not_a("date")),
    (1, "account.email", canaries.FAULTY[INVOICES]["account.email"], not_a("email")),
)


@dataclass(frozen=True)
class Billing:
    """The invoices that the API serves on one day, and the ids of those to be quarantined."""

    invoices: list[Item]
    quarantined: Mapping[str, QuarantinedRow]


def billing(org: Org, day: int) -> Billing:
    """Return all invoices up to that day, each once and in its state of that day; about 3,000 at scale 1."""
    draw = Random(f"{org.seed}-billing")
    many = max(FEWEST_INVOICES, round(INVOICES_AT_SCALE_1 * org.scale))
    invoices = [_invoice(org, draw, number) for number in range(many)]
    quarantined = dict(_spoil(invoices, org.scale))
    if day == 2:
        _change(invoices, quarantined, draw, org)
    return Billing(invoices, quarantined)


def payments(billing: Billing) -> list[Item]:
    """Return one payment for every paid invoice that is valid."""
    fields = ("amount", "currency", "paid_at", "updated_at")
    paid = [item for item in billing.invoices if item["status"] == "paid" and item["id"] not in billing.quarantined]
    return [
        {"id": item["id"].replace("inv", "pay"), "invoice_id": item["id"], **{name: item[name] for name in fields}}
        for item in paid
    ]


def note_mess(org: Org, ledger: Ledger) -> None:
    """Write down the mess of day 1's invoices, by their numbers."""
    for number, item in enumerate(billing(org, 1).invoices):
        for kind in _mess(number):
            ledger.note(kind, INVOICES, item["id"])


def _mess(number: int) -> Iterator[Mess]:
    if number % 4 == 1:
        yield Mess.SHORT_REFERENCE
    if number % 50 == 20:
        yield Mess.ORPHAN
    if number % 50 in OF_MERGED:
        yield Mess.OF_MERGED_ACCOUNT
    if number % 7 == 3:
        yield Mess.TIED_STAMP
    if number % 5 == 2:
        yield TEXTS[number % len(TEXTS)][0]
    if number == EXACT:
        yield Mess.EXACT_DECIMAL


def arrivals(org: Org) -> dict[int, dict[str, Arrival]]:
    """Return what the REST sources send each day; day 2 asks for all since the newest record of day 1, included."""
    return {day: {INVOICES: _invoices_of(org, day), RATES: _rates_of(day)} for day in (1, 2)}


def _invoices_of(org: Org, day: int) -> Arrival:
    served = billing(org, day)
    since = max(item["updated_at"] for item in billing(org, 1).invoices) if day == 2 else ""
    fresh = [item for item in served.invoices if item["updated_at"] >= since]
    stale = [item for item in fresh if item["updated_at"] == since and item["id"] not in served.quarantined]
    quarantined = tuple(served.quarantined[item["id"]] for item in fresh if item["id"] in served.quarantined)
    return Arrival(len(fresh), 0, len(stale), quarantined)


def _rates_of(day: int) -> Arrival:
    newest = clock.DAYS[1].date()
    fetched = [rate for rate in rates.rates(day) if day == 1 or rate["date"] >= clock.iso_date(newest)]
    return Arrival(len(fetched), 0, sum(rate["date"] == clock.iso_date(newest) for rate in fetched) if day == 2 else 0)


def _invoice(org: Org, draw: Random, number: int) -> Item:
    status = draw.choice(STATUSES)
    currency = draw.choice(CURRENCIES)
    issued = clock.DAYS[1] - timedelta(days=draw.randint(3, 700))
    updated = BULK_SECOND if number % 7 == 3 else issued + timedelta(seconds=draw.randint(0, 172_800))
    return {
        "id": f"inv_{number:06d}",
        "account": {"salesforce_id": _account(org, draw, number), "email": f"billing@payer{number % 997}.example"},
        "status": status,
        "amount": _amount(draw, number, currency),
        "currency": currency if number != EXACT else "JPY",
        "issued_on": clock.iso_date(issued),
        "due_on": clock.iso_date(issued + timedelta(days=30)) if number % 11 else None,
        "paid_at": _instant(issued + timedelta(days=2)) if status == "paid" else None,
        "memo": TEXTS[number % len(TEXTS)][1] if number % 5 == 2 else None,
        "updated_at": _instant(updated),
    }


def _account(org: Org, draw: Random, number: int) -> str:
    """Return an account's id: every fourth has 15 characters, some are of merged accounts, some of none."""
    losers = [loser for loser, _ in merges(org.counts["Account"])]
    of = draw.randrange(org.counts["Account"])
    if number % 50 == 20:
        of = NOWHERE + number
    if number % 50 in OF_MERGED:
        of = losers[(number % 50 + number // 50) % len(losers)]
    full = salesforce_id("Account", of)
    return short(full) if number % 4 == 1 else full


def _amount(draw: Random, number: int, currency: str) -> Raw | str:
    """Return a JSON number with its own digits; every ninth comes as a string, as some servers write money."""
    cents = draw.randint(1_000, 9_000_000)
    digits = str(cents) if currency == "JPY" else f"{cents // 100}.{cents % 100:02d}"
    if number == EXACT:
        return Raw(EXACT_AMOUNT.encode())
    return digits if number % 9 == 4 else Raw(digits.encode())


def _spoil(invoices: list[Item], scale: float) -> Iterator[tuple[str, QuarantinedRow]]:
    """Plant the canaries and the faults: invoice 0 is good, those from 35 on have one fault each until all are used."""
    invoices[0]["account"]["email"] = canaries.VALID[INVOICES]["account.email"]
    wrong = [fault[1:] for fault in FAULTS for _ in range(max(1, round(fault[0] * scale)))]
    for place, (field, value, reason) in enumerate(wrong):
        invoice = invoices[35 + place]
        *parents, leaf = field.split(".")
        holder = invoice[parents[0]] if parents else invoice
        holder[leaf] = value
        yield invoice["id"], QuarantinedRow(invoice["id"], {field: reason})
    invoices[35]["account"]["email"] = canaries.QUARANTINED[INVOICES]["account.email"]


def _change(invoices: list[Item], quarantined: Mapping[str, QuarantinedRow], draw: Random, org: Org) -> None:
    """Change the invoices to those of day 2: open ones are paid, a draft is opened, new ones are issued."""
    many = max(2, round(30 * org.scale))
    moments = iter(range(1, 1_000_000))
    good = [item for item in invoices if item["id"] not in quarantined]
    for item in [item for item in good if item["status"] in ("open", "draft")][:many]:
        changed = _instant(clock.at(1, 12) + timedelta(seconds=next(moments) // 2))
        is_open = item["status"] == "open"
        item |= {
            "status": "paid" if is_open else "open",
            "paid_at": changed if is_open else None,
            "updated_at": changed,
        }
    for number in range(len(invoices), len(invoices) + many):
        moment = clock.at(1, 14) + timedelta(seconds=next(moments))
        fresh = _invoice(org, draw, number) | {"status": "open", "paid_at": None}
        dates = {"issued_on": clock.iso_date(moment), "due_on": clock.iso_date(moment + timedelta(days=30))}
        invoices.append(fresh | dates | {"updated_at": _instant(moment)})


def _instant(moment: datetime) -> str:
    return f"{moment:%Y-%m-%dT%H:%M:%SZ}"
