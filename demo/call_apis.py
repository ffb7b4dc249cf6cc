"""Runs the REST ingester against the sample API, once per resource and day, as EventBridge would."""

import json
from pathlib import Path

import msgspec

from demo.rest_api import SampleApi
from demo.sample_org import Org
from lakehouse.contract.models import Pipeline
from lakehouse.contract.rest.policy_settings import Http
from lakehouse_common.errors import LakehouseError
from lakehouse_common.object_store import FolderStore
from lakehouse_common.secret_store import Secrets
from rest_to_raw.deadline import Deadline
from rest_to_raw.handler import run
from rest_to_raw.outcome import Done
from rest_to_raw.settings.resource import Resource

TOKEN = "the-sample-api-knows-this-token"  # noqa: S105  the sample server's own, worth nothing elsewhere


class ApiFailedError(LakehouseError):
    """A resource could not be read; the message is the ingester's."""


def arrive_from_apis(pipeline: Pipeline, org: Org, raw: Path, day: int) -> None:
    """Read every resource of the contract into the raw zone, day by day up to `day`; a day that is there stays so.

    Raises:
        ApiFailedError: the ingester did not finish.
    """
    for number in range(1, day + 1):
        with SampleApi(org, TOKEN, number) as api:
            for name, section in pipeline.rest.items():
                for spec in section.resources.values():
                    _call(spec.model_dump(by_alias=True) | at(api.url(name)), raw, f"day-{number}")


class _SampleToken:
    """A secret store with one secret: the sample API's token."""

    def read_value(self, name: str, *, fresh: bool) -> str:
        return TOKEN

    def write_value(self, name: str, value: str) -> None:
        raise NotImplementedError("the sample API rotates nothing")


def at(url: str) -> dict[str, object]:
    """Return the compiled settings that send a resource's requests to a server on this machine."""
    return {"base_url": url, "http": Http(private_network=True).model_dump()}


def _call(compiled: dict[str, object], raw: Path, run_id: str) -> None:
    resource = msgspec.json.decode(json.dumps(compiled), type=Resource)
    result = run(resource, run_id, FolderStore(raw), Secrets(_SampleToken()), Deadline.after(600))
    if not isinstance(result, Done):
        raise ApiFailedError(f"{resource.api}.{resource.resource}: {result}")
