"""The compiler of the contract: exact messages, all of them at once, each with its path; and what it fills in."""

import json
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from lakehouse import contract
from lakehouse.models import Pipeline
from lakehouse.references import build_order

ROOT = Path(__file__).parents[2]
SECRET = "eyJhbGciOiJIUzI1NiJ9.S3CR3T"  # noqa: S105
SMALL = """\
name: shop
settings: {reporting_currency: EUR}
masking: {secret: masking/key}
salesforce:
  defaults: {format: json}
  objects:
    Account: {}
    Lead: {format: csv, cursor: LastModifiedDate}
rest:
  billing:
    base_url: https://billing.example/v1
    auth: {kind: bearer, secret: billing/token}
    defaults: {pagination: {kind: cursor, param: cursor, next: meta.next}}
    resources:
      invoices: {path: /invoices, records: data, since: {param: since, field: updated_at}}
silver:
  account:
    description: one row per account
    from: salesforce.Account
    key: account_id
    columns:
      account_id: {from: Id, type: salesforce_id}
      email: {from: Email, type: email, pii: hash}
  invoice:
    description: one row per invoice
    from: rest.billing.invoices
    key: [invoice_id, account_id]
    columns:
      invoice_id: {from: id}
      account_id: {from: account.id, type: salesforce_id}
gold:
  account:
    description: one row per account
    key: account_id
  revenue:
    description: one row per account
    key: account_id
"""
FUNCTIONS = {
    "account": "def account(account): ...",
    "revenue": "def revenue(account, invoice, *, reporting_currency): ...",
}
ANOTHER_RESOURCE = ("      invoices:", "      credits: {path: /credits, records: data}\n      invoices:")
LAWS = YAML(typ="safe", pure=True).load(Path(__file__).with_name("refusals.yaml"))
REFUSALS = [refusal for law in LAWS for refusal in law["refusals"]]


class Contracts:
    """Writes contracts and gold functions into a folder and compiles them."""

    def __init__(self, folder: Path) -> None:
        self.file = folder / "pipeline.yaml"
        self.functions = folder / "silver_to_gold"
        self.functions.mkdir()
        for name, text in FUNCTIONS.items():
            self.function(name, text)

    def function(self, name: str, text: str) -> None:
        (self.functions / f"{name}.py").write_text(f'raise ImportError("compiling imports nothing")\n{text}\n')

    def compiled(self, text: str = SMALL) -> Pipeline:
        self.file.write_text(text)
        return contract.compile_contract(self.file, self.functions)

    def problems(self, *edits: tuple[str, str]) -> list[str]:
        """What is wrong with the small contract after the edits."""
        text = SMALL
        for old, new in edits:
            assert old in text
            text = text.replace(old, new, 1)
        with pytest.raises(contract.ContractError) as caught:
            self.compiled(text)
        return caught.value.problems


@pytest.fixture
def contracts(tmp_path: Path) -> Contracts:
    return Contracts(tmp_path)


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
    with pytest.raises(contract.ContractError) as caught:
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
    with pytest.raises(contract.ContractError) as caught:
        contracts.compiled(text)
    assert caught.value.problems == [problem]


def test_a_missing_file_says_how_to_name_one(tmp_path: Path) -> None:
    with pytest.raises(contract.ContractError) as caught:
        contract.compile_contract(tmp_path / "none.yaml")
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


def test_the_compiled_form_leaves_nothing_to_default(contracts: Contracts) -> None:
    compiled = json.loads(contract.to_json(contracts.compiled()))
    account = {"cursor": "SystemModstamp", "format": "json", "flow": "shop-account"}
    lead = {"cursor": "LastModifiedDate", "format": "csv", "flow": "shop-lead"}
    assert compiled["salesforce"] == {"objects": {"Account": account, "Lead": lead}}
    invoices = {
        "base_url": "https://billing.example/v1",
        "auth": {"kind": "bearer", "secret": "billing/token"},
        "pagination": {"kind": "cursor", "param": "cursor", "next": "meta.next"},
        "params": {},
        "since": {"param": "since", "field": "updated_at"},
        "api": "billing",
        "resource": "invoices",
        "path": "/invoices",
        "records": "data",
    }
    assert compiled["rest"] == {"billing": {"resources": {"invoices": invoices}}}
    assert {name: table["version"] for name, table in compiled["silver"].items()} == {
        "account": "SystemModstamp",
        "invoice": "updated_at",
    }


def test_the_compiled_form_is_read_back_as_it_was(contracts: Contracts) -> None:
    compiled = contracts.compiled()
    text = contract.to_json(compiled)
    assert contract.read_compiled(text) == compiled
    assert contract.to_json(contract.read_compiled(text)) == text


def test_compiling_what_was_compiled_changes_nothing(contracts: Contracts) -> None:
    text = contract.to_json(contracts.compiled())
    assert contract.to_json(contracts.compiled(text)) == text


def test_the_repository_s_own_contract_compiles_twice_to_the_same(tmp_path: Path) -> None:
    first = contract.to_json(contract.compile_contract(ROOT / "pipeline.yaml"))
    (tmp_path / "pipeline.json").write_text(first)
    assert contract.to_json(contract.compile_contract(tmp_path / "pipeline.json")) == first


def test_the_json_schema_knows_every_section() -> None:
    assert sorted(json.loads(contract.json_schema())["properties"]) == sorted(Pipeline.model_fields)
