"""moto starts an application when it is made, forgets some of its settings, and has no changes of release or tags.

In AWS a new application is CREATED and starts with its first job, and Terraform waits for that state. The architecture,
the images and the interactive endpoints come back as they were set.
"""

from typing import Any

from moto.core.responses import ActionResult, EmptyResult
from moto.emrserverless import models, urls
from moto.emrserverless.models import Application
from moto.emrserverless.responses import EMRServerlessResponse

# By the attribute that moto's serializer looks for, the member that sets it.
SETTINGS = {
    "architecture": "architecture",
    "image_configuration": "imageConfiguration",
    "interactive_configuration": "interactiveConfiguration",
    "monitoring_configuration": "monitoringConfiguration",
    "release_label": "releaseLabel",
    "runtime_configuration": "runtimeConfiguration",
    "scheduler_configuration": "schedulerConfiguration",
}
DEFAULTS = {"architecture": "X86_64"}


def apply() -> None:
    models.APPLICATION_STATUS = "CREATED"
    EMRServerlessResponse.create_application = keeping_settings(EMRServerlessResponse.create_application)
    EMRServerlessResponse.update_application = keeping_settings(EMRServerlessResponse.update_application)
    EMRServerlessResponse.list_tags_for_resource = list_tags
    EMRServerlessResponse.tag_resource = tag
    EMRServerlessResponse.untag_resource = untag
    urls.url_paths["{0}/tags/(?P<resourceArn>.+)$"] = EMRServerlessResponse.dispatch


def keeping_settings(action: Any) -> Any:
    def kept(response: EMRServerlessResponse) -> ActionResult:
        result: ActionResult = action(response)
        # moto's answer to a creation names the application, to an update it holds it.
        answer: Any = result.result
        made = answer.get("application") or response.emrserverless_backend.get_application(answer["applicationId"])
        keep_settings(made, response)
        return result

    return kept


def keep_settings(application: Application, response: EMRServerlessResponse) -> None:
    for attribute, member in SETTINGS.items():
        asked = response._get_param(member)
        if asked is not None or not hasattr(application, attribute):
            setattr(application, attribute, DEFAULTS.get(attribute) if asked is None else asked)


def list_tags(response: EMRServerlessResponse) -> ActionResult:
    return ActionResult({"tags": tagged(response).tags})


def tag(response: EMRServerlessResponse) -> ActionResult:
    tagged(response).tags.update(response._get_param("tags"))
    return EmptyResult()


def untag(response: EMRServerlessResponse) -> ActionResult:
    for key in response._get_param("tagKeys"):
        tagged(response).tags.pop(key, None)
    return EmptyResult()


def tagged(response: EMRServerlessResponse) -> Application:
    application: str = response._get_param("resourceArn").rpartition("/")[2]
    return response.emrserverless_backend.get_application(application)
