"""moto forgets whether a job's runs are queued, its maintenance window and mode, and has no UpdateJob.

AWS gives them back; an update replaces the whole of a job but its name and tags.
"""

from typing import Any

from moto.core.responses import ActionResult
from moto.core.utils import camelcase_to_underscores, utcnow
from moto.glue.models import FakeJob
from moto.glue.responses import GlueResponse

FORGOTTEN = ("JobMode", "JobRunQueuingEnabled", "MaintenanceWindow")
# What moto keeps, by the member that sets it; the empty value where an update leaves it out.
KEPT: dict[str, Any] = {
    "CodeGenConfigurationNodes": None,
    "Command": None,
    "Connections": None,
    "DefaultArguments": {},
    "Description": None,
    "ExecutionClass": "STANDARD",
    "ExecutionProperty": {},
    "GlueVersion": None,
    "LogUri": None,
    "MaxCapacity": None,
    "MaxRetries": None,
    "NonOverridableArguments": None,
    "NotificationProperty": None,
    "NumberOfWorkers": None,
    "Role": None,
    "SecurityConfiguration": None,
    "SourceControlDetails": None,
    "Timeout": None,
    "WorkerType": None,
}
CREATED, TOLD = GlueResponse.create_job, FakeJob.as_dict


def apply() -> None:
    GlueResponse.create_job = create
    GlueResponse.update_job = update
    FakeJob.as_dict = tell


def create(response: GlueResponse) -> ActionResult:
    answer: ActionResult = CREATED(response)
    keep(response.glue_backend.get_job(response.parameters["Name"]), response.parameters)
    return answer


def update(response: GlueResponse) -> ActionResult:
    job = response.glue_backend.get_job(response.parameters["JobName"])
    asked = response.parameters["JobUpdate"]
    for member, empty in KEPT.items():
        setattr(job, camelcase_to_underscores(member), asked.get(member, empty))
    job.last_modified_on = utcnow()
    keep(job, asked)
    return ActionResult({"JobName": job.name})


def keep(job: FakeJob, asked: dict[str, Any]) -> None:
    job.localaws_settings = {name: asked[name] for name in FORGOTTEN if name in asked}


def tell(job: FakeJob) -> dict[str, Any]:
    told: dict[str, Any] = TOLD(job)
    return told | job.localaws_settings
