"""moto's interpreter fails on glue:startJobRun.sync, for want of a callback; AWS waits for the end of the run."""

from moto.stepfunctions.parser.asl.component.state.exec.state_task.service import state_task_service_glue as glue


def apply() -> None:
    glue._SUPPORTED_INTEGRATION_PATTERNS.add(glue.ResourceCondition.WaitForTaskToken)
