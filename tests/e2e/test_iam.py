"""Every policy of a whole plan: what it may do, that docs/iam.md says why, and that nobody can give himself more."""

import json
import re
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import parliament
import pytest

pytestmark = pytest.mark.terraform

DOCUMENT = (Path(__file__).parents[2] / "docs" / "iam.md").read_text(encoding="utf-8")
# Whoever may do one of these can give himself, or code that he writes, the rights of another.
ESCALATING = re.compile(
    r"iam:|sts:AssumeRole|kms:(CreateGrant|PutKeyPolicy)|s3:PutBucketPolicy|secretsmanager:PutResourcePolicy"
    r"|lambda:(UpdateFunction|CreateFunction|AddPermission)|glue:(UpdateJob|CreateJob|StartJobRun|UpdateDevEndpoint)"
    r"|cloudformation:|ec2:|organizations:|appflow:(Create|Update)"
)
# Actions that AWS lets nobody limit to a resource.
ANYWHERE = {
    "cloudwatch:PutMetricData",
    "logs:CreateLogDelivery",
    "logs:DeleteLogDelivery",
    "logs:DescribeLogGroups",
    "logs:DescribeResourcePolicies",
    "logs:GetLogDelivery",
    "logs:ListLogDeliveries",
    "logs:PutResourcePolicy",
    "logs:UpdateLogDelivery",
    # By a condition its own statements alone.
    "redshift-data:DescribeStatement",
    "xray:GetSamplingRules",
    "xray:GetSamplingTargets",
    "xray:PutTelemetryRecords",
    "xray:PutTraceSegments",
}
# What starts the job may start the one job, with arguments that nobody can turn it elsewhere by.
NEEDED = {("orchestration", "glue:StartJobRun")}
# Parliament's list is older than the right to limit two of these to log groups and a state machine; without the third
# a state machine's log can't be delivered.
OUTDATED = {
    ("orchestration", "PERMISSIONS_MANAGEMENT_ACTIONS"),
    ("orchestration", "RESOURCE_MISMATCH"),
    ("raw-to-gold", "RESOURCE_MISMATCH"),
}
Policy = dict[str, Any]


@pytest.fixture(scope="module")
def policies(whole_plans: list[dict[str, Any]]) -> dict[str, list[Policy]]:
    """By role, its policies, those of both engines."""
    found: dict[str, list[Policy]] = defaultdict(list)
    for resources in whole_plans:
        for address, policy in resources.items():
            # One policy is unknown before its application is there: docs/iam.md says which, its module's tests hold it.
            if policy["type"] == "aws_iam_role_policy" and policy["values"].get("policy"):
                role = resources[address.replace("aws_iam_role_policy.", "aws_iam_role.")]["values"]["name"]
                found[role.removeprefix("lakehouse-dev-")].append(json.loads(policy["values"]["policy"]))
    return found


def _actions(statements: Iterable[dict[str, Any]]) -> set[str]:
    return {action for one in statements for action in _listed(one["Action"])}


def _listed(value: str | list[str]) -> list[str]:
    return [value] if isinstance(value, str) else value


def _statements(each: list[Policy]) -> list[dict[str, Any]]:
    return [statement for policy in each for statement in policy["Statement"]]


def _documented() -> dict[str, set[str]]:
    """By heading, the actions of the table below it."""
    sections = re.split(r"^## ", DOCUMENT, flags=re.MULTILINE)[1:]
    rows = re.compile(r"^\| ([a-z0-9]+(?:-[a-z]+)*:\w+) \|", re.MULTILINE)
    return {re.split(r"[,\n]", section)[0]: set(rows.findall(section)) for section in sections}


def test_each_action_is_on_the_page_with_the_call_that_needs_it(policies: dict[str, list[Policy]]) -> None:
    assert {role: _actions(_statements(each)) for role, each in policies.items()} == _documented()


def test_no_action_is_a_pattern_and_no_resource_everything_where_aws_can_tell(
    policies: dict[str, list[Policy]],
) -> None:
    every = [statement for each in policies.values() for statement in _statements(each)]
    everywhere = [statement for statement in every if "*" in _listed(statement["Resource"])]
    assert [action for action in _actions(every) if "*" in action] == []
    assert _actions(everywhere) == ANYWHERE


def test_nobody_can_give_himself_more(policies: dict[str, list[Policy]]) -> None:
    every = {role: _actions(_statements(each)) for role, each in policies.items()}
    assert {
        (role, action) for role, actions in every.items() for action in actions if ESCALATING.match(action)
    } == NEEDED


def test_parliament_finds_no_fault(policies: dict[str, list[Policy]]) -> None:
    found = {
        (role, finding.issue)
        for role, each in policies.items()
        for policy in each
        for finding in parliament.analyze_policy_string(json.dumps(policy), include_community_auditors=True).findings
    }
    assert found == OUTDATED


def test_what_is_looked_for_is_found() -> None:
    rights = {"Effect": "Allow", "Action": ["iam:PassRole", "s3:GetObjekt"], "Resource": "*"}
    text = json.dumps({"Version": "2012-10-17", "Statement": [rights]})
    assert [action for action in _actions([rights]) if ESCALATING.match(action)] == ["iam:PassRole"]
    assert "UNKNOWN_ACTION" in {finding.issue for finding in parliament.analyze_policy_string(text).findings}
