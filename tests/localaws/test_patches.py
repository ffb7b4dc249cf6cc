"""Each patch is needed: moto as it comes does otherwise. A test that fails on the left says that its patch can go."""

import importlib.util
import io
import json
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from lakehouse_common.versions import EMR, PYTHON
from tests.localaws.account import ACCOUNT, LocalAws
from tests.localaws.error_codes import code
from tests.localaws.server import PATCHES

ROLE = f"arn:aws:iam::{ACCOUNT}:role/any"
QUEUE = {"TargetArn": f"arn:aws:sqs:eu-west-1:{ACCOUNT}:failed"}
NO_ANSWER = "NotImplemented"


def test_every_patch_is_applied_and_has_its_test() -> None:
    folder = Path(__file__).parent
    files = {path.stem for path in (folder / "patches").glob("*.py")}
    written = "".join(path.read_text() for path in folder.glob("test_*.py"))
    assert set(PATCHES) == files == {name for name in files if f"def test_{name}(" in written}


@pytest.mark.parametrize("service", ["appflow", "redshiftserverless"])
def test_moto_has_nothing_of_the_services_that_stand_ins_take(service: str) -> None:
    assert importlib.util.find_spec(f"moto.{service}") is None


def test_moto_never_ends_a_statement_of_the_data_api(accounts: tuple[LocalAws, LocalAws]) -> None:
    def status(account: LocalAws) -> str:
        data = account.client("redshift-data")
        made = data.execute_statement(Sql="select 1", WorkgroupName="lake", Database="dev")
        return str(data.describe_statement(Id=made["Id"])["Status"])

    assert [status(account) for account in accounts] == ["STARTED", "FINISHED"]


def test_budgets(accounts: tuple[LocalAws, LocalAws]) -> None:
    notification = {
        "NotificationType": "ACTUAL",
        "ComparisonOperator": "GREATER_THAN",
        "Threshold": 80.0,
        "ThresholdType": "PERCENTAGE",
    }
    subscriber = {"SubscriptionType": "EMAIL", "Address": "data@sample.example"}
    limit = {"Amount": "5", "Unit": "USD"}
    budget = {"BudgetName": "needed", "BudgetType": "COST", "TimeUnit": "MONTHLY", "BudgetLimit": limit}
    named = {"AccountId": ACCOUNT, "BudgetName": "needed"}
    resource = {"ResourceARN": f"arn:aws:budgets::{ACCOUNT}:budget/needed"}
    codes = []
    for account in accounts:
        budgets = account.client("budgets")
        budgets.create_budget(
            AccountId=ACCOUNT,
            Budget=budget,
            NotificationsWithSubscribers=[{"Notification": notification, "Subscribers": [subscriber]}],
            ResourceTags=[{"Key": "stage", "Value": "gold"}],
        )
        changed = budget | {"BudgetLimit": limit | {"Amount": "6"}}
        codes.append(
            [
                code(budgets.describe_subscribers_for_notification, **named, Notification=notification),
                code(budgets.list_tags_for_resource, **resource),
                code(budgets.tag_resource, **resource, ResourceTags=[{"Key": "team", "Value": "data"}]),
                code(budgets.untag_resource, **resource, ResourceTagKeys=["stage"]),
                code(budgets.update_budget, AccountId=ACCOUNT, NewBudget=changed),
            ]
        )
    subscribers = budgets.describe_subscribers_for_notification(**named, Notification=notification)["Subscribers"]
    tags = budgets.list_tags_for_resource(**resource)["ResourceTags"]
    amount = budgets.describe_budget(**named)["Budget"]["BudgetLimit"]["Amount"]
    for account in accounts:
        account.client("budgets").delete_budget(**named)
    assert codes == [[NO_ANSWER] * 5, [""] * 5]
    assert (subscribers, tags, amount) == ([subscriber], [{"Key": "team", "Value": "data"}], "6")


def test_emrserverless_applications(accounts: tuple[LocalAws, LocalAws]) -> None:
    def life(account: LocalAws) -> dict[str, Any]:
        emr = account.client("emr-serverless")
        asked = {"name": "needed", "releaseLabel": "emr-7.11.0", "type": "SPARK", "architecture": "ARM64"}
        made = emr.create_application(**asked, tags={"stage": "gold"})
        named = {"applicationId": made["applicationId"]}
        state = emr.get_application(**named)["application"]["state"]
        emr.stop_application(**named)
        emr.update_application(**named, releaseLabel=f"emr-{EMR}")
        codes = [
            code(emr.tag_resource, resourceArn=made["arn"], tags={"team": "data"}),
            code(emr.untag_resource, resourceArn=made["arn"], tagKeys=["stage"]),
            code(emr.list_tags_for_resource, resourceArn=made["arn"]),
        ]
        told = emr.get_application(**named)["application"]
        emr.delete_application(**named)
        return {"state": state, "codes": codes} | {
            name: told.get(name) for name in ("architecture", "releaseLabel", "tags")
        }

    plain = {"architecture": None, "releaseLabel": "emr-7.11.0", "tags": {"stage": "gold"}}
    patched = {"architecture": "ARM64", "releaseLabel": f"emr-{EMR}", "tags": {"team": "data"}}
    assert [life(account) for account in accounts] == [
        plain | {"state": "STARTED", "codes": [NO_ANSWER] * 3},
        patched | {"state": "CREATED", "codes": [""] * 3},
    ]


