"""A place in the catalog where a run's rows are: a table's branch, or a staged table."""

from dataclasses import dataclass

from lakehouse.spark import iceberg


@dataclass(frozen=True)
class TableRef:
    """A table of the catalog and a branch of it."""

    name: str
    branch: str = iceberg.MAIN

    @property
    def identifier(self) -> str:
        """Returns the name with which Spark reads and writes it."""
        return iceberg.branch_of(self.name, self.branch)
