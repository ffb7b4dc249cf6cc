"""The Redshift Data API over PostgreSQL: a statement has run when its call returns. moto's never ends."""

import uuid
from collections.abc import Sequence
from datetime import UTC, datetime

from tests.localaws.iceberg_rows import NoTable
from tests.localaws.modelled import Fault, Members, ModelledService
from tests.localaws.postgres import NoPostgres, SqlFailed
from tests.localaws.redshift_sql import Warehouse

TOLD = ("ClusterIdentifier", "Database", "DbUser", "SecretArn", "WorkgroupName")
Rows = list[list[str]]


class RedshiftData(ModelledService):
    service = "redshift-data"

    def __init__(self, region: str, account: str) -> None:
        super().__init__(region, account)
        self.statements: dict[str, Members] = {}
        self.results: dict[str, Rows] = {}
        self.warehouse: Warehouse | None = None

    def execute_statement(self, asked: Members) -> Members:
        parameters = {"QueryParameters": asked["Parameters"]} if "Parameters" in asked else {}
        return self.start(asked, [asked["Sql"]], parameters)

    def batch_execute_statement(self, asked: Members) -> Members:
        made = self.start(asked, asked["Sqls"], {})
        parts = [{"Id": f"{made['Id']}:{place}", "QueryString": sql} for place, sql in enumerate(asked["Sqls"], 1)]
        made["SubStatements"] = [part | {"Status": made["Status"], "HasResultSet": False} for part in parts]
        return made

    def describe_statement(self, asked: Members) -> Members:
        if asked["Id"] not in self.statements:
            raise Fault("ResourceNotFoundException", f"Query does not exist: {asked['Id']}")
        return self.statements[asked["Id"]]

    def get_statement_result(self, asked: Members) -> Members:
        self.describe_statement(asked)
        if not self.results.get(asked["Id"]):
            raise Fault("ResourceNotFoundException", "Query does not have result. Please check query status")
        rows = self.results[asked["Id"]]
        return {"Records": [[{"stringValue": value} for value in row] for row in rows], "TotalNumRows": len(rows)}

    def list_statements(self, asked: Members) -> Members:
        return {"Statements": list(self.statements.values())[::-1]}

    def start(self, asked: Members, sqls: list[str], more: Members) -> Members:
        now = datetime.now(UTC)
        made = {name: asked[name] for name in TOLD if name in asked} | more
        made |= {"Id": str(uuid.uuid4()), "QueryString": ";".join(sqls), "CreatedAt": now, "UpdatedAt": now}
        made |= {"Status": "FINISHED", "HasResultSet": False, "Duration": 0, "ResultRows": 0, "ResultSize": 0}
        try:
            rows = self.results[made["Id"]] = self.run(sqls)
            made |= {"HasResultSet": bool(rows), "ResultRows": len(rows)}
        except (SqlFailed, NoTable, NoPostgres) as failed:
            made |= {"Status": "FAILED", "Error": str(failed), "ResultRows": -1}
        self.statements[made["Id"]] = made
        return made

    def run(self, sqls: Sequence[str]) -> Rows:
        """The rows of a statement; a batch's would be its parts', which nobody asks for."""
        self.warehouse = self.warehouse or Warehouse(self.region)
        rows = self.warehouse.run(*sqls)
        return rows if len(sqls) == 1 else []
