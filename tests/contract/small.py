"""A small contract, and what compiles it."""

from pathlib import Path

import pytest

from lakehouse.contract import compiler
from lakehouse.contract.models import Pipeline

SMALL = """\
name: shop
settings: {reporting_currency: EUR}
masking: {secret: masking/key}
salesforce:
  defaults: {format: json}
  objects:
    Account: {}
    Lead: {format: csv, cursor: LastModifiedDate, fields: [Id, Company]}
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
        return compiler.compile_contract(self.file, self.functions)

    def problems(self, *edits: tuple[str, str]) -> list[str]:
        """What is wrong with the small contract after the edits."""
        text = SMALL
        for old, new in edits:
            assert old in text
            text = text.replace(old, new, 1)
        with pytest.raises(compiler.ContractError) as caught:
            self.compiled(text)
        return caught.value.problems
