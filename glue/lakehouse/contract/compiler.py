"""The contract's compiler: `pipeline.yaml` -> `Pipeline` -> `build/pipeline.json`, or every problem at once."""

import json
import re
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from lakehouse.contract import appflow, references
from lakehouse.contract.derived import prefix_of
from lakehouse.contract.models import Pipeline
from lakehouse.contract.rest.api import SHARED
from lakehouse.contract.rest.kinds import read_kinds
from lakehouse.contract.sinks import SINK_KINDS
from lakehouse.contract.strict import did_you_mean, misfit
from lakehouse_common.errors import LakehouseError

# What messages call a word of such a key; of any other key they say that the value is not allowed.
NOUNS = {"format": "a format", "kind": "a kind"}
# The section of the compiled form that follows from the rest: see derived.py.
DERIVED = "derived"
GOLD_FUNCTIONS = Path(__file__).parents[1] / "silver_to_gold"


class ContractError(LakehouseError):
    """The contract can't be compiled; `problems` holds one line each, starting with the path of what is wrong."""

    def __init__(self, source: Path, problems: list[str]):
        self.problems = problems
        super().__init__("\n".join([f"{source}: {len(problems)} problem(s)", *(f"  {line}" for line in problems)]))


def compile_contract(
    source: Path, gold_functions: Path = GOLD_FUNCTIONS, *, environment: str | None = None
) -> Pipeline:
    """Returns the contract in `source`, checked and with every default filled in.

    With an environment (`dev`) it is compiled for the deployment there: names in AWS contain the environment.

    Raises:
        ContractError: with every problem of the file.
    """
    raw = _read_yaml(source)
    derived = [raw.pop(DERIVED)] if DERIVED in raw else []
    if environment is not None:
        raw["environment"] = environment
    spread = _spread_defaults(raw)
    functions = references.gold_signatures(spread, gold_functions)
    problems = [*_model_problems(raw, spread), *references.problems(spread, functions), *appflow.problems(spread)]
    compiled = None if problems else _validated(_fill_in(spread, functions))
    problems += _derived_problems(derived, compiled)
    if problems or compiled is None:
        raise ContractError(source, sorted(set(problems)))
    return compiled


def _derived_problems(derived: list[Any], compiled: Pipeline | None) -> list[str]:
    """Returns a line where people wrote the section; that of a compiled form, which compiles again, is as derived."""
    if not derived or (compiled and derived == [compiled.derived.model_dump(mode="json")]):
        return []
    return [f"{DERIVED}: unknown key; {did_you_mean(DERIVED, Pipeline.model_fields)}"]


def read_compiled(text: str | bytes) -> Pipeline:
    """Returns the contract from its compiled JSON; what is derived is computed again, so an older form may lack it.

    The kinds of pagination and of auth were looked up when it was compiled; the Glue job that reads it does not
    need them.

    Raises:
        ValidationError: the text is not a compiled contract.
    """
    contract = json.loads(text)
    contract.pop(DERIVED, None)
    return Pipeline.model_validate_json(json.dumps(contract))


def to_json(pipeline: Pipeline) -> str:
    """Returns the compiled form as JSON: indented, always in the same order, with every default."""
    return pipeline.model_dump_json(by_alias=True, indent=2) + "\n"


def json_schema() -> str:
    """Returns the JSON Schema of `pipeline.yaml`, for editors."""
    return json.dumps(Pipeline.model_json_schema(by_alias=True), indent=2) + "\n"


