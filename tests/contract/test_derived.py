"""Laws of what is derived once: names, flows, places and parents, which everything else reads."""

import json

import pytest

from lakehouse.contract import compiler
from lakehouse.contract.derived import Derived
from lakehouse_common.next_steps import BY_STAGE
from tests.contract.small import SMALL, Contracts

SCHEDULED = "{trigger: {schedule: rate(1 hour)}, formula_refresh: {schedule: rate(1 day)}}"
CHILD = (
    '      lines: {path: "/invoices/{invoice}/lines", records: data, '
    "for_each: {resource: invoices, field: id, as: invoice}}\n      invoices:"
)
EVERY_KIND = (
    SMALL.replace("Account: {}", f"Account: {SCHEDULED}")
    .replace("      invoices:", CHILD)
    .replace("gold:\n  account:", "sinks: {lab: {kind: redshift}}\ngold:\n  account:\n    sinks: [snowflake, lab]")
    .replace("  revenue:\n", "  revenue:\n    sinks: [lab]\n")
)


def deployed(contracts: Contracts, text: str = EVERY_KIND) -> Derived:
    contracts.file.write_text(text)
    return compiler.compile_contract(contracts.file, contracts.functions, environment="dev").derived


def test_everything_that_others_read_is_in_one_section(contracts: Contracts) -> None:
    assert deployed(contracts).model_dump(mode="json") == {
        "prefix": "shop-dev",
        "runs": "s3://shop-dev-logs/runs",
        "flows": [
            {"name": "shop-dev-account", "object": "Account", "kind": "schedule"},
            {"name": "shop-dev-account-formulas", "object": "Account", "kind": "schedule"},
            {"name": "shop-dev-lead", "object": "Lead", "kind": "on_demand"},
        ],
        "sources": {
            "rest.billing.invoices": {"flows": [], "format": "json"},
            "salesforce.Account": {"flows": ["shop-dev-account", "shop-dev-account-formulas"], "format": "json"},
        },
        "parents": {"billing.lines": "billing.invoices"},
        "served": {
            "lab": {"kind": "redshift", "tables": ["account", "revenue"]},
            "snowflake": {"kind": "snowflake", "tables": ["account"]},
        },
        "next_steps": dict(BY_STAGE),
    }


def test_without_an_environment_names_begin_with_the_contract_s_and_no_place_is_known(contracts: Contracts) -> None:
    derived = contracts.compiled().derived
    assert (derived.prefix, derived.runs) == ("shop", None)


def test_a_part_of_a_contract_has_what_follows_from_that_part(contracts: Contracts) -> None:
    whole = contracts.compiled()
    part = whole.model_copy(update={"silver": {"invoice": whole.silver["invoice"]}})
    assert list(part.derived.sources) == ["rest.billing.invoices"]


def test_a_form_that_was_compiled_before_there_was_the_section_is_read_with_it(contracts: Contracts) -> None:
    compiled = contracts.compiled()
    text = compiler.to_json(compiled)
    older = {key: value for key, value in json.loads(text).items() if key != "derived"}
    assert compiler.to_json(compiler.read_compiled(json.dumps(older))) == text


@pytest.mark.parametrize("written", ["{}", "{prefix: shop}", "[]", "''", "null"])
def test_nobody_writes_the_section(contracts: Contracts, written: str) -> None:
    names = "environment, gold, masking, name, rest, salesforce, settings, silver, sinks"
    assert contracts.problems(("name: shop\n", f"name: shop\nderived: {written}\n")) == [
        f"derived: unknown key; use one of {names}"
    ]


def test_the_section_is_refused_beside_every_other_problem(contracts: Contracts) -> None:
    edits = [("name: shop\n", "name: shop\nderived: {}\n"), ("pii: hash", "pii: hsah")]
    assert [line.partition(":")[0] for line in contracts.problems(*edits)] == [
        "derived",
        "silver.account.columns.email.pii",
    ]
