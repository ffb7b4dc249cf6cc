"""The Data API of Redshift runs its statements on a PostgreSQL of this machine."""

import pytest

from tests.localaws.account import LocalAws

pytestmark = pytest.mark.terraform


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