def _read_yaml(source: Path) -> dict[str, Any]:
    try:
        raw = YAML(typ="safe", pure=True).load(source.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise ContractError(source, ["there is no such file; name yours with CONTRACT=path"]) from None
    except OSError:
        raise ContractError(source, ["the file can't be read; name another one with CONTRACT=path"]) from None
    except MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 0
        raise ContractError(source, [f"line {line}: {_without_values(error.problem or '')}"]) from None
    except (YAMLError, UnicodeDecodeError):
        raise ContractError(source, ["the file is no YAML text in UTF-8"]) from None
    if not isinstance(raw, dict):
        raise ContractError(source, ["the file holds no mapping; it starts with 'name: ...'"])
    return raw


def _without_values(problem: str) -> str:
    """Returns the parser's sentence without the value that it may quote at its end, which may be a secret."""
    return re.sub(r" with value .*$| '[^']{2,}'$", "", problem, flags=re.DOTALL)


def _spread_defaults(raw: dict[str, Any]) -> dict[str, Any]:
    """Returns `raw` with each section's defaults written into its objects or resources."""
    spread = dict(raw)
    if "salesforce" in raw:
        spread["salesforce"] = _with_defaults(raw["salesforce"], "objects", ())
    if isinstance(raw.get("rest"), dict):
        apis = raw["rest"].items()
        spread["rest"] = {name: _with_defaults(api, "resources", SHARED) for name, api in apis}
    return spread


def _with_defaults(section: Any, children: str, inherited: tuple[str, ...]) -> Any:
    if not isinstance(section, dict) or not isinstance(section.get(children), dict):
        return section
    defaults = section.get("defaults")
    shared = {key: section[key] for key in inherited if key in section}
    shared |= defaults if isinstance(defaults, dict) else {}
    spread = {name: _merged(shared, child) for name, child in section[children].items()}
    return {**section, children: spread}


def _merged(shared: dict[str, Any], child: Any) -> Any:
    return {**shared, **(child or {})} if child is None or isinstance(child, dict) else child


def _share_of(limits: dict[str, Any] | None, resources: int) -> dict[str, Any]:
    """Returns the API's limits for one resource: its share of the rate, since all may be read at once."""
    rate = (limits or {}).get("requests_per_second")
    return (limits or {}) | ({"requests_per_second": rate / resources} if rate else {})


def _model_problems(raw: dict[str, Any], spread: dict[str, Any]) -> list[str]:
    try:
        _validated(spread)
    except ValidationError as error:
        lines = error.errors(include_url=False)
        return [_sentence(line) for line in lines if not _is_inherited(line["loc"], raw)]
    return []


def _validated(spread: dict[str, Any]) -> Pipeline:
    return Pipeline.model_validate(spread, context=read_kinds())


def _is_inherited(loc: tuple[Any, ...], raw: dict[str, Any]) -> bool:
    """Returns whether the problem comes from the defaults, where it is reported once already."""
    depth = {"salesforce": 3, "rest": 4}.get(str(loc[0]), len(loc))
    if len(loc) <= depth or loc[depth - 2] not in ("objects", "resources"):
        return False
    node: Any = raw
    for step in loc[:depth]:
        node = node.get(step) if isinstance(node, dict) else None
    parent = raw[loc[0]] if depth == 3 else raw[loc[0]][loc[1]]
    shared = {*(parent.get("defaults") or {}), *(key for key in SHARED if key in parent)}
    return loc[depth] in shared and loc[depth] not in (node or {})


def _sentence(line: Any) -> str:
    """Returns the line for people; a refused value is shown only where it is nearly one of a few words."""
    path = ".".join(str(step) for step in line["loc"] if step != "[key]")
    if line["type"] == "literal_error":
        allowed = [word.strip("'") for word in line["ctx"]["expected"].replace(" or ", ", ").split(", ")]
        return f"{path}: {misfit(line['input'], _noun(str(line['loc'][-1])), allowed)}"
    return f"{path}: {line['msg']}"


def _noun(key: str) -> str:
    """Returns what a refused word of the key is not: `a kind`, or `allowed` where the key has no noun of its own.

    >>> _noun("kind"), _noun("mode")
    ('a kind', 'allowed')
    """
    if key in NOUNS:
        return NOUNS[key]
    return "allowed"


def _fill_in(spread: dict[str, Any], functions: dict[str, references.Signature]) -> dict[str, Any]:
    """Returns the contract with what follows from other parts of it: flows, versions, what gold functions read."""
    prefix = prefix_of(spread["name"], spread.get("environment"))
    appflow.fill_in(spread, prefix)
    if "salesforce" in spread:
        connection = spread["salesforce"].get("connection") or {}
        spread["salesforce"]["connection"] = {**connection, "name": connection.get("name") or f"{prefix}-salesforce"}
    spread["sinks"] = {**{kind: {"kind": kind} for kind in SINK_KINDS}, **spread.get("sinks", {})}
    for api, section in spread.get("rest", {}).items():
        for name, resource in section["resources"].items():
            resource.update(api=api, resource=name, limits=_share_of(resource.get("limits"), len(section["resources"])))
    filled = _validated(spread)
    silver = {
        name: table.model_copy(update={"version": table.version or references.version_of(filled, table.from_)})
        for name, table in filled.silver.items()
    }
    gold = {
        name: table.model_copy(update={"reads": functions[name].reads, "settings": functions[name].settings})
        for name, table in filled.gold.items()
    }
    return filled.model_copy(update={"silver": silver, "gold": gold}).model_dump(by_alias=True, exclude={DERIVED})
