"""The compiler of the contract: exact messages, all of them at once, each with its path."""

from pathlib import Path

import pytest
from ruamel.yaml import YAML

from lakehouse.contract import compiler
from lakehouse.contract.references import build_order
from tests.contract.small import SMALL, Contracts

SECRET = "eyJhbGciOiJIUzI1NiJ9.S3CR3T"  # noqa: S105
ANOTHER_RESOURCE = ("      invoices:", "      credits: {path: /credits, records: data}\n      invoices:")
LAWS = YAML(typ="safe", pure=True).load(Path(__file__).with_name("refusals.yaml"))
REFUSALS = [refusal for law in LAWS for refusal in law["refusals"]]


def test_every_problem_is_told_at_once_with_its_path_and_the_nearest_name(contracts: Contracts) -> None:
    edits = [
        ("pii: hash", "pii: hsah"),
        ("from: salesforce.Account", "from: salesforce.Acount"),
        ("key: [invoice_id, account_id]", "key: [invoice, account_id]"),
        ("path: /invoices", "pth: /invoices"),
        ("format: csv", "format: cvs"),
    ]
    assert contracts.problems(*edits) == [
        "rest.billing.resources.invoices.path: Field required",
        "rest.billing.resources.invoices.pth: unknown key; did you mean 'path'?",
        "salesforce.objects.Lead.format: 'cvs' is not a format; did you mean 'csv'?",
        "silver.account.columns.email.pii: 'hsah' is not a mask; did you mean 'hash'?",
        "silver.account.from: there is no source 'salesforce.Acount'; did you mean 'salesforce.Account'?",
        "silver.invoice.key: 'invoice' is not a column; did you mean 'invoice_id'?",
    ]


def test_the_message_names_the_file_and_counts_the_problems(contracts: Contracts) -> None:
    with pytest.raises(compiler.ContractError) as caught:
        contracts.compiled(SMALL.replace("pii: hash", "pii: hsah"))
    assert str(caught.value) == (
        f"{contracts.file}: 1 problem(s)\n"
        "  silver.account.columns.email.pii: 'hsah' is not a mask; did you mean 'hash'?"
    )


@pytest.mark.parametrize("refusal", REFUSALS, ids=lambda refusal: refusal["problem"])
def test_it_is_refused(contracts: Contracts, refusal: dict[str, str]) -> None:
    assert contracts.problems((refusal["change"], refusal["to"]), ANOTHER_RESOURCE) == [refusal["problem"]]


def test_a_resource_has_a_base_url_of_its_own_or_of_its_api(contracts: Contracts) -> None:
    elsewhere = ("path: /invoices", "base_url: https://old.example, path: /invoices")
    removed = ("    base_url: https://billing.example/v1\n", "")
    problem = "there is no base_url; say it once, for the API"
    assert contracts.problems(removed) == [f"rest.billing.resources.invoices: {problem}"]
    assert contracts.problems(removed, elsewhere, ANOTHER_RESOURCE) == [f"rest.billing.resources.credits: {problem}"]


def test_a_gold_parameter_is_a_table(contracts: Contracts) -> None:
    contracts.function("revenue", "def revenue(acount, invoice): ...")
    assert contracts.problems() == [
        "gold.revenue: its function's parameter 'acount' is no table; did you mean 'account'?"
    ]


def test_a_gold_file_without_its_function_is_refused(contracts: Contracts) -> None:
    contracts.function("revenue", "def revnue(account): ...")
    assert contracts.problems() == ["gold.revenue: silver_to_gold/revenue.py has no function 'revenue'"]


def test_gold_tables_that_read_each_other_are_refused(contracts: Contracts) -> None:
    contracts.function("account", "def account(revenue): ...")
    assert contracts.problems() == ["gold: these tables read each other in a circle: account <- revenue <- account"]


def test_a_gold_table_reads_gold_before_silver_but_never_itself(contracts: Contracts) -> None:
    gold = contracts.compiled().gold
    assert {name: dict(table.reads) for name, table in gold.items()} == {
        "account": {"account": "silver.account"},
        "revenue": {"account": "gold.account", "invoice": "silver.invoice"},
    }
    assert gold["revenue"].settings == ("reporting_currency",)
    assert build_order(gold) == ["account", "revenue"]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("name: shop\nname: other\n", 'line 2: found duplicate key "name"'),
        ("name: [shop\nmasking: {}\n", "line 2: expected ',' or ']', but got ':'"),
        ("name: !shop x\n", "line 1: could not determine a constructor for the tag"),
        ("- name: shop\n", "the file holds no mapping; it starts with 'name: ...'"),
        ("", "the file holds no mapping; it starts with 'name: ...'"),
        ("name: \x00\n", "the file is no YAML text in UTF-8"),
    ],
)
def test_a_file_that_is_no_contract_is_one_problem(contracts: Contracts, text: str, problem: str) -> None:
    with pytest.raises(compiler.ContractError) as caught:
        contracts.compiled(text)
    assert caught.value.problems == [problem]


def test_a_missing_file_says_how_to_name_one(tmp_path: Path) -> None:
    with pytest.raises(compiler.ContractError) as caught:
        compiler.compile_contract(tmp_path / "none.yaml")
    assert caught.value.problems == ["there is no such file; name yours with CONTRACT=path"]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("secret: billing/token", f"secret: {SECRET}"),
        ("secret: billing/token", f"secret: a, secret: {SECRET}"),
        ("secret: billing/token", f"secret: !{SECRET}"),
        ("secret: billing/token", f"secret: *{SECRET}"),
        ("secret: billing/token", f"token: {SECRET}"),
        ("kind: bearer", f"kind: {SECRET}"),
        ("{kind: bearer, secret: billing/token}", SECRET),
        ("https://billing", f"https://user:{SECRET}@billing"),
        ("https://billing.example/v1", f"https://billing.example/v1?key={SECRET}"),
        ("secret: masking/key", f"secret: {SECRET}"),
        ("secret: masking/key", f"secret: masking/key, version: {SECRET}"),
        ("pii: hash", f"pii: {SECRET}"),
        ("{from: id}", f"{{from: id, type: {SECRET}}}"),
    ],
)
def test_a_pasted_secret_is_in_no_message(contracts: Contracts, old: str, new: str) -> None:
    assert [line for line in contracts.problems((old, new)) if "S3CR3T" in line] == []
