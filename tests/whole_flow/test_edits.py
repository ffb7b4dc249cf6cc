"""What the README promises of edits: each touches so many files of a copy of this repository, and the copy runs.

The edits are a user's: of pipeline.yaml, which is the user's, and never of demo/pipeline.yaml.
"""

import hashlib
import json
import shutil
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from lakehouse.contract.compiler import compile_contract
from tests.copies import run_python
from tests.whole_flow.story import SCALE

ROOT = Path(__file__).parents[2]
CONTRACT = "pipeline.yaml"
NOT_COPIED = shutil.ignore_patterns(".git", ".venv*", ".terraform", ".*_cache", "__pycache__", "build", "lake")
NEW = ("silver.campaign", "silver.payment", "gold.campaign_spend")
# A run of the new tables on the sample sources, then the user's tests, in one process.
BOTH = f"""
import sys, pytest
from pathlib import Path
from rich.console import Console
from demo.__main__ import arrive
from lakehouse.contract.compiler import compile_contract
from lakehouse.run.local import run_in_folder
from tests.whole_flow.story import part_of
whole, lake = compile_contract(Path("{CONTRACT}")), Path("lake")
arrive(whole, lake, 1, {SCALE})
failed = run_in_folder(part_of(whole, *{NEW}), lake, "r1", Console())
sys.exit(failed or pytest.main(["-q", "tests/user", "tests/test_guardrails.py"]))
"""
# Of an org that has none of the sample's objects, and without a gold table.
SMALLEST = """\
name: acme
masking: {secret: masking/key, version: 1}
salesforce: {objects: {Invoice__c: {}}}
silver:
  bill:
    description: one row per bill
    from: salesforce.Invoice__c
    key: bill_id
    columns: {bill_id: {from: Id, type: salesforce_id}}
"""


@dataclass(frozen=True)
class Edit:
    """Lines put into the contract before a line of it, and new files."""

    lines: dict[str, str]
    files: dict[str, str] = field(default_factory=dict)


EDITS = {
    "a Salesforce object and its silver table": Edit(
        {
            "    User: {}\n": "    Campaign: {format: csv}\n",
            "gold:\n": """\
  campaign:
    description: one row per campaign
    from: salesforce.Campaign
    key: campaign_id
    columns:
      campaign_id: {from: Id, type: salesforce_id}
      type: {from: Type}
      cost: {from: ActualCost, type: "decimal(38,6)"}
      currency: {from: CurrencyIsoCode, type: currency}

""",
        }
    ),
    "a REST resource": Edit(
        {
            "  fx:\n": "      payments: {path: /payments, records: data, since: {param: after, field: updated_at}}\n",
            "gold:\n": """\
  payment:
    description: one row per payment
    from: rest.billing.payments
    key: payment_id
    columns:
      payment_id: {from: id}
      invoice_id: {from: invoice_id, required: true}
      amount: {from: amount, type: "decimal(38,6)"}

""",
        }
    ),
    "a gold table": Edit(
        {
            "  account_360:\n": """\
  campaign_spend:
    description: one row per type of campaign and currency
    key: [type, currency]
"""
        },
        {
            "glue/lakehouse/silver_to_gold/campaign_spend.py": '''\
"""Gold table `campaign_spend`."""

from pyspark.sql import DataFrame
from pyspark.sql import functions as F


def campaign_spend(campaign: DataFrame) -> DataFrame:
    """One row per type of campaign and currency."""
    return campaign.groupBy("type", "currency").agg(F.sum("cost").cast("decimal(38,6)").alias("cost"))
''',
            "tests/cases/campaign_spend/costs-are-summed-by-type.yaml": """\
law: Costs of one type and currency are summed.
given:
  campaign:
    - {campaign_id: c1, type: Email, cost: "1.5", currency: EUR}
    - {campaign_id: c2, type: Email, cost: "2", currency: EUR}
expect:
  - {type: Email, currency: EUR, cost: "3.5"}
""",
        },
    ),
    "an expectation": Edit(
        {},
        {
            "data_quality/suites/gold/campaign_spend.json": """\
{
  "expectations": [
    {
      "name": "no cost is negative",
      "type": "expect_column_values_to_be_between",
      "kwargs": {"column": "cost", "min_value": 0}
    }
  ]
}
"""
        },
    ),
}
TOUCHED = {"a Salesforce object and its silver table": 1, "a REST resource": 1, "a gold table": 3, "an expectation": 1}


@dataclass(frozen=True)
class Edited:
    """The copy with all edits in it, and the files that each edit touched."""

    folder: Path
    touched: dict[str, set[str]]


@pytest.fixture(scope="module")
def edited(tmp_path_factory: pytest.TempPathFactory) -> Edited:
    folder = tmp_path_factory.mktemp("edited") / "copy"
    copy_as_shipped(folder)
    touched = {}
    for name, edit in EDITS.items():
        before = fingerprints(folder)
        make(edit, folder)
        after = fingerprints(folder)
        touched[name] = {path for path in before | after if before.get(path) != after.get(path)}
    return Edited(folder, touched)


def copy_as_shipped(folder: Path) -> None:
    """A copy of this repository in which pipeline.yaml, cases and suites are the sample's, whatever a user has made."""
    shutil.copytree(ROOT, folder, ignore=NOT_COPIED)
    shutil.copy(folder / "demo" / CONTRACT, folder / CONTRACT)
    sample = compile_contract(folder / CONTRACT)
    for cases in (path for path in (folder / "tests" / "cases").iterdir() if path.name not in sample.gold):
        shutil.rmtree(cases)
    for layer, tables in {"silver": sample.silver, "gold": sample.gold}.items():
        for suite in (folder / "data_quality" / "suites" / layer).glob("*.json"):
            if suite.stem not in tables:
                suite.unlink()


def fingerprints(folder: Path) -> dict[str, str]:
    files = (path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def make(edit: Edit, folder: Path) -> None:
    text = (folder / CONTRACT).read_text(encoding="utf-8")
    for before, lines in edit.lines.items():
        assert text.count(before) == 1, before
        text = text.replace(before, lines + before)
    for name, body in {CONTRACT: text, **edit.files}.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(body, encoding="utf-8")


def test_each_edit_touches_as_many_files_as_the_readme_says(edited: Edited) -> None:
    assert {name: len(paths) for name, paths in edited.touched.items()} == TOUCHED


def test_the_edited_copy_publishes_the_new_tables_and_holds_the_user_s_laws(edited: Edited) -> None:
    ended = run_python(edited.folder, "-c", BOTH)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    report = json.loads((edited.folder / "lake/runs/r1/run.json").read_text())
    assert {one["name"]: one["outcome"] for one in report["tables"]} == dict.fromkeys(NEW, "published")
    [gold] = [one for one in report["tables"] if one["name"] == "gold.campaign_spend"]
    assert "no cost is negative" in {check["rule"] for check in gold["checks"]}
    assert "skipped" not in ended.stdout


def test_the_smallest_contract_of_another_org_is_as_good(tmp_path: Path) -> None:
    folder = tmp_path / "copy"
    copy_as_shipped(folder)
    (folder / CONTRACT).write_text(SMALLEST, encoding="utf-8")
    tests = ("tests/user", "tests/test_guardrails.py", "tests/test_readme.py")
    ended = run_python(folder, "-m", "pytest", "-q", *tests)
    assert ended.returncode == 0, ended.stdout + ended.stderr
