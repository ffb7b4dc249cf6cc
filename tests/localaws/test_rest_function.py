"""rest_to_raw as AWS runs it: Python, boto3, the runtime client and its zip alone, against an API and the account."""

import gzip
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from bundle.functions import write_functions
from bundle.pip import LAMBDA, installed
from tests.localaws.account import KEYS, LocalAws
from tests.localaws.lambda_process import FunctionProcess, runtime_libraries
from tests.rest_to_raw.conftest import TOKEN, compiled
from tests.rest_to_raw.fake_api import Answer, FakeApi

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="AWS's runtime interface client is for Linux")

ROOT = Path(__file__).parents[2]
RUN_ID = "2026-01-07T06:00:00Z"
ABOUT = {"api": "billing", "resource": "invoices"}
UNITS = {
    **{"records": "Count", "bytes": "Bytes", "requests": "Count", "retries": "Count"},
    **{"throttled_seconds": "Seconds", "cursor_lag_seconds": "Seconds"},
}
SAID = {
    **ABOUT,
    "auth": {"kind": "bearer", "secret": "billing/token"},
    "pagination": {"kind": "cursor", "param": "cursor", "next": "meta.next"},
    "since": {"param": "since", "field": "at"},
    "http": {"private_network": True},
    "path": "/invoices",
    "records": "data",
}


@pytest.fixture(scope="module")
def function(local_aws: LocalAws, tmp_path_factory: pytest.TempPathFactory) -> Iterator[FunctionProcess]:
    """The function's warm process, with a raw zone and a secret in the account."""
    folder = tmp_path_factory.mktemp("function")
    write_functions(ROOT, installed(ROOT, "lambda/requirements.lock", LAMBDA, folder / "cache"), folder)
    region = {"LocationConstraint": local_aws.region}
    local_aws.client("s3").create_bucket(Bucket="rest-raw", CreateBucketConfiguration=region)
    local_aws.client("secretsmanager").create_secret(Name="lake-dev/billing/token", SecretString=TOKEN)
    variables = {
        **KEYS,
        **{"AWS_REGION": local_aws.region, "AWS_DEFAULT_REGION": local_aws.region},
        **{"AWS_ENDPOINT_URL": local_aws.endpoint, "AWS_LAMBDA_LOG_FORMAT": "JSON"},
        **{"AWS_LAMBDA_FUNCTION_NAME": "lake-dev-rest-to-raw", "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST"},
        **{"RAW": "s3://rest-raw", "SECRETS": "aws:lake-dev/", "METRICS": "lake-dev"},
    }
    (folder / "runtime").mkdir()
    code = (folder / "rest_to_raw.zip").read_bytes()
    process = FunctionProcess(code, "rest_to_raw.handler.handler", variables, runtime_libraries(folder / "runtime"))
    yield process
    process.close()


def test_a_run_lands_every_record_and_tells_of_it_in_lines_that_hold_none(
    function: FunctionProcess, local_aws: LocalAws
) -> None:
    with FakeApi() as api:
        api.records = [f'{{"id":{number},"at":"2026-01-07T00:00:{number}Z"}}' for number in range(10, 35)]
        event = {"resource": msgspec.to_builtins(compiled(**SAID, base_url=api.url)), "run_id": RUN_ID}
        ended = _called(function, event)
        keys = [asked.headers["Authorization"] for asked in api.asked]
        api.stumbles = [Answer(status=404)]
        failed = _called(function, event | {"run_id": "another"})
    assert (ended, keys) == ({"status": "DONE", "version": 1, "rows": 25, "parts": 1}, [f"Bearer {TOKEN}"] * 3)
    sentence = "/v1/invoices answered with status 404; correct base_url or path"
    assert failed == {"status": "FAILED", "class": "config", "sentence": sentence}
    assert _landed(local_aws) == api.records
    function.log.seek(0)
    lines = [json.loads(line) for line in function.log]
    told, metrics = ([one for one in lines if ("_aws" in one) == is_metric] for is_metric in (False, True))
    assert all(line.pop("timestamp").startswith("20") for line in told)
    line = {"level": "INFO", "service": "rest_to_raw", **ABOUT}
    named = f"run {RUN_ID} of billing.invoices ended as DONE"
    another = f"run another of billing.invoices ended as FAILED: {sentence}"
    assert told == [
        {**line, "message": named, "correlation_id": RUN_ID, "status": "DONE"},
        {**line, "message": another, "correlation_id": "another", "status": "FAILED", "class": "config"},
    ]
    assert [_measured(one) for one in metrics] == [
        ("lake-dev", [["api", "resource"]], UNITS),
        ("lake-dev", [["api", "resource"]], {k: v for k, v in UNITS.items() if k != "cursor_lag_seconds"}),
    ]
    assert [(one["records"], one["requests"]) for one in metrics] == [([25.0], [3.0]), ([0.0], [1.0])]


def _called(function: FunctionProcess, event: dict[str, Any]) -> dict[str, Any]:
    payload, is_error = function.call(event)
    assert not is_error, payload
    answer: dict[str, Any] = json.loads(payload)
    return answer


def _landed(account: LocalAws) -> list[str]:
    s3 = account.client("s3")
    keys = [one["Key"] for one in s3.list_objects_v2(Bucket="rest-raw")["Contents"] if one["Key"].endswith(".gz")]
    bodies = [gzip.decompress(s3.get_object(Bucket="rest-raw", Key=key)["Body"].read()) for key in keys]
    return b"".join(bodies).decode().splitlines()


def _measured(line: dict[str, Any]) -> tuple[str, list[list[str]], dict[str, str]]:
    """Namespace, dimensions, and the unit of each metric."""
    (told,) = line["_aws"]["CloudWatchMetrics"]
    return told["Namespace"], told["Dimensions"], {one["Name"]: one["Unit"] for one in told["Metrics"]}
