"""What the DAG is made of: the compiled contract, what Terraform made of it, and the names that follow."""

import json
import os
from pathlib import Path
from typing import Any

Json = dict[str, Any]


def setting(name: str, default: str) -> str:
    """The variable of that name, LAKEHOUSE_ before it. Not an Airflow Variable: the file is parsed again and again."""
    return os.environ.get(f"LAKEHOUSE_{name}") or default  # noqa: TID251


def read(variable: str, default: str) -> Json:
    """The JSON file that the variable names.

    Raises:
        FileNotFoundError: it is not there; Airflow shows the sentence as the DAG's import error.
    """
    path = Path(setting(variable, default))
    if not path.is_file():
        written_by = {"CONTRACT": "make build", "DEPLOYMENT": "`terraform output -json airflow`"}[variable]
        raise FileNotFoundError(f"LAKEHOUSE_{variable}={path} is not there; {written_by} writes it")
    found: Json = json.loads(path.read_text(encoding="utf-8"))
    return found


CONTRACT = read("CONTRACT", str(Path(__file__).parents[1] / "build" / "pipeline.json"))
DEPLOYMENT = read("DEPLOYMENT", "") if setting("DEPLOYMENT", "") else {}
POLL_S = int(setting("POLL_SECONDS", "30"))
NAME = f"{CONTRACT['name']}-{CONTRACT['environment']}"
RUNS = f"s3://{NAME}-logs/runs"


def flows(contract: Json) -> dict[str, bool]:
    """Each flow's name, and whether it is started here (on demand) or runs by itself."""
    objects = contract["salesforce"]["objects"].values()
    kinds = {one["flow"]: one["trigger"]["kind"] == "on_demand" for one in objects}
    return kinds | {one["formula_refresh"]["flow"]: False for one in objects if one["formula_refresh"]}


def resources(contract: Json) -> dict[str, Json]:
    """The REST resources by `<api>.<resource>`."""
    sections = contract["rest"].values()
    return {f"{one['api']}.{one['resource']}": one for section in sections for one in section["resources"].values()}


def parents(contract: Json) -> dict[str, str]:
    """Of each REST resource that is asked for once for each record of another one, that other one."""
    children = {name: one for name, one in resources(contract).items() if one["for_each"]}
    return {name: f"{one['api']}.{one['for_each']['resource']}" for name, one in children.items()}


def served(contract: Json) -> list[str]:
    """The gold tables that Redshift serves."""
    warehouses = {sink for sink, one in contract["sinks"].items() if one["kind"] == "redshift"}
    return sorted(table for table, one in contract["gold"].items() if warehouses & set(one["sinks"]))
