"""The stand-ins of Redshift Serverless and of its Data API."""

from datetime import UTC, datetime
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.localaws.account import ACCOUNT, LocalAws
from tests.localaws.modelled import trimmed
from tests.localaws.redshift_data import RedshiftData
from tests.localaws.redshift_serverless import RedshiftServerless

ROLE = f"arn:aws:iam::{ACCOUNT}:role/redshift"
VOLATILE = (
    "creationDate",
    "namespaceId",
    "namespaceArn",
    "workgroupId",
    "workgroupArn",
    "usageLimitId",
    "usageLimitArn",
)


@pytest.fixture
def redshift(local_aws: LocalAws) -> Any:
    return local_aws.client("redshift-serverless")


def steady(told: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in told.items() if name not in VOLATILE}


def refusal(call: Any, **asked: Any) -> str:
    with pytest.raises(ClientError) as refused:
        call(**asked)
    return str(refused.value.response["Error"]["Code"])


def test_a_namespace_tells_its_roles_as_the_service_does_and_never_its_password(redshift: Any) -> None:
    asked = {"namespaceName": "told", "dbName": "lake", "iamRoles": [ROLE], "adminUsername": "admin"}
    made = redshift.create_namespace(**asked, adminUserPassword="Canary-5f1d")["namespace"]
    redshift.delete_namespace(namespaceName="told")
    assert isinstance(made["creationDate"], datetime)
    assert steady(made) == asked | {
        "iamRoles": [f"IamRole(applyStatus=in-sync, iamRoleArn={ROLE})"],
        "logExports": [],
        "status": "AVAILABLE",
    }


def test_instants_travel_as_each_services_model_has_it() -> None:
    at = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
    namespace = RedshiftServerless("eu-west-1", ACCOUNT).model.shape_for("Namespace")
    statement = RedshiftData("eu-west-1", ACCOUNT).model.shape_for("DescribeStatementResponse")
    assert trimmed({"creationDate": at}, namespace) == {"creationDate": "2026-01-02T03:04:05.000000Z"}
    assert trimmed({"CreatedAt": at}, statement) == {"CreatedAt": 1767323045.0}


def test_what_is_in_use_or_missing_is_refused(redshift: Any) -> None:
    redshift.create_namespace(namespaceName="used")
    workgroup = redshift.create_workgroup(workgroupName="used", namespaceName="used")["workgroup"]
    limit = {"resourceArn": workgroup["workgroupArn"], "usageType": "serverless-compute", "amount": 60}
    made = redshift.create_usage_limit(**limit)["usageLimit"]
    refused = [
        refusal(redshift.delete_namespace, namespaceName="used"),
        refusal(redshift.create_namespace, namespaceName="used"),
        refusal(redshift.create_workgroup, workgroupName="stray", namespaceName="none"),
        refusal(redshift.create_usage_limit, **limit),
        refusal(redshift.create_usage_limit, **limit | {"usageType": "everything"}),
    ]
    redshift.delete_usage_limit(usageLimitId=made["usageLimitId"])
    redshift.delete_workgroup(workgroupName="used")
    redshift.delete_namespace(namespaceName="used")
    gone = refusal(redshift.get_workgroup, workgroupName="used")
    assert steady(made) == limit | {"period": "monthly", "breachAction": "log"}
    assert refused == [
        "ConflictException",
        "ConflictException",
        "ResourceNotFoundException",
        "ConflictException",
        "ValidationException",
    ]
    assert gone == "ResourceNotFoundException"


def test_a_change_of_a_workgroup_keeps_what_it_does_not_name(redshift: Any) -> None:
    redshift.create_namespace(namespaceName="changed")
    redshift.create_workgroup(workgroupName="changed", namespaceName="changed", baseCapacity=8, subnetIds=["subnet-a"])
    redshift.update_workgroup(workgroupName="changed", baseCapacity=16)
    told = redshift.get_workgroup(workgroupName="changed")["workgroup"]
    redshift.delete_workgroup(workgroupName="changed")
    redshift.delete_namespace(namespaceName="changed")
    assert (told["baseCapacity"], told["subnetIds"], told["endpoint"]["port"]) == (16, ["subnet-a"], 5439)


