"""Names, companies and sentences, drawn once: Faker is too slow to be called for every field of every row."""

import unicodedata
from dataclasses import dataclass

from faker import Faker

LOCALES = ("en_US", "de_DE", "fr_FR", "ja_JP")
DRAWN_PER_LOCALE = 120


@dataclass(frozen=True)
class Person:
    """A name, and its form in an e-mail address."""

    first: str
    last: str
    mailbox: str


@dataclass(frozen=True)
class Place:
    """An address in one country; the street may run over two lines."""

    street: str
    city: str
    country: str


@dataclass(frozen=True)
class Pools:
    """The values that records pick from."""

    people: tuple[Person, ...]
    companies: tuple[str, ...]
    jobs: tuple[str, ...]
    places: tuple[Place, ...]
    sentences: tuple[str, ...]


def draw_pools(seed: int) -> Pools:
    """Return the pools of a seed."""
    fakers = [_faker(locale, seed) for locale in LOCALES]
    everyone = [faker for faker in fakers for _ in range(DRAWN_PER_LOCALE)]
    return Pools(
        people=tuple(_person(faker) for faker in everyone),
        companies=tuple(faker.company() for faker in everyone),
        jobs=tuple(dict.fromkeys(fakers[0].job() for _ in range(DRAWN_PER_LOCALE))),
        places=tuple(_place(faker) for faker in everyone),
        sentences=tuple(faker.sentence(9) for faker in everyone),
    )


def _faker(locale: str, seed: int) -> Faker:
    faker = Faker(locale)
    faker.seed_instance(seed)
    return faker


def _person(faker: Faker) -> Person:
    first, last = faker.first_name(), faker.last_name()
    return Person(first, last, ".".join(part for part in map(_ascii, (first, last)) if part) or "mail")


def _ascii(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return "".join(letter for letter in plain if letter.isalnum())


def _place(faker: Faker) -> Place:
    return Place(faker.street_address(), faker.city(), faker.current_country())
