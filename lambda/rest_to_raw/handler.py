"""One call of the function: reads pages until the end or until time is short, and answers Done, Continue or Failed."""

import logging
import os
from typing import Any

import msgspec

import object_store
import secret_store
from object_store import ObjectStore
from rest_to_raw.client import Client
from rest_to_raw.deadline import Deadline
from rest_to_raw.landing import Landing
from rest_to_raw.resource import RUN_ID, Event, Resource
from rest_to_raw.result import Continue, Done, Failed, Failure, Pause
from secret_store import SecretMissing, Secrets

log = logging.getLogger(__name__)


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """The Lambda function: `{"resource": one compiled resource, "run_id": id}` to the result as a mapping.

    Its environment: RAW is the raw zone (s3://... or a folder), SECRETS is `aws:<what names begin with>` or a folder.
    """
    try:
        asked = msgspec.convert(event, Event)
    except msgspec.ValidationError as error:
        return _told(Failed("config", f"the event is not one of this function's: {error}"))
    store = object_store.open_store(os.environ["RAW"])
    secrets = secret_store.open_secrets(os.environ["SECRETS"])
    deadline = Deadline(lambda: context.get_remaining_time_in_millis() / 1000)
    result = run(asked.resource, asked.run_id, store, secrets, deadline)
    log.info("rest_to_raw %s.%s run %s: %s", asked.resource.api, asked.resource.resource, asked.run_id, result.status)
    return _told(result)


def run(
    resource: Resource, run_id: str, store: ObjectStore, secrets: Secrets, deadline: Deadline
) -> Done | Continue | Failed:
    """Lands one run of a resource in the raw zone, or as much of it as there is time for.

    The same run id goes on behind its last checkpoint; once it is committed, it is Done without a request.
    """
    try:
        return _run(resource, run_id, store, secrets, deadline)
    except Failure as failure:
        return Failed(failure.kind, str(failure))
    except SecretMissing as missing:
        return Failed("config", str(missing))


def _run(resource: Resource, run_id: str, store: ObjectStore, secrets: Secrets, deadline: Deadline) -> Done | Continue:
    if not RUN_ID.fullmatch(run_id):
        raise Failure("config", "the run id is not made of letters, digits and . _ : + -")
    landing = Landing(store, resource, run_id)
    if not (landing.committed or landing.is_last):
        token = secrets(resource.auth.secret) if resource.auth.secret else None
        wait = _read(Client(resource, token, deadline), landing, deadline)
        if wait is not None:
            return Continue(wait)
    entry = landing.committed or landing.commit()
    return Done(entry.version, entry.rows, len(entry.parts))


def _read(client: Client, landing: Landing, deadline: Deadline) -> int | None:
    """Lands page after page, at least one; None at the end, else the seconds to wait before the next call."""
    while True:
        try:
            page = client.page(_params(client.resource, landing))
        except Pause as pause:
            landing.save()
            return pause.seconds
        landing.add(page)
        if landing.is_last:
            return None
        if deadline.usable < 0:
            landing.save()
            return 0


def _params(resource: Resource, landing: Landing) -> dict[str, str]:
    """The query: the contract's parameters on every page, then where the window starts and where the page is."""
    params = dict(resource.params)
    if resource.since and landing.cursor_from is not None:
        params[resource.since.param] = landing.cursor_from
    if resource.pagination.param and landing.next is not None:
        params[resource.pagination.param] = landing.next
    return params


def _told(result: Done | Continue | Failed) -> dict[str, Any]:
    told: dict[str, Any] = msgspec.to_builtins(result)
    return told
