"""A lake of one-column tables, and everything about a table that a publication may change."""

from dataclasses import dataclass
from itertools import count
from pathlib import Path

import pytest
from pyspark.sql import SparkSession
from pyspark.sql import types as T

from lakehouse.run.publish import WATERMARK
from lakehouse.spark import iceberg, session

SCHEMA = T.StructType([T.StructField("id", T.StringType())])
_numbers = count()


@dataclass(frozen=True)
class State:
    """A table as its metadata has it: how often it was committed, its branches and tags, its watermark, main's ids."""

    commits: int
    refs: dict[str, int]
    watermark: str | None
    ids: list[str]


@dataclass(frozen=True)
class Shelf:
    """A lake of its own, whose tables have one column, `id`."""

    spark: SparkSession
    lake: session.Lake
    root: Path

    def table(self) -> str:
        """A new table without rows."""
        name = self.lake.table(f"shelf.t{next(_numbers)}")
        iceberg.create(self.spark, name, SCHEMA, "one row per id", {})
        return name

    def write(self, table: str, *ids: str, branch: str = "main") -> int:
        """Appends rows to a branch, which is opened where it is not there, and gives its snapshot."""
        if branch not in self.state(table).refs:
            iceberg.open_branch(self.spark, table, branch)
        rows = self.spark.sql(f"SELECT explode(array({', '.join(map(repr, ids))})) AS id")
        rows.writeTo(iceberg.branch_of(table, branch)).append()
        return iceberg.snapshot_id(self.spark, table, branch) or 0

    def state(self, table: str) -> State:
        loaded = iceberg.load_table(self.spark, table)
        refs = {str(name): int(ref.snapshotId()) for name, ref in loaded.refs().items()}
        watermark = iceberg.properties(self.spark, table).get(WATERMARK)
        return State(self.commits(table), refs, watermark, sorted(row.id for row in self.spark.table(table).collect()))

    def commits(self, table: str) -> int:
        """How often the table was committed."""
        return len(list(self.root.glob(f"shelf/{table.rpartition('.')[2]}/metadata/*.metadata.json")))


@pytest.fixture(scope="session")
def shelf(spark: SparkSession, tmp_path_factory: pytest.TempPathFactory) -> Shelf:
    root = tmp_path_factory.mktemp("publish")
    lake = session.Lake.in_folder(root, catalog="publish_laws")
    session.attach_catalog(spark, lake)
    return Shelf(spark, lake, root)
