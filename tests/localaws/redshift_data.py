"""The Redshift Data API in memory: a statement is finished at once. moto's never ends, and its answers' times are text.

No SQL is run: what is kept is what was asked for, in order.
"""

import uuid
from datetime import UTC, datetime

from tests.localaws.modelled import Fault, Members, ModelledService

TOLD = ("ClusterIdentifier", "Database", "DbUser", "SecretArn", "WorkgroupName")


class RedshiftData(ModelledService):
    service = "redshift-data"

    def __init__(self, region: str, account: str) -> None:
        super().__init__(region, account)
        self.statements: dict[str, Members] = {}

    def execute_statement(self, asked: Members) -> Members:
        parameters = {"QueryParameters": asked["Parameters"]} if "Parameters" in asked else {}
        return self.start(asked, [asked["Sql"]], parameters)

    def batch_execute_statement(self, asked: Members) -> Members:
        made = self.start(asked, asked["Sqls"], {})
        parts = [{"Id": f"{made['Id']}:{place}", "QueryString": sql} for place, sql in enumerate(asked["Sqls"], 1)]
        made["SubStatements"] = [part | {"Status": "FINISHED", "HasResultSet": False} for part in parts]
        return made

    def describe_statement(self, asked: Members) -> Members:
        if asked["Id"] not in self.statements:
            raise Fault("ResourceNotFoundException", f"Query does not exist: {asked['Id']}")
        return self.statements[asked["Id"]]

    def list_statements(self, asked: Members) -> Members:
        return {"Statements": list(self.statements.values())[::-1]}

    def start(self, asked: Members, sqls: list[str], more: Members) -> Members:
        now = datetime.now(UTC)
        made = {name: asked[name] for name in TOLD if name in asked} | more
        made |= {"Id": str(uuid.uuid4()), "QueryString": ";".join(sqls), "CreatedAt": now, "UpdatedAt": now}
        made |= {"Status": "FINISHED", "HasResultSet": False, "Duration": 0, "ResultRows": 0, "ResultSize": 0}
        self.statements[made["Id"]] = made
        return made
