"""Generated invoices: some 391 bytes each, nested as an API nests them; the same number gives the same invoice."""

import json
from collections.abc import Iterator
from random import Random

PAGES, PAGE_RECORDS = 100, 1000


def invoice(number: int) -> str:
    """Returns one invoice as JSON text."""
    dice = Random(number)
    day, minute, cents = number % 28 + 1, number // 60 % 60, dice.randrange(100, 10_000_000)
    return json.dumps(
        {
            "id": f"inv_{dice.getrandbits(64):016x}",
            "number": f"2026-{number:08d}",
            "status": ("draft", "open", "paid", "void")[number % 4],
            "amount": cents / 100,
            "currency": ("EUR", "USD", "GBP")[number % 3],
            "issued_on": f"2026-01-{day:02d}",
            "due_on": f"2026-02-{day:02d}",
            "updated_at": f"2026-01-{day:02d}T{number // 3600 % 24:02d}:{minute:02d}:{number % 60:02d}Z",
            "account": {
                "id": f"001{dice.getrandbits(48):012x}",
                "email": f"person.{number}@example-{number % 300}.com",
            },
            "lines": [{"sku": f"A-{dice.randrange(10_000)}", "quantity": n, "price": cents / 200} for n in (1, 2)],
            "note": None if number % 3 else "an invoice for work that was done",
        },
        separators=(",", ":"),
    )


def page(number: int, records: int = PAGE_RECORDS, is_last: bool = False) -> bytes:
    """Returns one page as the server sends it, with the cursor of the next."""
    first = number * PAGE_RECORDS
    following = "null" if is_last else f'"{number + 1}"'
    listed = ",".join(map(invoice, range(first, first + records)))
    return f'{{"data":[{listed}],"meta":{{"next":{following}}}}}'.encode()


def pages() -> Iterator[bytes]:
    """Returns the pages of the whole listing."""
    return (page(number, is_last=number == PAGES - 1) for number in range(PAGES))
