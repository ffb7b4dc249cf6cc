"""The plan of a gold table, over empty inputs that the optimizer can't see to be empty."""

import re
from collections.abc import Iterator
from typing import Any

from pyspark.sql import DataFrame, SparkSession

from lakehouse.contract.models import Pipeline
from lakehouse.raw_to_silver.schema import silver_schema
from lakehouse.silver_to_gold import function_of

_ALL_WITH_ALL = ("BroadcastNestedLoopJoin", "CartesianProduct")


def execution_of(table: DataFrame) -> Any:
    """Returns Spark's plans of a table."""
    return table._jdf.queryExecution()


def check_joins(execution: Any) -> None:
    """Raises: AssertionError when a join compares all rows with all of more than one row."""
    joins = [node for node in nodes(execution.optimizedPlan()) if node.nodeName() == "Join"]
    crossing = [join for join in joins if join.condition().isEmpty()]
    assert [join.right().maxRows().toString() for join in crossing] == ["Some(1)"] * len(crossing)
    assert len(re.findall("|".join(_ALL_WITH_ALL), execution.executedPlan().toString())) == len(crossing)


def check_no_python(execution: Any) -> None:
    """Raises: AssertionError when rows pass through Python."""
    assert re.findall(r"\w*(?:Python|Pandas)\w*", execution.executedPlan().toString()) == []


def table(spark: SparkSession, pipeline: Pipeline, qualified: str) -> DataFrame:
    """The table over empty inputs; a gold one is made by its function."""
    layer, name = qualified.split(".")
    if layer == "silver":
        return spark.createDataFrame([], silver_schema(pipeline.silver[name]))
    settings = {word: pipeline.settings[word] for word in pipeline.gold[name].settings}
    return function_of(name)(*(table(spark, pipeline, read) for read in pipeline.gold[name].reads.values()), **settings)


def nodes(plan: Any) -> Iterator[Any]:
    """The nodes of a logical plan, depth first."""
    yield plan
    children = plan.children()
    for i in range(children.size()):
        yield from nodes(children.apply(i))
