"""The emulated account's own laws: one address, apart from any other, gone with its owner, gaps told and not hidden."""

import signal
import subprocess
import sys
import time
from typing import Any

import pytest
import requests
from botocore.exceptions import ClientError

from tests.localaws.account import ACCOUNT, ROOT, LocalAws
from tests.localaws.flows import PROFILE, ended, flow

APPLICATION = f"arn:aws:emr-serverless:eu-west-1:{ACCOUNT}:/applications/0123456789abcdef"


def two_records(asked: dict[str, Any], execution_id: str) -> dict[str, Any]:
    """The work of a flow's run, named by the account's fixture; runs in the account's process."""
    return {"recordsProcessed": 2}


def test_an_account_of_its_own_knows_nothing_of_another(local_aws: LocalAws, plain_moto: LocalAws) -> None:
    local_aws.client("sqs").create_queue(QueueName="mine")
    urls = [account.client("sqs").list_queues().get("QueueUrls") for account in (local_aws, plain_moto)]
    local_aws.client("sqs").delete_queue(QueueUrl=urls[0][0])
    assert urls == [[f"{local_aws.endpoint}/{ACCOUNT}/mine"], None]


@pytest.mark.parametrize(
    ("service", "call", "asked", "gap"),
    [
        ("glue", "get_data_quality_ruleset", {"Name": "none"}, "glue AWSGlue.GetDataQualityRuleset"),
        ("emr-serverless", "list_tags_for_resource", {"resourceArn": APPLICATION}, "emr-serverless GET /tags/arn"),
    ],
    ids=["no operation", "no route"],
)
def test_a_call_that_moto_has_no_answer_to_fails_at_once_and_is_told_of(
    plain_moto: LocalAws, service: str, call: str, asked: dict[str, str], gap: str
) -> None:
    before = len(plain_moto.gaps())
    with pytest.raises(ClientError) as refused:
        getattr(plain_moto.client(service), call)(**asked)
    assert refused.value.response["Error"]["Code"] == "NotImplemented"
    assert refused.value.response["ResponseMetadata"]["HTTPStatusCode"] == 400
    assert [told.partition(":")[0] for told in plain_moto.gaps()[before:]] == [gap]


def test_what_a_stand_in_lacks_is_a_gap_too(local_aws: LocalAws) -> None:
    before = len(local_aws.gaps())
    with pytest.raises(ClientError) as refused:
        local_aws.client("redshift-data").list_databases(WorkgroupName="lake", Database="dev")
    told = [gap.partition(":")[0] for gap in local_aws.gaps()[before:]]
    assert (refused.value.response["Error"]["Code"], told) == (
        "NotImplemented",
        ["redshift-data RedshiftData.ListDatabases"],
    )


def test_what_a_service_itself_does_not_find_is_no_gap(plain_moto: LocalAws) -> None:
    before = plain_moto.gaps()
    with pytest.raises(ClientError) as refused:
        plain_moto.client("s3").head_object(Bucket="none", Key="none")
    assert (refused.value.response["Error"]["Code"], plain_moto.gaps()) == ("404", before)


def test_an_object_that_looks_like_no_route_is_an_object(plain_moto: LocalAws) -> None:
    s3, page = plain_moto.client("s3"), b"<title>404 Not Found</title>"
    s3.create_bucket(Bucket="pages", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    s3.put_object(Bucket="pages", Key="404.html", Body=page, ContentType="text/html")
    body = s3.get_object(Bucket="pages", Key="404.html")["Body"].read()
    s3.delete_object(Bucket="pages", Key="404.html")
    s3.delete_bucket(Bucket="pages")
    assert body == page


def test_the_work_of_a_flows_run_is_a_function_named_to_the_account(local_aws: LocalAws) -> None:
    appflow = local_aws.client("appflow")
    appflow.create_connector_profile(**PROFILE)
    appflow.create_flow(**flow("account"))
    appflow.start_flow(flowName="account")
    record = ended(appflow, "account")
    appflow.delete_flow(flowName="account")
    appflow.delete_connector_profile(connectorProfileName="crm")
    assert (record["executionStatus"], record["executionResult"]) == ("Successful", {"recordsProcessed": 2})


def test_an_account_that_can_not_start_says_why() -> None:
    with pytest.raises(RuntimeError, match="No module named 'nowhere'"), LocalAws(run_flow="nowhere:nothing"):
        pass


def test_the_account_ends_with_its_owner_however_that_ends() -> None:
    script = "from tests.localaws.account import LocalAws\nwith LocalAws() as a: print(a.endpoint, flush=True); input()"
    owner = subprocess.Popen(
        [sys.executable, "-c", script],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert owner.stdout
    endpoint = owner.stdout.readline().strip()
    assert requests.get(f"{endpoint}/localaws/gaps", timeout=5).json() == []
    owner.send_signal(signal.SIGKILL)
    owner.communicate()
    with pytest.raises(requests.ConnectionError):
        for _ in range(100):
            requests.get(f"{endpoint}/localaws/gaps", timeout=5)
            time.sleep(0.1)


def test_calls_are_kept_by_the_product_that_made_them(local_aws: LocalAws) -> None:
    local_aws.client("sqs", user_agent_extra="Airflow/3.3 Other/1").list_queues()
    local_aws.client("kms").list_keys()
    called = local_aws.calls("Airflow")
    assert called == local_aws.calls("Other") == ["sqs AmazonSQS.ListQueues"]
    assert "kms TrentService.ListKeys" in local_aws.calls("Boto3")
