"""One page of a REST resource, read as the first request of a first run would be, with that request and response."""

from datetime import UTC, datetime
from typing import NamedTuple

import msgspec

from lakehouse_common.secret_store import Secrets
from rest_to_raw import Deadline, Resource
from rest_to_raw.auth.auth_table import open_auth
from rest_to_raw.client import Client, ResponseMeaning
from rest_to_raw.counters import Counters
from rest_to_raw.http.exchange import Request, Response
from rest_to_raw.http.network import Network
from rest_to_raw.incremental import parents, windows
from rest_to_raw.json_fields import Fields
from rest_to_raw.outcome import IngestionError
from rest_to_raw.pagination.page import Decoder, Page
from rest_to_raw.pagination.pager_table import open_pager
from rest_to_raw.pagination.position import Position, fingerprint

LONGEST_SECONDS = 180
# Somebody waits for the answer: one more attempt, and no longer wait than a few seconds.
SHORT_RETRY = {"attempts": 2, "inline": 5}
LAST_PAGE = "none, this is the last"


class ProbeResult(NamedTuple):
    """The result: the page, or another meaning that the contract's `responses` give the response.

    `total` is the number of records that the API reports, `next_page` the words that say where the next page is.
    """

    page: Page | ResponseMeaning
    total: int | None = None
    next_page: str = LAST_PAGE


class PageProbe:
    """A client that reads one page; `request` and `response` are the last ones, the request with its credentials."""

    def __init__(self, resource: Resource, secrets: Secrets) -> None:
        retry = msgspec.structs.replace(resource.retry, **SHORT_RETRY)
        self.resource = resource = msgspec.structs.replace(resource, retry=retry)
        self.counters = Counters()
        deadline = Deadline.after(LONGEST_SECONDS)
        hosts = [f"https://{host}" for host in resource.allowed_hosts]
        self.network = _RecordingNetwork(resource.http, [resource.base_url, *hosts], self.counters, deadline)
        tokens = Network(resource.http, [resource.auth.token_url or resource.base_url], self.counters, deadline)
        auth = open_auth(resource, secrets, tokens.send)
        self.client = Client(resource, auth, self.network, deadline, self.counters)
        self.decoder = Decoder(resource, resource.key)

    @property
    def request(self) -> Request | None:
        """Returns the last request."""
        return self.network.request

    @property
    def response(self) -> Response | None:
        """Returns the last response."""
        return self.network.response

    def read(self, parent: str | None = None) -> ProbeResult:
        """Returns the first page; that of a child needs the value of one parent.

        Raises:
            IngestionError, WaitTooLongError: as a run would end.
            SecretMissingError: a secret has no value.
        """
        pager = open_pager(self.resource)
        url, params = self.resource.url, self._params() | dict(pager.request(Position()).params)
        if self.resource.for_each and parent is not None:
            name = self.resource.for_each.as_
            url = parents.fill(url, name, parent, is_path=True)
            params = {key: parents.fill(text, name, parent, is_path=False) for key, text in params.items()}
        page = self.client.read(url, params, self.decoder.page)
        if isinstance(page, ResponseMeaning):
            return ProbeResult(page)
        keys = [fingerprint(b"\0".join(values)) for values in page.values]
        position = pager.advance(Position(), page, keys).position
        return ProbeResult(page, position.total, LAST_PAGE if position.is_end else pager.describe_next(position))

    def _params(self) -> dict[str, str]:
        since, params = self.resource.since, dict(self.resource.params)
        if since and since.param:
            window = windows.window(since, None, datetime.now(UTC), self.resource)
            params |= {since.param: window.start} if window.start is not None else {}
            params |= {since.until: window.end} if since.until and window.end else {}
        return params


class _RecordingNetwork(Network):
    """A network that keeps the last request and its response."""

    request: Request | None = None
    response: Response | None = None

    def send(self, request: Request) -> Response:
        self.request, self.response = request, None
        self.response = super().send(request)
        return self.response


def one_parent(parent: Resource, child: Resource, secrets: Secrets) -> str:
    """Returns the value that a child's request needs, of the first record that its parent gives.

    Raises:
        IngestionError, WaitTooLongError, SecretMissingError: the parent can't be read, or gives no such value.
    """
    field = child.for_each.field if child.for_each else ""
    page = PageProbe(parent, secrets).read().page
    values = [Fields([field]).one(bytes(record))[0] for record in page.records[:1]] if isinstance(page, Page) else []
    try:
        return str(msgspec.json.decode(values[0], type=str | int))
    except (IndexError, msgspec.ValidationError):
        raise IngestionError(
            "contract", f"{parent.name} gives no record with a text or a number at '{field}' to ask {child.name} with"
        ) from None
