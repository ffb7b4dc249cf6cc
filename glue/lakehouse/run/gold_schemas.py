"""Whether the gold functions and the contract agree on columns, before any row is read.

Each function is run on empty frames of the contract's columns and only the schema of what it returns is asked: Spark
resolves every name for that and starts no job.
"""

import re
import traceback
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

from pyspark.errors import AnalysisException
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import types as T

from lakehouse import silver_to_gold
from lakehouse.contract.models import Pipeline
from lakehouse.contract.references import build_order
from lakehouse.contract.strict import did_you_mean
from lakehouse.raw_to_silver.schema import LINEAGE, whole_schema
from lakehouse.silver_to_gold import function_of
from lakehouse_common.errors import LakehouseError

GOLD_CODE = Path(silver_to_gold.__file__).parent
# What Spark's messages call a missing column, and the columns that there are.
MISSING, NEAR = ("objectName", "colName"), ("proposal", "suggestion", "fieldNames")
ATTRIBUTE = re.compile(r"'DataFrame' object has no attribute '(\w+)'")
# After so many missing columns the rest of a function's waits for the next check.
MOST = 20
Schemas = dict[str, T.StructType]


class GoldFunctionError(LakehouseError):
    """Gold functions don't fit the contract; one line each. No row was read, so that Spark's own words may stand here.

    `problems` holds the lines.
    """

    def __init__(self, problems: list[str]):
        self.problems = problems
        lines = (f"  {line}" for line in problems)
        super().__init__("\n".join([f"gold functions and contract: {len(problems)} problem(s)", *lines]))


def check_gold_functions(spark: SparkSession, pipeline: Pipeline) -> None:
    """Run every gold function on empty frames of the contract's columns.

    Raises:
        GoldFunctionError: a function reads a column that no table has, fails, or returns no key; all problems at once.
    """
    problems = list_problems(spark, pipeline)
    if problems:
        raise GoldFunctionError(problems)


def list_problems(spark: SparkSession, pipeline: Pipeline) -> list[str]:
    """Returns a line for each thing that a gold function asks of the contract and does not find, in build order.

    A gold table that reads one whose function failed is left out: its columns are not known.
    """
    schemas = {f"silver.{name}": whole_schema(table) for name, table in pipeline.silver.items()}
    lines: list[str] = []
    for name in build_order(pipeline.gold):
        if schemas.keys() >= set(pipeline.gold[name].reads.values()):
            trial = Trial(spark, pipeline, name, schemas)
            lines += trial.problems()
            if trial.schema is not None:
                schemas[f"gold.{name}"] = trial.schema
    return lines