def test_glue_jobs(accounts: tuple[LocalAws, LocalAws]) -> None:
    def updated(account: LocalAws) -> tuple[bool | None, str, int | None]:
        glue = account.client("glue")
        job = {"Role": ROLE, "Command": {"Name": "glueetl", "ScriptLocation": "s3://code/job.py"}, "Timeout": 60}
        glue.create_job(Name="needed", **job, JobRunQueuingEnabled=True)
        is_queued = glue.get_job(JobName="needed")["Job"].get("JobRunQueuingEnabled")
        refused = code(glue.update_job, JobName="needed", JobUpdate=job | {"Timeout": 70})
        timeout = glue.get_job(JobName="needed")["Job"]["Timeout"]
        glue.delete_job(JobName="needed")
        return is_queued, refused, timeout

    assert [updated(account) for account in accounts] == [(None, NO_ANSWER, 60), (True, "", 70)]


def test_glue_table_optimizers(accounts: tuple[LocalAws, LocalAws]) -> None:
    def life(account: LocalAws) -> list[str]:
        glue = account.client("glue")
        glue.create_database(DatabaseInput={"Name": "needed"})
        glue.create_table(DatabaseName="needed", TableInput={"Name": "t"})
        named = {"CatalogId": ACCOUNT, "DatabaseName": "needed", "TableName": "t", "Type": "compaction"}
        configuration = {"TableOptimizerConfiguration": {"roleArn": ROLE, "enabled": True}}
        codes = [
            code(glue.create_table_optimizer, **named, **configuration),
            code(glue.create_table_optimizer, **named, **configuration),
            code(glue.update_table_optimizer, **named, **configuration),
            code(glue.get_table_optimizer, **named),
            code(glue.delete_table_optimizer, **named),
            code(glue.get_table_optimizer, **named),
        ]
        glue.delete_database(Name="needed")
        return codes

    assert [life(account) for account in accounts] == [
        [NO_ANSWER] * 6,
        ["", "AlreadyExistsException", "", "", "", "EntityNotFoundException"],
    ]


@pytest.fixture
def functions(accounts: tuple[LocalAws, LocalAws]) -> Iterator[list[tuple[Any, dict[str, Any]]]]:
    """In each account a function `needed` with a dead-letter queue: the client and what the creation told."""
    trust = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [trust]})
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as opened:
        opened.writestr("handler.py", "")
    made = []
    for account in accounts:
        role = account.client("iam").create_role(RoleName="needed", AssumeRolePolicyDocument=policy)["Role"]["Arn"]
        asked = {"FunctionName": "needed", "Runtime": f"python{PYTHON}", "Handler": "handler.handler", "Role": role}
        client = account.client("lambda")
        told = client.create_function(**asked, Code={"ZipFile": archive.getvalue()}, DeadLetterConfig=QUEUE)
        made.append((client, told))
    yield made
    for account in accounts:
        account.client("lambda").delete_function(FunctionName="needed")
        account.client("iam").delete_role(RoleName="needed")


def test_lambda_settings(functions: list[tuple[Any, dict[str, Any]]]) -> None:
    def told(client: Any, made: dict[str, Any]) -> list[Any]:
        changed = client.update_function_configuration(
            FunctionName="needed", TracingConfig={"Mode": "Active"}, LoggingConfig={"LogFormat": "JSON"}
        )
        settings = [made.get("DeadLetterConfig"), made.get("LoggingConfig")]
        return settings + [changed["TracingConfig"], changed.get("LoggingConfig")]

    logging = {"LogFormat": "Text", "LogGroup": "/aws/lambda/needed"}
    assert [told(*function) for function in functions] == [
        [None, None, {"Mode": "PassThrough"}, None],
        [QUEUE, logging, {"Mode": "Active"}, logging | {"LogFormat": "JSON"}],
    ]


def test_lambda_invoke_config(functions: list[tuple[Any, dict[str, Any]]]) -> None:
    def attempts(client: Any) -> int:
        for count in (0, 1):
            client.put_function_event_invoke_config(FunctionName="needed", MaximumRetryAttempts=count)
        return int(client.get_function_event_invoke_config(FunctionName="needed")["MaximumRetryAttempts"])

    assert [attempts(client) for client, _ in functions] == [0, 1]


def test_logs_metric_filters(accounts: tuple[LocalAws, LocalAws]) -> None:
    transformation = {"metricName": "rows", "metricNamespace": "needed", "metricValue": "1"}

    def patterns(account: LocalAws) -> list[str]:
        logs = account.client("logs")
        logs.create_log_group(logGroupName="needed")
        for pattern in ("first", "last"):
            named = {"logGroupName": "needed", "filterName": "rows", "filterPattern": pattern}
            logs.put_metric_filter(**named, metricTransformations=[transformation])
        found = logs.describe_metric_filters(logGroupName="needed")["metricFilters"]
        logs.delete_metric_filter(logGroupName="needed", filterName="rows")
        logs.delete_log_group(logGroupName="needed")
        return [one["filterPattern"] for one in found]

    assert [patterns(account) for account in accounts] == [["first", "last"], ["last"]]
