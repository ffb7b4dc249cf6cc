"""`make check-api RESOURCE=billing.invoices`: compares one page of a REST resource with the contract.

Shows the request, the response and the columns of its records, but no value of them: no secret, parameter or record.
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
from operate.one_page import PageProbe, ProbeResult, one_parent
from rest_to_raw import Resource
from rest_to_raw.client import ResponseMeaning
from rest_to_raw.http.exchange import Request, Response
from rest_to_raw.incremental import parents
from rest_to_raw.outcome import IngestionError, WaitTooLongError
from rest_to_raw.pagination.page import Page

FAILED, MISUSED = 1, 2
SHOWN = ("Content-Type", "Content-Encoding", "Date", "Retry-After")


def main(arguments: list[str]) -> int:
    """Returns 0 for a page that was read, 1 where the API is in the way, 2 for a wrong contract or setting."""
    chosen = _parser().parse_args(arguments)
    try:
        pipeline = compiler.compile_contract(chosen.contract)
        return _probe(pipeline, find(pipeline, chosen.resource), chosen.secrets)
    except (compiler.ContractError, UnknownResourceError, SecretMissingError) as error:
        print(error)
        return MISUSED


class UnknownResourceError(LakehouseError):
    """The contract has no such resource; the message says which ones it has."""


def find(pipeline: Pipeline, name: str) -> Resource:
    """Returns the compiled resource, as a schedule sends it. Raises: UnknownResourceError."""
    names = [f"{api}.{resource}" for api, section in pipeline.rest.items() for resource in section.resources]
    if name not in names:
        near = difflib.get_close_matches(name, names, n=1)
        hint = f"did you mean {near[0]}?" if near else f"there are {', '.join(names) or 'none at all'}"
        raise UnknownResourceError(f"'{name}' is no REST resource of the contract; {hint}")
    api, _, resource = name.partition(".")
    return msgspec.json.decode(pipeline.rest[api].resources[resource].model_dump_json(by_alias=True), type=Resource)


def _probe(pipeline: Pipeline, resource: Resource, place: str) -> int:
    secrets, parent = open_secrets(place), None
    probe = PageProbe(resource, secrets)
    problem, result = "", None
    try:
        if resource.for_each:
            above = find(pipeline, f"{resource.api}.{resource.for_each.resource}")
            parent = one_parent(above, resource, secrets)
        result = probe.read(parent)
    except IngestionError as error:
        problem = _without_parent(parent, str(error), resource)
    except WaitTooLongError as wait:
        problem = f"the API asks to come again in {wait.seconds} s"
    lines = [_request(probe.request, resource)] if probe.request else []
    lines += [_response(probe.response, resource)] if probe.response else []
    lines += _result(result, pipeline, resource) if result else [problem]
    print("\n".join(lines))
    return FAILED if problem else 0


def _result(result: ProbeResult, pipeline: Pipeline, resource: Resource) -> list[str]:
    if isinstance(result.page, ResponseMeaning):
        return [f"by 'responses' of the contract this answer means: {result.page.value}"]
    return [_page(result.page, result, resource), *_columns(result.page, pipeline, resource)]


def _without_parent(parent: str | None, sentence: str, resource: Resource) -> str:
    """Returns the sentence with the contract's path instead of the one that holds a parent's value."""
    if parent is None or resource.for_each is None:
        return sentence
    filled = parents.fill(resource.url_path, resource.for_each.as_, parent, is_path=True)
    return sentence.replace(filled, resource.url_path)


def _request(request: Request, resource: Resource) -> str:
    """Returns the request's lines; the path is the contract's, since that of a child holds a parent's value."""
    parts = urlsplit(resource.url)
    query = "&".join(f"{name}=<{len(value)} characters>" for name, value in request.params.items())
    headers = ", ".join(sorted({*request.headers, "Accept", "Accept-Encoding"}))
    url = f"{parts.scheme}://{parts.netloc}{parts.path}" + (f"?{query}" if query else "")
    return f"{request.method} {url}\n  headers, values hidden: {headers}"


def _response(response: Response, resource: Resource) -> str:
    names = [*SHOWN, *(name for name in (resource.limits.remaining, resource.limits.reset) if name)]
    shown = [f"{name}: {response.headers[name][:80]}" for name in names if name in response.headers]
    return "\n  ".join([f"status {response.status}, {len(response.body):,} bytes", *shown])


def _page(page: Page, result: ProbeResult, resource: Resource) -> str:
    place = "the answer itself" if resource.records == "$" else f"'{resource.records}'"
    total = "" if result.total is None else f" of {result.total:,} in all"
    return f"{len(page.records):,} records{total} at {place}; next page: {result.next_page}"


def _columns(page: Page, pipeline: Pipeline, resource: Resource) -> list[str]:
    if not page.records:
        return ["no record, so no column to compare"]
    columns = infer([bytes(record) for record in page.records])
    difference = compare(columns, pipeline, f"rest.{resource.api}.{resource.resource}")
    width = max(map(len, columns))
    lines = [
        f"  {path:{width}}  {' or '.join(column.kinds)}, {column.null_share:.0%} null"
        for path, column in columns.items()
    ]
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
