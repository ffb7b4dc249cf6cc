"""docs/operate.md has an answer to every alarm and message of a deployment."""

import re
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.terraform

DOCUMENT = (Path(__file__).parents[2] / "docs" / "operate.md").read_text(encoding="utf-8")


def test_every_alarm_has_its_line(whole_plans: list[dict[str, Any]]) -> None:
    lines = DOCUMENT.partition("## What an alarm means")[2].partition("\n## ")[0]
    rows = re.findall(r"^- \*\*([a-z-]+(?:, [a-z-]+)*)\*\*: ", lines, re.MULTILINE)
    names = {"aws_cloudwatch_metric_alarm": "alarm_name", "aws_cloudwatch_event_rule": "name"}
    made = {one["values"][names[one["type"]]] for one in whole_plans[0].values() if one["type"] in names}
    assert {f"lakehouse-dev-{name}" for row in rows for name in row.split(", ")} == made
