"""What no plan of a gold function may hold: joins that multiply rows, and Python in the place of Spark."""

import importlib
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pyspark.sql import DataFrame, SparkSession

from lakehouse.contract import compiler
from lakehouse.contract.models import Pipeline
from lakehouse.raw_to_silver.schema import silver_schema

PIPELINE = compiler.compile_contract(Path(__file__).parents[2] / "demo/pipeline.yaml")


_ALL_WITH_ALL = ("BroadcastNestedLoopJoin", "CartesianProduct")


@pytest.fixture(scope="module", params=PIPELINE.gold)
def execution(request: pytest.FixtureRequest, spark: SparkSession) -> Any:
    return table(spark, PIPELINE, f"gold.{request.param}")._jdf.queryExecution()


def test_only_joins_with_one_row_compare_all_rows_with_all(execution: Any) -> None:
    joins = [node for node in nodes(execution.optimizedPlan()) if node.nodeName() == "Join"]
    crossing = [join for join in joins if join.condition().isEmpty()]
    assert [join.right().maxRows().toString() for join in crossing] == ["Some(1)"] * len(crossing)
    assert len(re.findall("|".join(_ALL_WITH_ALL), execution.executedPlan().toString())) == len(crossing)


def test_no_row_passes_through_python(execution: Any) -> None:
    assert re.findall(r"\w*(?:Python|Pandas)\w*", execution.executedPlan().toString()) == []


def table(spark: SparkSession, pipeline: Pipeline, qualified: str) -> DataFrame:
    """The table over empty inputs that the optimizer can't see to be empty."""
    layer, name = qualified.split(".")
    if layer == "silver":
        return spark.createDataFrame([], silver_schema(pipeline.silver[name]))
    made = getattr(importlib.import_module(f"lakehouse.silver_to_gold.{name}"), name)
    settings = {word: pipeline.settings[word] for word in pipeline.gold[name].settings}
    frame: DataFrame = made(*(table(spark, pipeline, read) for read in pipeline.gold[name].reads.values()), **settings)
    return frame


def nodes(plan: Any) -> Iterator[Any]:
    """The nodes of a logical plan, depth first."""
    yield plan
    children = plan.children()
    for i in range(children.size()):
        yield from nodes(children.apply(i))
