"""One page of a REST resource, asked for as the first request of a first run would, and what was said on the way."""

from datetime import UTC, datetime
from typing import NamedTuple

import msgspec

from lakehouse_common.secret_store import Secrets
from rest_to_raw import Deadline, Resource
from rest_to_raw.auth.callers import open_auth
from rest_to_raw.client import Client, Meaning
from rest_to_raw.counters import Tally
from rest_to_raw.http.exchange import Answer, Request
from rest_to_raw.http.network import Network
from rest_to_raw.incremental import parents, windows
from rest_to_raw.outcome import IngestionError
from rest_to_raw.pagination.fields import Fields
from rest_to_raw.pagination.page import Decoder, Page
from rest_to_raw.pagination.pages import Pages, Position, fingerprint

LONGEST_SECONDS = 180
# Somebody waits for the answer: one more attempt, and no longer wait than a few seconds.
PATIENCE = {"attempts": 2, "inline": 5}


class Looked(NamedTuple):
    """What came: the page, or what else the contract's `responses` take the answer for; where the next page is."""

    page: Page | Meaning
    following: Position | None


class Look:
    """Reads one page; `asked` and `answered` are the last request for it, with all that lets it in, and its answer."""

    def __init__(self, resource: Resource, secrets: Secrets) -> None:
        retry = msgspec.structs.replace(resource.retry, **PATIENCE)
        self.resource = resource = msgspec.structs.replace(resource, retry=retry)
        self.tally = Tally()
        deadline = Deadline.after(LONGEST_SECONDS)
        hosts = [f"https://{host}" for host in resource.allowed_hosts]
        self.network = _Noted(resource.http, [resource.base_url, *hosts], self.tally, deadline)
        tokens = Network(resource.http, [resource.auth.token_url or resource.base_url], self.tally, deadline)
        auth = open_auth(resource, secrets, tokens.send)
        self.client = Client(resource, auth, self.network, deadline, self.tally)
        self.decoder = Decoder(resource, resource.key)

    @property
    def asked(self) -> Request | None:
        """The last request."""
        return self.network.asked

    @property
    def answered(self) -> Answer | None:
        """The last answer."""
        return self.network.answered

    def read(self, parent: str | None = None) -> Looked:
        """The first page; that of a child needs the value of one parent.

        Raises:
            IngestionError, WaitTooLongError: as a run would end.
            SecretMissingError: a secret has no value.
        """
        pages = Pages(self.resource, self.decoder)
        url, params = self.resource.url, self._params() | dict(pages.ask(Position()).params)
        if self.resource.for_each and parent is not None:
            name = self.resource.for_each.as_
            url = parents.fill(url, name, parent, is_path=True)
            params = {key: parents.fill(text, name, parent, is_path=False) for key, text in params.items()}
        page = self.client.read(url, params, self.decoder.page)
        if isinstance(page, Meaning):
            return Looked(page, None)
        keys = [fingerprint(b"\0".join(values)) for values in page.values]
        return Looked(page, pages.step(Position(), page, keys).position)

    def _params(self) -> dict[str, str]:
        since, params = self.resource.since, dict(self.resource.params)
        if since and since.param:
            found = windows.window(since, None, datetime.now(UTC), self.resource)
            params |= {since.param: found.start} if found.start is not None else {}
            params |= {since.until: found.end} if since.until and found.end else {}
        return params


class _Noted(Network):
    """Keeps the last request and its answer."""

    asked: Request | None = None
    answered: Answer | None = None

    def send(self, request: Request) -> Answer:
        self.asked, self.answered = request, None
        self.answered = super().send(request)
        return self.answered


def one_parent(parent: Resource, child: Resource, secrets: Secrets) -> str:
    """The value that a child's request needs, of the first record that its parent gives.

    Raises:
        IngestionError, WaitTooLongError, SecretMissingError: the parent can't be read, or gives no such value.
    """
    field = child.for_each.field if child.for_each else ""
    page = Look(parent, secrets).read().page
    values = [Fields([field]).one(bytes(record))[0] for record in page.records[:1]] if isinstance(page, Page) else []
    try:
        return str(msgspec.json.decode(values[0], type=str | int))
    except (IndexError, msgspec.ValidationError):
        raise IngestionError(
            "contract", f"{parent.name} gives no record with a text or a number at '{field}' to ask {child.name} with"
        ) from None
