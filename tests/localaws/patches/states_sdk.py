"""moto's interpreter passes the parameters of `aws-sdk:` tasks on as they are written, and answers as boto3 gives them.

AWS maps the PascalCase of a definition to each service's own names and back, gives instants as text, and begins an
error's name with the service's.
"""

from typing import Any

import botocore.session
from moto.stepfunctions.parser.asl.component.state.exec.state_task.service import state_task_service_aws_sdk as sdk
from moto.stepfunctions.parser.asl.component.state.exec.state_task.service.state_task_service import StateTaskService
from moto.stepfunctions.parser.asl.component.state.exec.state_task.service.state_task_service_aws_sdk import (
    StateTaskServiceAwsSdk,
)

from tests.localaws.plain_values import plain

MODELS = botocore.session.get_session()
BOTO_NAMES = {"redshiftdata": "redshift-data", "emrserverless": "emr-serverless"}
ERROR_NAMES = {
    "appflow": "Appflow",
    "emrserverless": "EmrServerless",
    "glue": "Glue",
    "redshiftdata": "RedshiftData",
    "s3": "S3",
    "sfn": "Sfn",
}
ENDED = StateTaskService._after_eval_execution


def apply() -> None:
    StateTaskService._SERVICE_NAME_SFN_TO_BOTO_OVERRIDES.update(BOTO_NAMES)
    StateTaskService._after_eval_execution = end
    StateTaskServiceAwsSdk._normalise_parameters = asked
    StateTaskServiceAwsSdk._normalise_response = answered
    sdk._SERVICE_ERROR_NAMES.update(ERROR_NAMES)


def operation(task: StateTaskServiceAwsSdk) -> Any:
    model = MODELS.get_service_model(task._get_boto_service_name())
    action = task.resource.api_action
    return model.operation_model(action[0].upper() + action[1:])


def asked(task: StateTaskServiceAwsSdk, parameters: dict[str, Any], *names: str, **more: str) -> None:
    shape = operation(task).input_shape
    if shape is not None:
        task._to_boto_request(parameters, shape)


def answered(task: StateTaskServiceAwsSdk, response: Any, *names: str, **more: str) -> None:
    shape = operation(task).output_shape
    if shape is not None:
        task._from_boto_response(response, shape)


def end(task: StateTaskService, env: Any, *more: Any, **named: Any) -> None:
    env.stack[-1] = plain(env.stack[-1])
    ENDED(task, env, *more, **named)
