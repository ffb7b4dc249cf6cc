"""The Lambda function: reads pages until the end or until time is short, and returns Done, Continue or Failed."""

import os
from datetime import UTC, datetime
from typing import Any

import msgspec

from lakehouse_common import object_store, secret_store
from lakehouse_common.commit_log import CommitLog, Entry
from lakehouse_common.object_store import ObjectStore
from lakehouse_common.secret_store import SecretMissingError, Secrets
from lakehouse_common.telemetry import open_telemetry
from rest_to_raw.auth.auth_table import open_auth
from rest_to_raw.client import Client
from rest_to_raw.counters import Counters
from rest_to_raw.deadline import Deadline
from rest_to_raw.http.network import Network
from rest_to_raw.incremental import cursor_kinds
from rest_to_raw.outcome import Continue, Done, Failed, IngestionError
from rest_to_raw.reader import ResourceReader
from rest_to_raw.settings.resource import RUN_ID, Event, Resource
from rest_to_raw.writer import RunWriter

SERVICE = "rest_to_raw"


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Returns the result, as a mapping, for the event `{"resource": one compiled resource, "run_id": id}`.

    Its environment: RAW is the raw zone (s3://... or a folder), SECRETS is `aws:<what names begin with>` or a folder,
    METRICS the namespace of its metrics; without it there are none.
    """
    namespace = os.environ.get("METRICS")
    try:
        order = msgspec.convert(event, Event)
    except msgspec.ValidationError as error:
        open_telemetry(SERVICE, namespace).tell("an event was refused", {"status": "FAILED", "class": "config"})
        return _mapping(Failed("config", f"the event is not one of this function's: {error}"))
    store = object_store.open_store(os.environ["RAW"])
    secrets = secret_store.open_secrets(os.environ["SECRETS"])
    deadline = Deadline(lambda: context.get_remaining_time_in_millis() / 1000)
    counters = Counters()
    result = run(order.resource, order.run_id, store, secrets, deadline, counters)
    about = {"api": order.resource.api, "resource": order.resource.resource}
    telemetry = open_telemetry(SERVICE, namespace, order.run_id, about)
    telemetry.tell(*_line(order, result))
    telemetry.measure(counters.measures())
    return _mapping(result)


def run(
    resource: Resource,
    run_id: str,
    store: ObjectStore,
    secrets: Secrets,
    deadline: Deadline,
    counters: Counters | None = None,
) -> Done | Continue | Failed:
    """Read one run of a resource into the raw zone, or as much of it as there is time for.

    The same run id goes on after its last checkpoint; once it is committed, it is Done without a request. A run of
    several windows commits each as soon as it is read. What was done is counted in `counters`.
    """
    try:
        return _Run(resource, run_id, store, secrets, deadline, counters or Counters()).go()
    except IngestionError as error:
        return Failed(error.kind, str(error))
    except SecretMissingError as error:
        return Failed("config", str(error))


class _Run:
    """One call for one run."""

    def __init__(
        self,
        resource: Resource,
        run_id: str,
        store: ObjectStore,
        secrets: Secrets,
        deadline: Deadline,
        counters: Counters,
    ) -> None:
        if not RUN_ID.fullmatch(run_id):
            raise IngestionError("config", "the run id is not made of letters, digits and . _ : + -")
        self.resource = resource
        self.run_id = run_id
        self.store = store
        self.secrets = secrets
        self.deadline = deadline
        self.counters = counters
        self.log = CommitLog(store, resource.api, resource.resource)

    def go(self) -> Done | Continue:
        """Read and commit window after window; most runs have one."""
        number, reader = self._first_window(), None
        while True:
            writer = RunWriter(self.store, self.log, window_id(self.run_id, number))
            if not writer.committed and not writer.is_read:
                reader = reader or self._open_reader()
                wait = reader.read(writer, number)
                if wait is not None:
                    return Continue(wait)
            entry = writer.committed or writer.commit()
            self.counters.cursor_lag_seconds = self._lag(entry, reader)
            if entry.window is None or entry.window.is_last:
                return Done(entry.version, entry.rows, len(entry.parts))
            number += 1
            if self.deadline.usable < 0:
                return Continue(0)

    def _first_window(self) -> int:
        """Returns the number of the run's next window: after the log's last entry, if that is of this run."""
        last = self.log.last()
        if last is None or last.window is None or last.run_id != window_id(self.run_id, last.window.number):
            return 1
        return last.window.number + (0 if last.window.is_last else 1)

    def _lag(self, entry: Entry, reader: ResourceReader | None) -> float | None:
        if self.resource.since is None or entry.cursor is None:
            return None
        now = reader.client.server_now() if reader else None
        return cursor_kinds.lag(entry.cursor, self.resource.since, now or datetime.now(UTC))

    def _open_reader(self) -> ResourceReader:
        resource, http = self.resource, self.resource.http
        hosts = [f"https://{host}" for host in resource.allowed_hosts]
        network = Network(http, [resource.base_url, *hosts], self.counters, self.deadline)
        tokens = Network(http, [resource.auth.token_url or resource.base_url], self.counters, self.deadline)
        auth = open_auth(resource, self.secrets, tokens.send)
        client = Client(resource, auth, network, self.deadline, self.counters)
        return ResourceReader(resource, self.store, client, self.deadline, self.counters)


def window_id(run_id: str, number: int) -> str:
    """Returns the id under which a run's n-th window is stored; the first is the run's own."""
    return run_id if number == 1 else f"{run_id}.w{number:06d}"


def _line(order: Event, result: Done | Continue | Failed) -> tuple[str, dict[str, str]]:
    """Returns the log line that says how a call ended, and its fields that alarms read."""
    message = f"run {order.run_id} of {order.resource.api}.{order.resource.resource} ended as {result.status}"
    if isinstance(result, Failed):
        return f"{message}: {result.sentence}", {"status": result.status, "class": result.class_}
    return message, {"status": result.status}


def _mapping(result: Done | Continue | Failed) -> dict[str, Any]:
    mapping: dict[str, Any] = msgspec.to_builtins(result)
    return mapping
