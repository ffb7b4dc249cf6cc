"""One of each resource type: Terraform makes it, finds nothing more to do, and takes all of it away again."""

import zipfile
from pathlib import Path

import pytest

from tests.localaws.account import LocalAws
from tests.localaws.inventory import inventory
from tests.localaws.terraform import Terraform, changes

SAMPLE = Path(__file__).parent / "sample"
# By address, the attributes that a second plan would change because of moto, each with its reason. None is left.
DRIFT: dict[str, list[str]] = {}


def test_the_changes_of_a_plan_are_told_by_attribute_whether_their_values_are_known_or_not() -> None:
    same = {"name": "n", "rule": [{"id": "a"}], "arn": "x"}
    update = {
        "before": same,
        "after": {"name": "m", "rule": [{"id": "a"}]},
        "after_unknown": {"arn": True, "rule": [{}]},
    }
    kept = {"before": same, "after": same, "after_unknown": {}}
    planned = [
        ("a.updated", {"actions": ["update"], **update}),
        ("a.kept", {"actions": ["no-op"], **kept}),
        ("a.replaced", {"actions": ["delete", "create"], **kept}),
        ("data.read", {"actions": ["read"], **kept}),
    ]
    plan = {"resource_changes": [{"address": address, "change": change} for address, change in planned]}
    assert changes(plan) == {"a.updated": ["arn", "name"], "a.replaced": ["delete", "create"]}
    assert changes({}) == {}


@pytest.fixture
def terraform(local_aws: LocalAws, tmp_path: Path) -> Terraform:
    """A copy of the sample with its function's code zipped."""
    copy = Terraform(SAMPLE, tmp_path, local_aws)
    with zipfile.ZipFile(copy.folder / "code" / "function.zip", "w") as archive:
        archive.write(copy.folder / "code" / "handler.py", "handler.py")
    return copy


@pytest.mark.terraform
def test_the_sample_is_made_is_stable_and_is_gone(local_aws: LocalAws, terraform: Terraform) -> None:
    before, gaps = inventory(local_aws), local_aws.gaps()
    terraform.init()
    terraform.apply()
    made = inventory(local_aws)
    drift = changes(terraform.plan())
    terraform.destroy()
    assert [kind for kind in made if made[kind] <= before[kind]] == []
    assert (drift, local_aws.gaps()) == (DRIFT, gaps)
    assert (terraform.state(), inventory(local_aws)) == ([], before)
