"""The tasks and sensors that the provider has no operator for."""

import json
from datetime import UTC
from typing import Any

from airflow.providers.amazon.aws.hooks.appflow import AppflowHook
from airflow.providers.amazon.aws.hooks.lambda_function import LambdaHook
from airflow.sdk import BaseSensorOperator, Context
from airflow.sdk.exceptions import AirflowException, AirflowFailException
from lakehouse_settings import NAME, Json

# More than any function can take, so that its own timeout comes first; boto's own read timeout is a minute.
CALL_S = 930


def call(function: str, event: Json) -> Json:
    """Call the Lambda function and return its answer.

    Raises:
        AirflowException: it ended with an error; only the error's type is shown, since its text may quote a record.
    """
    retries = {"mode": "standard", "total_max_attempts": 5}
    hook = LambdaHook(config={"read_timeout": CALL_S, "tcp_keepalive": True, "retries": retries})
    response = hook.invoke_lambda(function_name=f"{NAME}-{function}", payload=json.dumps(event))
    answer: Json = json.loads(response["Payload"].read())
    if response.get("FunctionError"):
        raise AirflowException(f"{NAME}-{function} ended with {answer.get('errorType')}: its log says more")
    return answer


def activate(flow: str) -> None:
    """Activate a scheduled or event flow that is not active; it runs by itself from then on.

    Raises:
        AirflowFailException: AppFlow can no longer run it.
    """
    appflow = AppflowHook().conn
    status = appflow.describe_flow(flowName=flow)["flowStatus"]
    if status in ("Draft", "Suspended"):
        appflow.start_flow(flowName=flow)
    elif status != "Active":
        raise AirflowFailException(f"flow {flow} is {status}")


class FlowEnded(BaseSensorOperator):
    """A sensor that waits for the end of the execution that the task `started` began.

    AppflowRunOperator could wait itself, but holds its worker, never notices a canceled execution, and logs AppFlow's
    own text of an error, which may quote a record.
    """

    def __init__(self, *, flow: str, started: str, **more: Any) -> None:
        super().__init__(**more)
        self.flow = flow
        self.started = started

    def poke(self, context: Context) -> bool:
        """Returns whether the execution has succeeded. Raises: AirflowFailException when it failed."""
        execution = context["ti"].xcom_pull(task_ids=self.started, key="execution_id")
        records = AppflowHook().conn.describe_flow_execution_records(flowName=self.flow, maxResults=100)
        statuses = {record["executionId"]: record["executionStatus"] for record in records["flowExecutions"]}
        # AppFlow lists an execution some seconds after its start: until then it is in progress.
        status = statuses.get(execution, "InProgress")
        if status in ("Error", "Canceled"):
            raise AirflowFailException(f"flow {self.flow}, execution {execution}, ended as {status}")
        return bool(status == "Successful")


class ResourceLanded(BaseSensorOperator):
    """A sensor that calls the function with the same run id until the resource is read to its end."""

    def __init__(self, *, resource: Json, **more: Any) -> None:
        super().__init__(**more)
        self.resource = resource

    def poke(self, context: Context) -> bool:
        """Call the function once; returns whether the resource is at its end. Raises: AirflowFailException."""
        run = context["dag_run"]
        # As EventBridge writes its scheduled times; it is a folder in the raw zone.
        run_id = f"{(run.logical_date or run.run_after).astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
        answer = call("rest-to-raw", {"resource": self.resource, "run_id": run_id})
        if answer["status"] == "CONTINUE":
            # The base class waits for as long before it looks again.
            self.poke_interval = answer["wait"]
            return False
        # fenced: another call or run of this resource was first, and its data counts.
        if answer["status"] == "DONE" or answer["class"] == "fenced":
            return True
        name = f"{self.resource['api']}.{self.resource['resource']}"
        raise AirflowFailException(f"{name} ({answer['class']}): {answer['sentence']}")
