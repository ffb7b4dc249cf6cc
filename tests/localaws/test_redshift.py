"""The stand-ins of Redshift Serverless and of its Data API."""

from datetime import UTC, datetime
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.localaws.account import ACCOUNT, LocalAws
from tests.localaws.modelled import trimmed
from tests.localaws.redshift_data import RedshiftData
from tests.localaws.redshift_serverless import RedshiftServerless

ROLE = f"arn:aws:iam::{ACCOUNT}:role/redshift"
VOLATILE = (
    "creationDate",
    "namespaceId",
    "namespaceArn",
    "workgroupId",
    "workgroupArn",
    "usageLimitId",
    "usageLimitArn",
)


@pytest.fixture
def redshift(local_aws: LocalAws) -> Any:
    return local_aws.client("redshift-serverless")


def steady(told: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in told.items() if name not in VOLATILE}


def refusal(call: Any, **asked: Any) -> str:
    with pytest.raises(ClientError) as refused:
        call(**asked)
    return str(refused.value.response["Error"]["Code"])


def test_a_namespace_tells_its_roles_as_the_service_does_and_never_its_password(redshift: Any) -> None:
    asked = {"namespaceName": "told", "dbName": "lake", "iamRoles": [ROLE], "adminUsername": "admin"}
    made = redshift.create_namespace(**asked, adminUserPassword="Canary-5f1d")["namespace"]
    redshift.delete_namespace(namespaceName="told")
    assert isinstance(made["creationDate"], datetime)
    assert steady(made) == asked | {
        "iamRoles": [f"IamRole(applyStatus=in-sync, iamRoleArn={ROLE})"],
        "logExports": [],
        "status": "AVAILABLE",
    }


def test_instants_travel_as_each_services_model_has_it() -> None:
    at = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
    namespace = RedshiftServerless("eu-west-1", ACCOUNT).model.shape_for("Namespace")
    statement = RedshiftData("eu-west-1", ACCOUNT).model.shape_for("DescribeStatementResponse")
    assert trimmed({"creationDate": at}, namespace) == {"creationDate": "2026-01-02T03:04:05.000000Z"}
    assert trimmed({"CreatedAt": at}, statement) == {"CreatedAt": 1767323045.0}


def test_what_is_in_use_or_missing_is_refused(redshift: Any) -> None:
    redshift.create_namespace(namespaceName="used")
    workgroup = redshift.create_workgroup(workgroupName="used", namespaceName="used")["workgroup"]
    limit = {"resourceArn": workgroup["workgroupArn"], "usageType": "serverless-compute", "amount": 60}
    made = redshift.create_usage_limit(**limit)["usageLimit"]
    refused = [
        refusal(redshift.delete_namespace, namespaceName="used"),
        refusal(redshift.create_namespace, namespaceName="used"),
        refusal(redshift.create_workgroup, workgroupName="stray", namespaceName="none"),
        refusal(redshift.create_usage_limit, **limit),
        refusal(redshift.create_usage_limit, **limit | {"usageType": "everything"}),
    ]
    redshift.delete_usage_limit(usageLimitId=made["usageLimitId"])
    redshift.delete_workgroup(workgroupName="used")
    redshift.delete_namespace(namespaceName="used")
    gone = refusal(redshift.get_workgroup, workgroupName="used")
    assert steady(made) == limit | {"period": "monthly", "breachAction": "log"}
    assert refused == [
        "ConflictException",
        "ConflictException",
        "ResourceNotFoundException",
        "ConflictException",
        "ValidationException",
    ]
    assert gone == "ResourceNotFoundException"


def test_a_change_of_a_workgroup_keeps_what_it_does_not_name(redshift: Any) -> None:
    redshift.create_namespace(namespaceName="changed")
    redshift.create_workgroup(workgroupName="changed", namespaceName="changed", baseCapacity=8, subnetIds=["subnet-a"])
    redshift.update_workgroup(workgroupName="changed", baseCapacity=16)
    told = redshift.get_workgroup(workgroupName="changed")["workgroup"]
    redshift.delete_workgroup(workgroupName="changed")
    redshift.delete_namespace(namespaceName="changed")
    assert (told["baseCapacity"], told["subnetIds"], told["endpoint"]["port"]) == (16, ["subnet-a"], 5439)
