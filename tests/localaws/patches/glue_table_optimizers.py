"""moto has no table optimizers. AWS keeps one of each type per table; the table must exist."""

import json
from typing import Any

from moto.core.responses import ActionResult, EmptyResult
from moto.glue.exceptions import AlreadyExistsException, EntityNotFoundException
from moto.glue.responses import GlueResponse

Optimizers = dict[str, dict[str, Any]]


def apply() -> None:
    GlueResponse.create_table_optimizer = create
    GlueResponse.get_table_optimizer = get
    GlueResponse.update_table_optimizer = update
    GlueResponse.delete_table_optimizer = delete


def create(response: GlueResponse) -> ActionResult:
    kept, kind = optimizers(response), response.parameters["Type"]
    if kind in kept:
        raise AlreadyExistsException("Table optimizer")
    kept[kind] = response.parameters["TableOptimizerConfiguration"]
    return EmptyResult()


def get(response: GlueResponse) -> ActionResult:
    asked = response.parameters
    optimizer = {"type": asked["Type"], "configuration": found(response), "configurationSource": "table"}
    place = {name: asked[name] for name in ("CatalogId", "DatabaseName", "TableName")}
    return ActionResult(place | {"TableOptimizer": optimizer})


def update(response: GlueResponse) -> ActionResult:
    found(response)
    optimizers(response)[response.parameters["Type"]] = response.parameters["TableOptimizerConfiguration"]
    return EmptyResult()


def delete(response: GlueResponse) -> ActionResult:
    found(response)
    del optimizers(response)[response.parameters["Type"]]
    return EmptyResult()


def found(response: GlueResponse) -> dict[str, Any]:
    """The configuration of the optimizer that is asked for; a copy."""
    kind = response.parameters["Type"]
    if kind not in optimizers(response):
        raise EntityNotFoundException(f"Table optimizer {kind} not found.")
    return dict(json.loads(json.dumps(optimizers(response)[kind])))


def optimizers(response: GlueResponse) -> Optimizers:
    """Those of the table that is asked for, kept with the table: they go when it goes."""
    asked = response.parameters
    table = response.glue_backend.get_table(asked["DatabaseName"], asked["TableName"])
    kept: Optimizers = vars(table).setdefault("localaws_optimizers", {})
    return kept
