"""moto lacks two operations of Step Functions that Terraform calls: one on plan, one on refresh.

AWS says whether a definition can be a machine, and lists published versions, of which there are none here.
"""

import json

from moto.stepfunctions.parser.asl.parse.asl_parser import AmazonStateLanguageParser
from moto.stepfunctions.responses import StepFunctionResponse


def apply() -> None:
    StepFunctionResponse.validate_state_machine_definition = validate
    StepFunctionResponse.list_state_machine_versions = versions


def validate(response: StepFunctionResponse) -> str:
    told: dict[str, object] = {"result": "OK", "diagnostics": [], "truncated": False}
    try:
        AmazonStateLanguageParser.parse(response._get_param("definition"))
    except Exception as error:
        problem = {
            "severity": "ERROR",
            "code": "SCHEMA_VALIDATION_FAILED",
            "message": str(error)[:500],
            "location": "/",
        }
        told |= {"result": "FAIL", "diagnostics": [problem]}
    return json.dumps(told)


def versions(response: StepFunctionResponse) -> str:
    return json.dumps({"stateMachineVersions": []})
