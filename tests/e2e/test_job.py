"""The job of the deployment, started by hand, after an execution of the state machine has published everything."""

import pytest

from tests.e2e.conftest import Deployment
from tests.e2e.steps import kept, run_job, run_job_on_emr
from tests.localaws.account import LocalAws

pytestmark = pytest.mark.terraform


def test_with_no_arguments_it_takes_what_is_unread_and_then_nothing(deployment: Deployment, account: LocalAws) -> None:
    for _ in range(2):
        run = run_job(account)
        assert run["JobRunState"] == "SUCCEEDED", run.get("ErrorMessage")
        report = kept(account, "run.json")[-1]
        counts = [table["counts"] for table in report["tables"] if table["counts"]]
        assert sum(each["written"] for each in counts) == 0
    assert (report["outcome"], counts) == ("nothing new", [])


def test_with_a_table_and_a_full_refresh_it_reads_that_table_again(deployment: Deployment, account: LocalAws) -> None:
    run = run_job(account, tables="product", full_refresh="true")
    assert run["JobRunState"] == "SUCCEEDED", run.get("ErrorMessage")
    tables = kept(account, "run.json")[-1]["tables"]
    assert [table["name"] for table in tables if table["counts"]] == ["silver.product"]


def test_on_emr_serverless_it_is_the_same_job(deployment: Deployment, account: LocalAws) -> None:
    run = run_job_on_emr(account, tables="product", full_refresh="true")
    assert run["state"] == "SUCCESS", run.get("stateDetails")
    tables = kept(account, "run.json")[-1]["tables"]
    assert [table["name"] for table in tables if table["counts"]] == ["silver.product"]


def test_wrong_arguments_end_it_with_a_sentence(deployment: Deployment, account: LocalAws) -> None:
    run = run_job(account, tables="produkt")
    assert (run["JobRunState"], run["ErrorMessage"]) == (
        "FAILED",
        "--tables: there is no silver table 'produkt'; did you mean 'product'?",
    )
