"""From the contract and the raw zone to the batch manifest, or to the whole list of what is not ready."""

from collections.abc import Mapping
from typing import Any

from lakehouse_common.errors import LakehouseError
from lakehouse_common.object_store import ObjectStore
from raw_ready import rest_batches, salesforce_batches
from raw_ready.manifest import Found, Manifest, TableBatches


class NotReadyError(LakehouseError):
    """The raw zone cannot be read as it is; `problems` has one line each, which ends in what to do next."""

    def __init__(self, problems: list[str]) -> None:
        self.problems = problems
        super().__init__("\n".join([f"the raw zone is not ready: {len(problems)} problem(s)", *problems]))


def build_manifest(pipeline: Mapping[str, Any], store: ObjectStore, watermarks: Mapping[str, str]) -> Manifest:
    """Every complete and unread batch of every silver table.

    `pipeline` is the compiled contract, `store` the raw zone, `watermarks` the last position read by silver table name.

    Raises:
        NotReadyError: with every problem of every source.
    """
    tables = {name: table["from"] for name, table in pipeline["silver"].items()}
    found = {name: _find(pipeline, store, source, watermarks.get(name, "")) for name, source in tables.items()}
    # Two tables may read one source: its problems are told once.
    problems = list(dict.fromkeys(line for source in found.values() for line in source.problems))
    if problems:
        raise NotReadyError(problems)
    return Manifest(
        {
            name: TableBatches(source, _format(pipeline, source), watermarks.get(name, ""), found[name].batches)
            for name, source in tables.items()
        }
    )


def _find(pipeline: Mapping[str, Any], store: ObjectStore, source: str, after: str) -> Found:
    kind, *names = source.split(".")
    if kind == "rest":
        return rest_batches.find(store, source, names[0], names[1], after)
    spec = pipeline["salesforce"]["objects"][names[0]]
    refresh = spec.get("formula_refresh")
    flows = [spec["flow"], *([refresh["flow"]] if refresh else [])]
    return salesforce_batches.find(store, source, flows, after)


def _format(pipeline: Mapping[str, Any], source: str) -> Any:
    kind, *names = source.split(".")
    return "json" if kind == "rest" else pipeline["salesforce"]["objects"][names[0]]["format"]
