"""Terraform against the emulated account: a copy of a folder, its provider and its backend turned to this machine."""

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

from tests.localaws.account import LocalAws

# The provider's names of the services. What is missing here is caught by AWS_ENDPOINT_URL, never sent to AWS.
SERVICES = (
    "appflow",
    "budgets",
    "cloudwatch",
    "emrserverless",
    "events",
    "glue",
    "iam",
    "kms",
    "lambda",
    "logs",
    "redshiftdata",
    "redshiftserverless",
    "s3",
    "scheduler",
    "secretsmanager",
    "sfn",
    "sns",
    "sqs",
    "sts",
)
OVERRIDE = """\
terraform {{
  backend "local" {{}}
}}

provider "aws" {{
  region                      = "{region}"
  access_key                  = "testing"
  secret_key                  = "testing"
  skip_credentials_validation = true
  skip_metadata_api_check     = true
  s3_use_path_style           = true
  max_retries                 = 2
  endpoints {{
{endpoints}
  }}
}}
"""
NOT_COPIED = shutil.ignore_patterns(".terraform", "*.tfstate*", "*.tfplan")
# How many resources at a time: most of an apply is the provider's waiting, so more than Terraform's ten.
PARALLELISM = 40


class TerraformError(Exception):
    """A command that failed, with what it printed."""


class Terraform:
    """A copy of the folder `source`, at `room / source.name`: put beside it what its configuration reads from `../`."""

    def __init__(self, source: Path, room: Path, account: LocalAws) -> None:
        self.folder = room / source.name
        self.account = account
        shutil.copytree(source, self.folder, ignore=NOT_COPIED)
        endpoints = "\n".join(f'    {service} = "{account.endpoint}"' for service in SERVICES)
        override = OVERRIDE.format(region=account.region, endpoints=endpoints)
        (self.folder / "local_override.tf").write_text(override)

    def init(self) -> None:
        self.run("init", "-input=false", "-no-color")

    def apply(self, **variables: str) -> None:
        self.run("apply", "-auto-approve", *self.options(variables))

    def destroy(self, **variables: str) -> None:
        """Takes away what the state holds, without asking for each thing first whether it is still there."""
        self.run("destroy", "-auto-approve", "-refresh=false", *self.options(variables))

    def plan(self, **variables: str) -> dict[str, Any]:
        """What `terraform show -json` says of a plan."""
        self.run("plan", "-out=plan.tfplan", *self.options(variables))
        return dict(json.loads(self.run("show", "-json", "plan.tfplan")))

    def state(self) -> list[str]:
        """The addresses of the resources that Terraform holds."""
        return self.run("state", "list").splitlines()

    def run(self, command: str, *options: str) -> str:
        """What the command printed; raises TerraformError where it fails."""
        done = subprocess.run(
            ["terraform", command, *options],
            cwd=self.folder,
            env=self.environment,
            capture_output=True,
            text=True,
        )
        if done.returncode:
            raise TerraformError(f"terraform {command}:\n{done.stderr}\ncalls without an answer: {self.account.gaps()}")
        return done.stdout

    def options(self, variables: dict[str, str]) -> list[str]:
        given = [f"-var={name}={value}" for name, value in variables.items()]
        return ["-input=false", "-no-color", f"-parallelism={PARALLELISM}", *given]

    @property
    def environment(self) -> dict[str, str]:
        """Of the user's settings for Terraform and AWS the one file that says where providers come from."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "TF_"))}
        kept |= {name: os.environ[name] for name in ("TF_CLI_CONFIG_FILE",) if name in os.environ}
        return kept | {"AWS_ENDPOINT_URL": self.account.endpoint, "AWS_EC2_METADATA_DISABLED": "true"}


def changes(plan: dict[str, Any]) -> dict[str, list[str]]:
    """By address, the attributes that the plan would change, or the actions where it is more than an update."""
    found: dict[str, list[str]] = {}
    for resource in plan.get("resource_changes", []):
        change = resource["change"]
        if change["actions"] == ["update"]:
            found[resource["address"]] = changed_attributes(change)
        elif change["actions"] not in (["no-op"], ["read"]):
            found[resource["address"]] = change["actions"]
    return found


def changed_attributes(change: dict[str, Any]) -> list[str]:
    before, after, unknown = change["before"], change["after"], change["after_unknown"]
    names = sorted({*before, *after, *unknown})
    return [name for name in names if before.get(name) != after.get(name) or is_unknown(unknown.get(name))]


def is_unknown(mark: Any) -> bool:
    """Whether a plan's mark of what is not known yet, nested as the attribute is, marks anything."""
    if isinstance(mark, dict | list):
        return any(is_unknown(each) for each in (mark.values() if isinstance(mark, dict) else mark))
    return bool(mark)
