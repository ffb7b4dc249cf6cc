"""Airflow's DAG on the same deployment: it brings the next day, and ends in the tables of a laptop's next day."""

import re
from pathlib import Path

import pytest

from demo.call_apis import TOKEN
from demo.rest_api import SampleApi
from demo.sample_org import sample_org
from tests.e2e.airflow import ROOT, Airflow
from tests.e2e.conftest import Deployment, Laptop
from tests.e2e.steps import GOLD, NAME, bodies, data_files, kept, rows
from tests.localaws.account import LocalAws
from tests.localaws.org import CALENDAR, SCALE

pytestmark = pytest.mark.terraform


def test_the_dag_brings_the_next_day_into_the_tables_of_a_laptop(
    deployment: Deployment, account: LocalAws, laptop: Laptop, tmp_path: Path
) -> None:
    before = {table: data_files(account, table) for table in GOLD}
    account.client("s3").put_object(Bucket=CALENDAR, Key="day", Body=b"2")
    account.run_schedules()
    with SampleApi(sample_org(SCALE), TOKEN, 2) as api:
        contract = (deployment.root / "build" / "pipeline.json").read_text()
        for name in ("billing", "fx"):
            contract = contract.replace(deployment.api.url(name), api.url(name))
        (tmp_path / "pipeline.json").write_text(contract)
        told = deployment.terraform.run("output", "-json", "airflow")
        airflow = Airflow(tmp_path, account, tmp_path / "pipeline.json", told)
        ended = airflow.run("dags", "test", NAME, "2026-01-08T06:00:00")
    assert ended.returncode == 0, ended.stdout[-3000:] + ended.stderr[-3000:]
    report = kept(account, "run.json")[-1]
    assert (report["outcome"], report["problems"]) == ("published", [])
    for table, here in laptop.demo(day=2).items():
        assert rows(bodies(account, data_files(account, table) - before[table])) == rows(here), table


def test_its_role_needs_what_docs_operate_says(account: LocalAws) -> None:
    page = (ROOT / "docs" / "operate.md").read_text(encoding="utf-8")
    table = page.split("## What Airflow's role may do")[1].split("\n## ")[0]
    told = {*re.findall(r"[a-z-]+:[A-Z]\w+", table)}
    called = {*filter(None, map(action, account.calls("Airflow")))}
    assert {one for one in told if one.startswith(("appflow:", "lambda:", "glue:", "redshift-data:"))} == called


def action(call: str) -> str | None:
    """The IAM action of a call as the account's log has it; None of one that needs none."""
    service, *_, what = call.split()
    if service == "sts":
        return None
    words = what.rpartition("/")[2].rpartition(".")[2].split("-")
    name = "".join(word[:1].upper() + word[1:] for word in words)
    return f"{service}:{'InvokeFunction' if name == 'Invocations' else name}"
