"""One apply makes it, a second plan is empty, and edits of the contract change what they should and nothing else."""

from collections.abc import Mapping

import pytest

from tests.e2e.conftest import Deployment
from tests.localaws.terraform import changes

pytestmark = pytest.mark.terraform

# By resource and attribute, what the emulated account answers otherwise than AWS does.
GAPS = {
    # moto does not keep the format of the names of access logs.
    f'module.lake.aws_s3_bucket_logging.this["{zone}"]': ["target_object_key_format"]
    for zone in ("raw", "silver", "gold", "quarantine", "artifacts")
}
OBJECT = ("    Task: {}\n", "    Task: {}\n    Campaign: {fields: [Id, Name, StartDate], types: {StartDate: date}}\n")
RESOURCE = (
    "      rates:",
    "      currencies: {path: /currencies, records: currencies, schedule: rate(1 day)}\n      rates:",
)
ANOTHER_TABLE = (
    "    description: one row per user and currency",
    "    sinks: [redshift]\n    description: one row per user and currency",
)
ANOTHER_SINK = ("sinks: [redshift]", "sinks: [redshift, snowflake]")
CONTRACT = {"module.lake.aws_s3_object.contract": ["source_hash", "version_id"]}
# The state machine names every flow, resource and table that it brings or looks at.
MACHINE = {"module.orchestration.aws_sfn_state_machine.this": ["definition"]}


def changed(deployment: Deployment, *edits: tuple[str, str]) -> Mapping[str, list[str]]:
    """What a plan would change after the edits of the contract, beside the emulator's gaps."""
    deployment.edit(*edits)
    return {place: what for place, what in changes(deployment.terraform.plan()).items() if GAPS.get(place) != what}


def test_a_second_plan_is_empty(deployment: Deployment) -> None:
    assert changed(deployment) == {}


def test_an_object_is_one_flow(deployment: Deployment) -> None:
    flow = 'module.salesforce_to_raw.aws_appflow_flow.this["lakehouse-dev-campaign"]'
    assert changed(deployment, OBJECT) == {flow: ["create"], **MACHINE, **CONTRACT}


def test_a_resource_of_an_api_is_one_schedule_and_the_expiry_of_its_files(deployment: Deployment) -> None:
    schedule = 'module.rest_to_raw.aws_scheduler_schedule.this["fx.currencies"]'
    expiry = {'module.lake.aws_s3_bucket_lifecycle_configuration.this["raw"]': ["rule"]}
    assert changed(deployment, RESOURCE) == {schedule: ["create"], **expiry, **MACHINE, **CONTRACT}


def test_another_table_of_a_warehouse_is_one_view_and_the_right_to_read_it(deployment: Deployment) -> None:
    view = 'module.gold_to_sinks.aws_redshiftdata_statement.view["rep_performance"]'
    role = {"module.gold_to_sinks.aws_iam_role_policy.redshift[0]": ["policy"]}
    assert changed(deployment, ANOTHER_TABLE) == {view: ["create"], **role, **MACHINE, **CONTRACT}


def test_another_warehouse_is_a_role_to_read_with(deployment: Deployment) -> None:
    role = {f"module.gold_to_sinks.{kind}.snowflake[0]": ["create"] for kind in ("aws_iam_role", "aws_iam_role_policy")}
    assert changed(deployment, ANOTHER_SINK) == {**role, **CONTRACT}
