"""docs/costs.md: its arithmetic, and that it counts what a plan makes."""

import re
from pathlib import Path
from typing import Any

import pytest

from rest_to_raw.counters import MEASURED

pytestmark = pytest.mark.terraform

DOCUMENT = (Path(__file__).parents[2] / "docs" / "costs.md").read_text(encoding="utf-8")
SECTIONS = DOCUMENT.split("\n## ")[1:]
ROW = re.compile(r"^\| (.+?) \| ([\d.]+) \| ([\d.]+) \| ([\d.]+) \|$", re.MULTILINE)


@pytest.mark.parametrize("section", SECTIONS, ids=lambda section: section.split("\n")[0])
def test_each_line_is_quantity_by_price_and_the_sum_is_theirs(section: str) -> None:
    rows = ROW.findall(section)
    assert rows
    assert [dollars for *_, dollars in rows] == [f"{float(many) * float(each):.2f}" for _, many, each, _ in rows]
    assert re.findall(r"\*\*([\d.]+)\*\*", section) == [f"{sum(float(dollars) for *_, dollars in rows):.2f}"]


def test_the_counts_are_those_of_a_plan(whole_plans: list[dict[str, Any]]) -> None:
    counted = {what.split(",")[0].split(":")[0]: float(many) for what, many, *_ in ROW.findall(DOCUMENT)}
    made = [resource for resource in whole_plans[0].values()]
    hourly = [flow for flow in _of(made, "appflow_flow") if "rate(1hours)" in str(flow["trigger_config"])]
    assert {
        name: counted[name] for name in ("KMS key", "secrets", "alarms", "dashboard", "AppFlow runs", "metrics")
    } == {
        "KMS key": len(_of(made, "kms_key")),
        "secrets": len(_of(made, "secretsmanager_secret")),
        "alarms": sum(map(_metrics, _of(made, "cloudwatch_metric_alarm"))),
        "dashboard": len(_of(made, "cloudwatch_dashboard")),
        "AppFlow runs": len(hourly) * 24 * 30,
        "metrics": len(_of(made, "cloudwatch_log_metric_filter")) + len(MEASURED) * len(_rest_schedules(made)),
    }
    assert f"{len(_of(made, 'glue_catalog_table_optimizer'))} optimizers" in DOCUMENT


def _of(made: list[dict[str, Any]], kind: str) -> list[dict[str, Any]]:
    return [one["values"] for one in made if one["type"] == f"aws_{kind}"]


def _rest_schedules(made: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """One for each REST resource, which has metrics of its own."""
    return [one for one in _of(made, "scheduler_schedule") if one["group_name"].endswith("-rest-to-raw")]


def _metrics(alarm: dict[str, Any]) -> int:
    """How many metrics it looks at, which is what it is billed by."""
    return max(1, len([query for query in alarm.get("metric_query") or [] if query.get("metric")]))
