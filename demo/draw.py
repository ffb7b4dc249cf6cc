"""Random values for records, drawn from one seeded generator."""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import TypeVar

from demo import clock
from demo.pools import Person, Pools
from demo.records import INSTANTS, Record
from demo.salesforce_ids import salesforce_id

T = TypeVar("T")

# Users with a part to play in the demo; no deal falls to the last two by chance.
NO_MANAGER, MISSING_MANAGER, ONLY_WINS, NO_DEALS = 0, 2, 3, 4
CURRENCIES = ("EUR", "EUR", "EUR", "USD", "USD", "GBP", "JPY")
MAIL_DOMAINS = ("example.com", "example.org", "example.net", "mail.example")
PHONE_FORMS = ("+49 30 555{:04d}", "+1 (212) 555-{:04d}", "+44 20 7946 {:04d}", "030/555{:04d}", "+81-3-555-{:04d} x1")
# Before day 1's first load; the last two days before it are left to what is planted.
OLD_TIMES = (datetime(2024, 1, 2, tzinfo=UTC), datetime(2026, 1, 4, tzinfo=UTC))
NEW_TIMES = (clock.at(1, 12), clock.at(2, 4))


class Draw:
    """Draws values for the records of one day; the same seed, counts and day give the same values in the same order."""

    def __init__(self, seed: int, counts: Mapping[str, int], pools: Pools, day: int) -> None:
        self.random = Random(f"{seed}-org-{day}")
        self.counts = counts
        self.pools = pools
        self.first, self.last = OLD_TIMES if day == 1 else NEW_TIMES

    def pick(self, options: Sequence[T]) -> T:
        """Return one of the options."""
        return options[int(self.random.random() * len(options))]

    def maybe(self, value: Callable[[], str], share: float) -> str | None:
        """Return the value for that share of the rows, None for the rest."""
        return value() if self.random.random() < share else None

    def whole(self, lowest: int, highest: int) -> int:
        """Return a whole number, both ends included."""
        return lowest + int(self.random.random() * (highest - lowest + 1))

    def reference(self, object_name: str) -> str:
        """Return the id of a regular row of the object."""
        return salesforce_id(object_name, self.whole(0, self.counts[object_name] - 1))

    def owner(self) -> str:
        """Return the id of a user who may own any record."""
        number = self.whole(0, self.counts["User"] - 3)
        return salesforce_id("User", number if number < ONLY_WINS else number + 2)

    def person(self) -> Person:
        """Return a person."""
        return self.pick(self.pools.people)

    def email(self, person: Person, number: int) -> str:
        """Return an address for the person; the number makes it unique among people of one name."""
        return f"{person.mailbox}.{number}@{self.pick(MAIL_DOMAINS)}"

    def phone(self) -> str:
        """Return a phone number in one of the usual spellings."""
        return self.pick(PHONE_FORMS).format(self.whole(0, 9999))

    def date(self, first: date, last: date) -> str:
        """Return a date, both ends included."""
        return clock.iso_date(first + timedelta(days=self.whole(0, (last - first).days)))

    def sentence(self) -> str:
        """Return a sentence."""
        return self.pick(self.pools.sentences)

    def times(self) -> Record:
        """Return CreatedDate, LastModifiedDate and SystemModstamp, in this order, from seconds to years apart."""
        span = int((self.last - self.first).total_seconds())
        created = self.whole(0, span)
        modified = self.whole(created, span)
        stamp = modified + self.whole(0, 3_600)
        moments = (clock.instant(self.first + timedelta(seconds=seconds)) for seconds in (created, modified, stamp))
        return dict(zip(INSTANTS, moments, strict=True))
