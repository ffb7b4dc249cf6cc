"""The table of auth kinds by their words in the contract, from the modules of this package."""

import time
from collections.abc import Callable

from lakehouse_common.secret_store import Secrets
from rest_to_raw.auth.base_auth import Auth
from rest_to_raw.http.exchange import Send
from rest_to_raw.kind_table import choose_kind, find_kinds
from rest_to_raw.settings.resource import Resource

AUTHS: dict[str, type[Auth]] = find_kinds("rest_to_raw.auth", Auth)  # type: ignore[type-abstract]


def open_auth(resource: Resource, secrets: Secrets, send: Send, now: Callable[[], float] = time.time) -> Auth:
    """Returns the auth of a resource; `send` sends token requests, `now` is in epoch seconds.

    Raises:
        IngestionError: there is no such kind, or the event lacks what it needs.
    """
    return choose_kind(AUTHS, resource.auth.kind, "auth")(resource, secrets, send, now)
