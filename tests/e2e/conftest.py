"""The whole Terraform configuration, built and applied in an emulated account once for the session."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from demo.call_apis import TOKEN
from demo.rest_api import SampleApi
from demo.sample_org import sample_org
from tests.copies import environment_of
from tests.e2e.steps import GOLD, KEY
from tests.localaws.account import LocalAws
from tests.localaws.inventory import inventory
from tests.localaws.org import CALENDAR, SCALE
from tests.localaws.terraform import Terraform

ROOT = Path(__file__).parents[2]
COPIED = ("bundle", "common", "data_quality", "glue", "lambda")
# What a person would add to the environment's own file to serve gold.
VARIABLES = {
    "redshift": {"mode": "existing", "workgroup": "analytics", "database": "dev", "reader_role": "analysts"},
    "snowflake": {"external_id": "an-id-of-our-own", "warehouse": "LOADING", "reader_role": "ANALYST"},
    "alert_emails": ["data@example.com"],
}


# Its contract serves one table, so that a warehouse is there from the first apply.
SERVED = (
    "    description: one row per live account",
    "    sinks: [redshift]\n    description: one row per live account",
)


class Deployment:
    """A copy of the repository as far as it is deployed, with Terraform pointed at the emulated account."""

    def __init__(self, room: Path, account: LocalAws, api: SampleApi) -> None:
        self.root = room
        self.account = account
        self.api = api
        self.apis = at(api)
        for folder in COPIED:
            shutil.copytree(ROOT / folder, room / folder, ignore=shutil.ignore_patterns("__pycache__"))
        shutil.copy(ROOT / "pyproject.toml", room)
        self.terraform = Terraform(ROOT / "terraform", room, account)
        folder = self.terraform.folder
        shutil.copy(folder / "environments" / "dev.tfvars", folder / "dev.auto.tfvars")
        (folder / "own.auto.tfvars.json").write_text(json.dumps(VARIABLES))
        connect(account)
        self.before = inventory(account)

    def edit(self, *edits: tuple[str, str]) -> None:
        """Rewrites the contract, the repository's own with these edits made, and builds it."""
        text = (ROOT / "demo/pipeline.yaml").read_text(encoding="utf-8")
        for old, new in (SERVED, *self.apis, *edits):
            assert old in text, old
            text = text.replace(old, new, 1)
        (self.root / "pipeline.yaml").write_text(text, encoding="utf-8")
        self.build()

    def build(self) -> None:
        """`make build ENV=dev` in the copy."""
        arguments = ("--environment", "dev", "--contract", "pipeline.yaml", "--into", "build")
        subprocess.run(
            [sys.executable, "-m", "bundle", *arguments],
            cwd=self.root,
            env=environment_of(self.root),
            check=True,
        )

    def plan_on_emr(self) -> dict[str, Any]:
        """A plan for EMR Serverless, on an empty archive in place of the real one: a plan reads its hash alone."""
        file = self.root / "build" / "build.json"
        kept = file.read_text()
        build = json.loads(kept)
        (self.root / "build" / "environment.tar.gz").write_bytes(b"")
        file.write_text(json.dumps(build | {"files": build["files"] | {"environment.tar.gz": ""}}))
        try:
            return self.terraform.plan(engine="emr_serverless")
        finally:
            file.write_text(kept)

    def destroy(self) -> None:
        """`make destroy`: builds, lifts the protection, and takes all of it away."""
        self.edit()
        environment = self.account.environment | {"AWS_ENDPOINT_URL": self.account.endpoint}
        subprocess.run([sys.executable, "-m", "operate.stop_flows"], cwd=self.root, env=environment, check=True)
        for file in self.terraform.folder.rglob("*.tf"):
            file.write_text(file.read_text().replace("prevent_destroy = true", "prevent_destroy = false"))
        self.terraform.destroy()


def at(api: SampleApi) -> list[tuple[str, str]]:
    """The edits of the contract that turn its APIs to the sample's server, which is on this machine."""
    names = {"billing": "https://billing.example/v1", "fx": "https://fx.example/v1"}
    here = "\n    http: {private_network: true}"
    return [(f"base_url: {url}", f"base_url: {api.url(name)}{here}") for name, url in names.items()]


def connect(account: LocalAws) -> None:
    """The connection to Salesforce that a person makes in AppFlow's console before the first apply."""
    account.client("appflow").create_connector_profile(
        connectorProfileName="lakehouse-dev-salesforce",
        connectorType="Salesforce",
        connectionMode="Public",
        connectorProfileConfig={
            "connectorProfileProperties": {"Salesforce": {"instanceUrl": "https://acme.my.salesforce.com"}},
            "connectorProfileCredentials": {"Salesforce": {"accessToken": "a", "refreshToken": "b"}},
        },
    )
    bucket = {"LocationConstraint": account.region}
    account.client("s3").create_bucket(Bucket=CALENDAR, CreateBucketConfiguration=bucket)


class Laptop:
    """The same sample org through `make demo`, into a folder of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def demo(self, day: int = 1) -> dict[str, list[bytes]]:
        """Runs that day; by gold table the data files that it made."""
        before = {*self.folder.glob("gold/*/data/**/*.parquet")}
        arguments = {"lake": self.folder, "scale": SCALE, "day": day}
        given = [word for name, value in arguments.items() for word in (f"--{name}", str(value))]
        environment = {**os.environ, "MASKING_KEY": KEY}
        subprocess.run([sys.executable, "-m", "demo", *given], cwd=self.folder, env=environment, check=True)
        new = {*self.folder.glob("gold/*/data/**/*.parquet")} - before
        return {table: [one.read_bytes() for one in new if table in one.parts] for table in GOLD}


@pytest.fixture(scope="session")
def laptop(tmp_path_factory: pytest.TempPathFactory) -> Laptop:
    return Laptop(tmp_path_factory.mktemp("laptop"))


@pytest.fixture(scope="session")
def account() -> Iterator[LocalAws]:
    with LocalAws(run_flow="tests.localaws.org:pull", pace=0.05) as made:
        yield made


@pytest.fixture(scope="session")
def api() -> Iterator[SampleApi]:
    with SampleApi(sample_org(SCALE), TOKEN, 1) as server:
        yield server


@pytest.fixture(scope="session")
def deployment(account: LocalAws, api: SampleApi, tmp_path_factory: pytest.TempPathFactory) -> Deployment:
    made = Deployment(tmp_path_factory.mktemp("deployment"), account, api)
    made.edit()
    made.terraform.init()
    made.terraform.apply()
    return made


@pytest.fixture(scope="session")
def whole_plans(deployment: Deployment) -> list[dict[str, Any]]:
    """By their addresses, all resources with both warehouses: on Glue with the tables' maintenance, and on EMR."""
    deployment.edit(("sinks: [redshift]", "sinks: [redshift, snowflake]"))
    plans = [deployment.terraform.plan(tables_exist="true"), deployment.plan_on_emr()]
    return [{one["address"]: one for one in _resources(plan["planned_values"]["root_module"])} for plan in plans]


def _resources(module: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield from module.get("resources", [])
    for child in module.get("child_modules", []):
        yield from _resources(child)