class Statements:
    """The Data API of the account, one statement at a time."""

    def __init__(self, account: LocalAws) -> None:
        self.data = account.client("redshift-data")

    def status(self, *sqls: str) -> tuple[str, str | None]:
        """How the statement, or the batch, has ended, and its error."""
        told = self.data.describe_statement(Id=self.run(*sqls))
        return told["Status"], told.get("Error")

    def run(self, *sqls: str) -> str:
        if len(sqls) > 1:
            return str(self.data.batch_execute_statement(Sqls=list(sqls), **WHERE)["Id"])
        return str(self.data.execute_statement(Sql=sqls[0], **WHERE)["Id"])

    def rows(self, sql: str) -> list[list[str]]:
        records = self.data.get_statement_result(Id=self.run(sql))["Records"]
        return [[field["stringValue"] for field in record] for record in records]


WHERE = {"WorkgroupName": "lake", "Database": "dev"}
DONE = ("FINISHED", None)


@pytest.fixture
def statements(local_aws: LocalAws) -> Statements:
    return Statements(local_aws)


def test_statements_are_kept_in_order_with_how_they_ended(statements: Statements) -> None:
    one, many, wrong = statements.run("select 1"), statements.run("select 1", "select 2"), statements.run("selekt")
    told = [statements.data.describe_statement(Id=made) for made in (one, many, wrong)]
    assert [(each["Status"], each["QueryString"], each["ResultRows"], each["HasResultSet"]) for each in told] == [
        ("FINISHED", "select 1", 1, True),
        ("FINISHED", "select 1;select 2", 0, False),
        ("FAILED", "selekt", -1, False),
    ]
    assert told[2]["Error"] == 'ERROR:  syntax error at or near "selekt"'
    assert [part["QueryString"] for part in told[1]["SubStatements"]] == ["select 1", "select 2"]
    assert [each["Id"] for each in statements.data.list_statements()["Statements"][:3]] == [wrong, many, one]


def test_a_batch_is_one_transaction(statements: Statements) -> None:
    assert statements.status("create table kept (n int)") == DONE
    failed = statements.status("insert into kept values (1)", "insert into kept values ('x')")
    assert (failed[0], statements.rows("select count(*) from kept")) == ("FAILED", [["0"]])
    merge = "merge into kept using (values (5)) as new(n) on kept.n = new.n when not matched then insert values (new.n)"
    assert [statements.status(merge), statements.status(merge)] == [DONE, DONE]
    assert statements.rows("select n from kept") == [["5"]]


def test_a_view_that_is_bound_late_is_there_before_its_table_and_fails_until_then(statements: Statements) -> None:
    view = 'CREATE OR REPLACE VIEW "served"."t" AS SELECT * FROM "source"."t" WITH NO SCHEMA BINDING'
    made = [statements.status(sql) for sql in ('create schema "served"', 'create schema "source"', view)]
    assert made == [DONE] * 3
    assert statements.status('SELECT 1 FROM "served"."t" LIMIT 1')[0] == "FAILED"
    statements.run('create table "source"."t" as select 7 as n')
    assert statements.rows('SELECT n FROM "served"."t"') == [["7"]]


def test_an_external_schema_reads_the_glue_catalog(statements: Statements, local_aws: LocalAws) -> None:
    local_aws.client("glue").create_database(DatabaseInput={"Name": "empty_gold"})
    region = "REGION 'eu-west-1' IAM_ROLE 'arn:aws:iam::123456789012:role/r'"
    schema = f"""CREATE EXTERNAL SCHEMA IF NOT EXISTS "lake" FROM DATA CATALOG DATABASE 'empty_gold' {region}"""
    assert [statements.status(schema), statements.status(schema)] == [DONE, DONE]
    assert statements.status('SELECT 1 FROM "lake"."nothing" LIMIT 1') == (
        "FAILED",
        'relation "empty_gold.nothing" does not exist',
    )


def test_a_role_of_redshift_s_gets_its_rights(statements: Statements) -> None:
    statements.run('create schema "granted"', 'create table "granted"."t" (n int)')
    grants = (
        'GRANT USAGE ON SCHEMA "granted" TO ROLE "readers"',
        'GRANT SELECT FOR TABLES IN SCHEMA "granted" TO ROLE "readers"',
    )
    assert [statements.status(grant) for grant in grants] == [DONE, DONE]
    assert statements.rows("select has_table_privilege('readers', 'granted.t', 'select')") == [["t"]]
