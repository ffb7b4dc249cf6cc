"""The settings of the DAG: the compiled contract, and Terraform's output."""

import json
import os
from pathlib import Path
from typing import Any

Json = dict[str, Any]


def setting(name: str, default: str) -> str:
    """Returns the variable LAKEHOUSE_<name>. It is no Airflow Variable, since the file is parsed again and again."""
    return os.environ.get(f"LAKEHOUSE_{name}") or default  # noqa: TID251


def read(variable: str, default: str) -> Json:
    """Returns what the JSON file holds that the variable names.

    Raises:
        FileNotFoundError: it is not there; Airflow shows the sentence as the DAG's import error.
    """
    path = Path(setting(variable, default))
    if not path.is_file():
        written_by = {"CONTRACT": "make build", "DEPLOYMENT": "`terraform output -json airflow`"}[variable]
        raise FileNotFoundError(f"LAKEHOUSE_{variable}={path} is not there; {written_by} writes it")
    content: Json = json.loads(path.read_text(encoding="utf-8"))
    return content


def derived(contract: Json) -> Json:
    """Returns what the compiler derived from the contract: names, flows, places and sentences.

    Raises:
        ValueError: an older version has compiled it; Airflow shows the sentence as the DAG's import error.
    """
    if "derived" not in contract:
        raise ValueError("the compiled contract is of an older version; make build writes it anew")
    section: Json = contract["derived"]
    return section


CONTRACT = read("CONTRACT", str(Path(__file__).parents[1] / "build" / "pipeline.json"))
DEPLOYMENT = read("DEPLOYMENT", "") if setting("DEPLOYMENT", "") else {}
POLL_S = int(setting("POLL_SECONDS", "30"))
DERIVED = derived(CONTRACT)
NAME: str = DERIVED["prefix"]
RUNS: str = DERIVED["runs"]


def resources(contract: Json) -> dict[str, Json]:
    """Returns the REST resources by `<api>.<resource>`."""
    return {
        f"{api}.{name}": resource
        for api, section in contract["rest"].items()
        for name, resource in section["resources"].items()
    }


def served_by_redshift() -> list[str]:
    """Returns the gold tables that Redshift serves, sorted."""
    warehouses = [sink for sink in DERIVED["served"].values() if sink["kind"] == "redshift"]
    return sorted({table for sink in warehouses for table in sink["tables"]})
