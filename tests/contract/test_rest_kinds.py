"""Laws of the kinds that the compiler reads from rest_to_raw: their words, what is refused, and where they are not."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from lakehouse.contract import compiler
from lakehouse.contract.rest.kinds import Wing, read_kinds
from rest_to_raw.auth.auth_table import AUTHS
from rest_to_raw.pagination.pager_table import PAGERS
from tests.contract.small import SMALL, Contracts

ROOT = Path(__file__).parents[2]
# What contracts have said since they were first read: kinds may come, none of these may go.
FIRST_AUTHS = {"api_key", "basic", "bearer", "jwt", "none", "oauth2_client_credentials", "oauth2_refresh", "session"}
FIRST_PAGINATIONS = {"cursor", "link_header", "next_url", "none", "offset", "page"}
AUTH_WORDS, PAGINATION_WORDS = (sorted(read_kinds()[wing]) for wing in ("auth", "pagination"))
FACTS = ("needs", "allows", "defaults", "is_numbered", "needs_record_key")
# A Glue worker has the packages below common and glue, and installed ones; no .pth file adds another folder here.
ON_GLUE = """
import sys
sys.path += {folders!r}
from lakehouse.contract import compiler
from lakehouse.contract.rest.kinds import read_kinds
print(compiler.read_compiled(sys.stdin.read()).rest["billing"].resources["invoices"].pagination.kind)
try:
    read_kinds()
except Exception as error:
    print(error)
"""


def test_the_words_are_those_that_a_contract_has_always_had() -> None:
    assert {*AUTH_WORDS} >= FIRST_AUTHS
    assert {*PAGINATION_WORDS} >= FIRST_PAGINATIONS


@pytest.mark.parametrize(("wing", "classes"), [("auth", AUTHS), ("pagination", PAGERS)])
def test_what_is_read_of_a_class_is_what_the_class_says(wing: Wing, classes: dict[str, type]) -> None:
    read = {word: facts_of(kind) for word, kind in read_kinds()[wing].items()}
    assert read == {word: facts_of(kind) for word, kind in classes.items()}


def facts_of(kind: Any) -> dict[str, Any]:
    """What a kind states, on either side; a wing's classes state some of the facts."""
    stated = {name: getattr(kind, name, None) for name in FACTS}
    return {name: frozenset(value) if isinstance(value, set) else value for name, value in stated.items() if value}


@pytest.mark.parametrize(("model", "words"), [("Auth", AUTH_WORDS), ("Pagination", PAGINATION_WORDS)])
def test_the_json_schema_lists_the_words_and_what_they_mean(model: str, words: list[str]) -> None:
    kind = json.loads(compiler.json_schema())["$defs"][model]["properties"]["kind"]
    assert (sorted(kind["enum"]), kind["type"], kind["default"]) == (words, "string", "none")
    assert [word for word in words if f"{word}: " not in kind["description"]] == []


@pytest.mark.parametrize("value", ["5", "true", "[a]", "{a: 1}", "''", "S3CR3T"])
def test_what_is_no_word_is_answered_with_all_of_them(contracts: Contracts, value: str) -> None:
    message = (
        f"rest.billing.defaults.pagination.kind: the value is not a kind; use one of {', '.join(PAGINATION_WORDS)}"
    )
    assert contracts.problems(("{kind: cursor,", f"{{kind: {value},")) == [message]


@pytest.mark.parametrize(
    ("auth", "filled_in"),
    [
        ("{kind: api_key, secret: a}", {"header": "X-API-Key", "lifetime": None}),
        ("{kind: api_key, secret: a, header: X-Mine}", {"header": "X-Mine", "lifetime": None}),
        (
            "{kind: api_key, secret: a, query_param: key, accept_key_in_url: true}",
            {"header": None, "lifetime": None},
        ),
        ("{kind: session, secret: a, login_path: /in, token: t}", {"header": "Authorization", "lifetime": 1800}),
        (
            "{kind: session, secret: a, login_path: /in, token: t, lifetime: 2m}",
            {"header": "Authorization", "lifetime": 120},
        ),
        ("{kind: jwt, secret: a, algorithm: HS256}", {"header": None, "lifetime": 300}),
        ("{kind: bearer, secret: a}", {"header": None, "lifetime": None}),
    ],
)
def test_an_absent_key_is_compiled_to_what_its_kind_says(
    contracts: Contracts, auth: str, filled_in: dict[str, Any]
) -> None:
    compiled = contracts.compiled(SMALL.replace("{kind: bearer, secret: billing/token}", auth))
    settings = compiled.rest["billing"].resources["invoices"].auth
    assert {name: getattr(settings, name) for name in filled_in} == filled_in


def test_the_compiled_form_is_read_where_the_function_is_not_installed(contracts: Contracts) -> None:
    installed = [folder for folder in sys.path if folder.endswith("site-packages")]
    folders = [str(ROOT / "common"), str(ROOT / "glue"), *installed]
    ended = subprocess.run(
        [sys.executable, "-I", "-S", "-c", ON_GLUE.format(folders=folders)],
        input=compiler.to_json(contracts.compiled()),
        capture_output=True,
        text=True,
        check=True,
    )
    missing = "the package rest_to_raw is not installed, so no contract can be compiled; install it"
    assert ended.stdout.splitlines() == ["cursor", missing]