class Trial:
    """One gold function on empty frames; `schema` is what it returns, None before `problems` and where it failed."""

    def __init__(self, spark: SparkSession, pipeline: Pipeline, name: str, schemas: Schemas):
        self.schema: T.StructType | None = None
        self._spark, self._name, self._table = spark, name, pipeline.gold[name]
        self._settings = {word: pipeline.settings[word] for word in self._table.settings}
        self._contract = {table: schemas[table] for table in self._table.reads.values()}

    def problems(self) -> Iterator[str]:
        """Run the function; yields a line for each missing column, for another failure, for each missing key column.

        A missing column is added to the table that it is missed in, so that the next one is found too.
        """
        schemas, error = self._contract, self._failure(self._contract)
        for number in range(MOST):
            column = _missing_column(error)
            tables = self._tables_that_lack(schemas, column) if column else []
            if not column or not tables:
                # After a column that was made up, another failure may be its consequence.
                yield from [self._failure_line(error, column)] if error and not number else []
                break
            yield self._missing_line(error, column, tables)
            schemas = _extended(schemas, tables[0], column)
            error = self._failure(schemas)
        yield from self._key_lines()

    def _failure(self, schemas: Schemas) -> Exception | None:
        """Run the function on empty frames of the schemas; returns what it raised."""
        self.schema = None
        try:
            frames = {word: _empty_frame(self._spark, schemas[read]) for word, read in self._table.reads.items()}
            returned = function_of(self._name)(**frames, **self._settings)
            if not isinstance(returned, DataFrame):
                return TypeError(f"it returns {type(returned).__name__} and not a DataFrame")
            self.schema = returned.schema
        except Exception as error:
            return error
        return None

    def _tables_that_lack(self, schemas: Schemas, column: str) -> list[str]:
        """Returns the tables in which the column, if it were there, would be found by the function."""
        lacking = [table for table in schemas if column not in schemas[table].names]
        failures = {table: self._failure(_extended(schemas, table, column)) for table in lacking}
        return [table for table, error in failures.items() if _missing_column(error) != column and not _is_call(error)]

    def _missing_line(self, error: Exception | None, column: str, tables: list[str]) -> str:
        known = {name for table in tables for name in self._contract[table].names if name not in LINEAGE.names}
        lacking = "its function does not return" if tables[0].startswith("gold.") else "the contract lacks"
        where = f"of {' or '.join(tables)}, which {lacking}"
        return f"{self._place(error)} reads the column '{column}' {where}; {did_you_mean(column, known)}"

    def _failure_line(self, error: Exception, column: str | None) -> str:
        if column and isinstance(error, AnalysisException):
            return f"{self._place(error)} finds no column '{column}'; {did_you_mean(column, _columns_near(error))}"
        text = str(error).strip().partition("\n")[0].rstrip(";")
        return f"{self._place(error)} fails with {type(error).__name__}: {text}"

    def _key_lines(self) -> Iterator[str]:
        names = self.schema.names if self.schema is not None else self._table.key
        for column in self._table.key:
            if column not in names:
                yield f"gold.{self._name}.key: {self._name}() returns no '{column}'; {did_you_mean(column, names)}"

    def _place(self, error: Exception | None) -> str:
        """Returns the gold table, its function and the last line of gold code that ran."""
        ran = traceback.extract_tb(error.__traceback__ if error else None)
        steps = [step for step in ran if Path(step.filename).parent == GOLD_CODE]
        where = f" ({Path(steps[-1].filename).name}, line {steps[-1].lineno})" if steps else ""
        return f"gold.{self._name}: {self._name}(){where}"


def _empty_frame(spark: SparkSession, schema: T.StructType) -> DataFrame:
    """Returns a frame without rows, of which Spark knows at once that it has none: PySpark's own would be an RDD."""
    session, jvm = cast(Any, spark._jsparkSession), cast(Any, spark._jvm)
    return DataFrame(session.createDataFrame(jvm.java.util.ArrayList(), session.parseDataType(schema.json())), spark)


def _extended(schemas: Schemas, table: str, column: str) -> Schemas:
    """Returns the schemas with one more column; null's own type goes with every operator."""
    return {**schemas, table: T.StructType([*schemas[table].fields, T.StructField(column, T.NullType())])}


def _missing_column(error: Exception | None) -> str | None:
    """Returns the column that was not found, without the name of its frame; None where something else went wrong."""
    attribute = ATTRIBUTE.fullmatch(str(error)) if isinstance(error, AttributeError) else None
    if attribute:
        return attribute[1]
    if not isinstance(error, AnalysisException):
        return None
    parameters = _parameters(error)
    if not str(error.getErrorClass()).startswith("UNRESOLVED_") and "fieldNames" not in parameters:
        return None
    return next((_bare(parameters[word]) for word in MISSING if word in parameters), None)


def _columns_near(error: AnalysisException) -> list[str]:
    """Returns the columns that Spark names as near the missing one."""
    texts = [text for word, text in _parameters(error).items() if word in NEAR]
    return [_bare(name) for text in texts for name in text.strip("[]").split(", ")]


def _parameters(error: AnalysisException) -> dict[str, str]:
    return dict(error.getMessageParameters() or {})


def _bare(name: str) -> str:
    """Returns a column's name without its frame's.

    >>> _bare("`o`.`region`")
    'region'
    """
    return name.rpartition(".")[2].strip("`")


def _is_call(error: Exception | None) -> bool:
    """Returns whether a column was called: then the name is a method's that was misspelled."""
    return isinstance(error, TypeError) and str(error) == "'Column' object is not callable"
