"""`make check-api RESOURCE=billing.invoices`: one page of a REST resource beside what the contract says of it.

Shows the request, the answer and the columns of its records, but no value of them: no secret, parameter or record.
"""

import argparse
import difflib
import sys
from pathlib import Path
from urllib.parse import urlsplit

import msgspec

from lakehouse.contract import compiler
from lakehouse.contract.models import Pipeline
from lakehouse_common.errors import LakehouseError
from lakehouse_common.secret_store import SecretMissingError, open_secrets
from operate.columns import compare, infer
from operate.one_page import Look, Looked, one_parent
from rest_to_raw import Resource
from rest_to_raw.client import Meaning
from rest_to_raw.http.exchange import Answer, Request
from rest_to_raw.incremental import parents
from rest_to_raw.outcome import IngestionError, WaitTooLongError
from rest_to_raw.pagination.page import Page
from rest_to_raw.pagination.pages import Position

FAILED, MISUSED = 1, 2
SHOWN = ("Content-Type", "Content-Encoding", "Date", "Retry-After")


def main(arguments: list[str]) -> int:
    """0 where the page was read, 1 where the API or its answer stands in the way, 2 for a wrong contract or setting."""
    chosen = _parser().parse_args(arguments)
    try:
        pipeline = compiler.compile_contract(chosen.contract)
        return _look(pipeline, find(pipeline, chosen.resource), chosen.secrets)
    except (compiler.ContractError, UnknownResourceError, SecretMissingError) as error:
        print(error)
        return MISUSED


class UnknownResourceError(LakehouseError):
    """The contract has no such resource; the message says which ones it has."""


def find(pipeline: Pipeline, name: str) -> Resource:
    """The compiled resource, as a schedule sends it. Raises: UnknownResourceError."""
    names = [f"{api}.{one}" for api, told in pipeline.rest.items() for one in told.resources]
    if name not in names:
        near = difflib.get_close_matches(name, names, n=1)
        hint = f"did you mean {near[0]}?" if near else f"there are {', '.join(names) or 'none at all'}"
        raise UnknownResourceError(f"'{name}' is no REST resource of the contract; {hint}")
    api, _, one = name.partition(".")
    return msgspec.json.decode(pipeline.rest[api].resources[one].model_dump_json(by_alias=True), type=Resource)


def _look(pipeline: Pipeline, resource: Resource, place: str) -> int:
    secrets, parent = open_secrets(place), None
    look = Look(resource, secrets)
    problem, looked = "", None
    try:
        if resource.for_each:
            above = find(pipeline, f"{resource.api}.{resource.for_each.resource}")
            parent = one_parent(above, resource, secrets)
        looked = look.read(parent)
    except IngestionError as failure:
        problem = _without(parent, str(failure), resource)
    except WaitTooLongError as pause:
        problem = f"the API asks to come again in {pause.seconds} s"
    told = [_request(look.asked, resource)] if look.asked else []
    told += [_answer(look.answered, resource)] if look.answered else []
    told += _found(looked, pipeline, resource) if looked else [problem]
    print("\n".join(told))
    return FAILED if problem else 0


def _found(looked: Looked, pipeline: Pipeline, resource: Resource) -> list[str]:
    if isinstance(looked.page, Meaning):
        return [f"by 'responses' of the contract this answer means: {looked.page.value}"]
    return [_page(looked.page, looked.following, resource), *_columns(looked.page, pipeline, resource)]


def _without(parent: str | None, sentence: str, resource: Resource) -> str:
    """The sentence with the contract's path instead of the one that holds a parent's value."""
    if parent is None or resource.for_each is None:
        return sentence
    filled = parents.fill(resource.url_path, resource.for_each.as_, parent, is_path=True)
    return sentence.replace(filled, resource.url_path)


def _request(asked: Request, resource: Resource) -> str:
    """The path is the contract's, since that of a child holds a parent's value."""
    parts = urlsplit(resource.url)
    query = "&".join(f"{name}=<{len(value)} characters>" for name, value in asked.params.items())
    headers = ", ".join(sorted({*asked.headers, "Accept", "Accept-Encoding"}))
    url = f"{parts.scheme}://{parts.netloc}{parts.path}" + (f"?{query}" if query else "")
    return f"{asked.method} {url}\n  headers, values hidden: {headers}"


def _answer(answer: Answer, resource: Resource) -> str:
    names = [*SHOWN, *(name for name in (resource.limits.remaining, resource.limits.reset) if name)]
    shown = [f"{name}: {answer.headers[name][:80]}" for name in names if name in answer.headers]
    return "\n  ".join([f"status {answer.status}, {len(answer.body):,} bytes", *shown])


def _page(page: Page, following: Position | None, resource: Resource) -> str:
    total = following.total if following else None
    place = "the answer itself" if resource.records == "$" else f"'{resource.records}'"
    told = "" if total is None else f" of {total:,} in all"
    return f"{len(page.records):,} records{told} at {place}; next page: {_next(following, resource)}"


def _next(following: Position | None, resource: Resource) -> str:
    told = resource.pagination
    if following is None or following.is_end:
        return "none, this is the last"
    if told.kind in ("page", "offset"):
        return f"{told.param}={following.at}"
    if told.kind == "link_header":
        return "in the header Link"
    return f"in the header {told.next_header}" if told.next_header else f"at '{told.next}'"


def _columns(page: Page, pipeline: Pipeline, resource: Resource) -> list[str]:
    if not page.records:
        return ["no record, so no column to compare"]
    columns = infer([bytes(record) for record in page.records])
    difference = compare(columns, pipeline, f"rest.{resource.api}.{resource.resource}")
    width = max(map(len, columns))
    lines = [f"  {path:{width}}  {' or '.join(one.kinds)}, {one.null_share:.0%} null" for path, one in columns.items()]
    for table, missing in difference.missing.items():
        lines.append(f"silver.{table} reads and the page lacks: {', '.join(missing) or 'nothing'}")
        if difference.empty[table]:
            lines.append(f"silver.{table} reads and all are null: {', '.join(difference.empty[table])}")
    if not difference.missing:
        lines.append("no silver table reads this resource")
    return [*lines, f"on the page and read by no silver table: {', '.join(difference.new) or 'nothing'}"]


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="operate.check_api", description="One page of a REST resource, no values.")
    parser.add_argument("resource", nargs="?", default="", help="<api>.<resource> of the contract")
    parser.add_argument("--contract", type=Path, default=Path("pipeline.yaml"))
    parser.add_argument("--secrets", default="secrets", help="a folder with a file per secret, or aws:<prefix>")
    return parser


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
