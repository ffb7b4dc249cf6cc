"""Redshift's statements on PostgreSQL: what Redshift has and PostgreSQL has not is taken over here.

An external schema is a schema that gets its tables from the Glue catalog when a statement reads them; a view that is
bound late is made when a statement reads it.
"""

import io
import re
from dataclasses import dataclass, field

import pyarrow as pa
import pyarrow.csv as pc

from tests.localaws import iceberg_rows
from tests.localaws.postgres import Postgres

NAME = r'"([^"]+)"'
EXTERNAL = re.compile(
    rf"CREATE EXTERNAL SCHEMA IF NOT EXISTS {NAME} FROM DATA CATALOG DATABASE '([^']+)' .*", re.DOTALL
)
LATE = re.compile(rf"CREATE OR REPLACE VIEW {NAME}\.{NAME} AS (SELECT .*) WITH NO SCHEMA BINDING", re.DOTALL)
TO_ROLE = re.compile(rf"GRANT .* TO ROLE {NAME}", re.DOTALL)
TABLE = re.compile(rf"{NAME}\.{NAME}")


@dataclass
class Warehouse:
    """One database; what PostgreSQL can't keep is kept beside it."""

    region: str
    database: Postgres = field(default_factory=Postgres)
    external: dict[str, str] = field(default_factory=dict)
    late: dict[tuple[str, str], str] = field(default_factory=dict)

    def run(self, *statements: str) -> list[list[str]]:
        """Runs them in one transaction; the last one's rows as text.

        Raises:
            SqlFailed: PostgreSQL refuses one.
            NoTable: one reads a table that the Glue catalog has not.
        """
        prepared = [one for sql in statements for one in self._translated(sql)]
        return self.database.query(*prepared) if prepared else []

    def _translated(self, sql: str) -> list[str]:
        if found := EXTERNAL.fullmatch(sql):
            self.external[found[1]] = found[2]
            return [f'CREATE SCHEMA IF NOT EXISTS "{found[1]}"']
        if found := LATE.fullmatch(sql):
            self.late[found[1], found[2]] = found[3]
            return []
        if found := TO_ROLE.fullmatch(sql):
            granted = sql.replace("FOR TABLES IN SCHEMA", "ON ALL TABLES IN SCHEMA").replace("TO ROLE", "TO")
            made = f"""DO $$ BEGIN CREATE ROLE "{found[1]}"; EXCEPTION WHEN duplicate_object THEN NULL; END $$"""
            return [made, granted]
        return [*self._bound(sql), sql]

    def _bound(self, sql: str) -> list[str]:
        """What makes the views and tables that the statement reads."""
        made = []
        for schema, name in dict.fromkeys(TABLE.findall(sql)):
            if (schema, name) in self.late:
                select = self.late[schema, name]
                made += [*self._bound(select), f'CREATE OR REPLACE VIEW "{schema}"."{name}" AS {select}']
            elif schema in self.external:
                self._load(schema, name)
        return made

    def _load(self, schema: str, name: str) -> None:
        """The external table as it is now. All of its columns are text: what is asked of it is that it can be read."""
        rows = iceberg_rows.read(self.external[schema], name, self.region)
        columns = ", ".join(f'"{column}" text' for column in rows.column_names)
        body = io.BytesIO()
        pc.write_csv(_as_text(rows), body, pc.WriteOptions(include_header=False))
        place = f'"{schema}"."{name}"'
        self.database.query(
            f"DROP TABLE IF EXISTS {place} CASCADE",
            f"CREATE TABLE {place} ({columns})",
            f"COPY {place} FROM STDIN WITH (FORMAT csv)",
            given=body.getvalue().decode(),
        )


def _as_text(rows: pa.Table) -> pa.Table:
    columns = [
        [None if one is None else str(one) for one in rows.column(name).to_pylist()] for name in rows.column_names
    ]
    return pa.table([pa.array(column, pa.string()) for column in columns], names=rows.column_names)
