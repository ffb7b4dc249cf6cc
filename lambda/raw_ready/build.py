"""The batch manifest, built from the contract and the raw zone, or the full list of what is not ready."""

from collections.abc import Mapping
from typing import Any

from lakehouse_common.errors import LakehouseError
from lakehouse_common.object_store import ObjectStore
from raw_ready import rest_batches, salesforce_batches
from raw_ready.manifest import Manifest, SourceBatches, TableBatches


class NotReadyError(LakehouseError):
    """The raw zone is not ready to be read; `problems` has a line for each problem, which ends with what to do next."""

    def __init__(self, problems: list[str]) -> None:
        self.problems = problems
        super().__init__("\n".join([f"the raw zone is not ready: {len(problems)} problem(s)", *problems]))


def build_manifest(pipeline: Mapping[str, Any], store: ObjectStore, watermarks: Mapping[str, str]) -> Manifest:
    """Returns the manifest of every complete and unread batch of every silver table.

    `pipeline` is the compiled contract, `store` the raw zone, `watermarks` the last position read by silver table name.

    Raises:
        NotReadyError: with every problem of every source.
    """
    check_form(pipeline)
    sources = pipeline["derived"]["sources"]
    table_sources = {name: table["from"] for name, table in pipeline["silver"].items()}
    unread = {
        name: _find_batches(store, source, sources[source]["flows"], watermarks.get(name, ""))
        for name, source in table_sources.items()
    }
    # Two tables may read one source: its problems are listed once.
    problems = list(dict.fromkeys(line for batches in unread.values() for line in batches.problems))
    if problems:
        raise NotReadyError(problems)
    return Manifest(
        {
            name: TableBatches(source, sources[source]["format"], watermarks.get(name, ""), unread[name].batches)
            for name, source in table_sources.items()
        }
    )


def check_form(pipeline: Mapping[str, Any]) -> None:
    """Check that the compiled contract is of this version.

    Raises:
        NotReadyError: an older build made it.
    """
    if "derived" not in pipeline:
        raise NotReadyError(["the compiled contract is an older version's: make build, then make apply, once more"])


def _find_batches(store: ObjectStore, source: str, flows: list[str], after: str) -> SourceBatches:
    kind, *names = source.split(".")
    if kind == "rest":
        return rest_batches.find_batches(store, source, names[0], names[1], after)
    return salesforce_batches.find_batches(store, source, flows, after)
