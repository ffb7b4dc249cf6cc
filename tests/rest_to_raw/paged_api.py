"""The same records in pages of every kind, as APIs serve them."""

import json
from collections.abc import Callable, Sequence
from typing import Any

from tests.rest_to_raw.fake_api import Answer, Asked

Kind = Callable[[Sequence[str], Asked, int], Answer]


def body(records: Sequence[str], **beside: Any) -> bytes:
    head = "".join(f"{json.dumps(name)}:{json.dumps(value)}," for name, value in beside.items())
    return f'{{{head}"data":[{",".join(records)}]}}'.encode()


def whole(records: Sequence[str], asked: Asked, size: int) -> Answer:
    return Answer(body(records))


def cursor(records: Sequence[str], asked: Asked, size: int) -> Answer:
    start = int(asked.query.get("cursor", "0"))
    end = start + size
    return Answer(body(records[start:end], next=end if end < len(records) else None))


def cursor_in_header(records: Sequence[str], asked: Asked, size: int) -> Answer:
    start = int(asked.query.get("cursor", "0"))
    end = start + size
    return Answer(body(records[start:end]), headers={"X-Next": str(end)} if end < len(records) else {})


def next_url(records: Sequence[str], asked: Asked, size: int) -> Answer:
    start = int(asked.query.get("from", "0"))
    end = start + size
    return Answer(body(records[start:end], next=f"{asked.path}?from={end}" if end < len(records) else ""))


def link_header(records: Sequence[str], asked: Asked, size: int) -> Answer:
    start = int(asked.query.get("from", "0"))
    end = start + size
    links = [f'<{asked.path}?from={end}>; rel="next"'] if end < len(records) else []
    return Answer(body(records[start:end]), headers={"Link": ", ".join([*links, '</first>; rel="first"'])})


def page(records: Sequence[str], asked: Asked, size: int) -> Answer:
    start = (int(asked.query["page"]) - 1) * int(asked.query.get("per_page", size))
    return Answer(body(records[start : start + int(asked.query.get("per_page", size))], total=len(records)))


def page_with_more(records: Sequence[str], asked: Asked, size: int) -> Answer:
    start = int(asked.query["page"]) * size
    return Answer(body(records[start : start + size], more=start + size < len(records)))


def offset(records: Sequence[str], asked: Asked, size: int) -> Answer:
    start = int(asked.query["offset"])
    return Answer(body(records[start : start + int(asked.query["limit"])]))


# By the name of the case: how the API serves, and what the contract says of it for pages of so many records.
KINDS: dict[str, tuple[Kind, Callable[[int], dict[str, Any]]]] = {
    "none": (whole, lambda size: {"kind": "none", "whole": True}),
    "cursor": (cursor, lambda size: {"kind": "cursor", "param": "cursor", "next": "next"}),
    "cursor in a header": (
        cursor_in_header,
        lambda size: {"kind": "cursor", "param": "cursor", "next_header": "X-Next"},
    ),
    "next_url": (next_url, lambda size: {"kind": "next_url", "next": "next"}),
    "link_header": (link_header, lambda size: {"kind": "link_header"}),
    "page": (page, lambda size: {"kind": "page", "param": "page"}),
    "page with a size": (
        page,
        lambda size: {"kind": "page", "param": "page", "size_param": "per_page", "size": size},
    ),
    "page with more": (page_with_more, lambda size: {"kind": "page", "param": "page", "start": 0, "more": "more"}),
    "offset": (
        offset,
        lambda size: {
            "kind": "offset",
            "param": "offset",
            "size_param": "limit",
            "size": size,
            "overlap": max(1, size // 3),
        },
    ),
}
