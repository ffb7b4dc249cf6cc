"""An AWS account on this machine: moto and the stand-ins in a process of their own, behind one address."""

import os
import subprocess
import sys
import tempfile
from pathlib import Path
from types import TracebackType
from typing import Any

import boto3
import requests
from botocore.config import Config

from tests.localaws.front_door import CALLS_PATH, GAPS_PATH, SCHEDULES_PATH

ROOT = Path(__file__).parents[2]
ACCOUNT = "123456789012"
KEYS = {"AWS_ACCESS_KEY_ID": "testing", "AWS_SECRET_ACCESS_KEY": "testing"}
STOP_S = 10


class LocalAws:
    """A context manager. `run_flow` names ("package.module:function") what does the work of AppFlow's runs.

    With `is_patched=False` it is moto as it comes, without stand-ins. A process of its own, because moto keeps its
    state in the process: two accounts are two accounts, and a test that resets moto resets another one.
    """

    def __init__(
        self, region: str = "eu-west-1", run_flow: str | None = None, is_patched: bool = True, pace: float = 1.0
    ) -> None:
        self.region = region
        self.options = ["--region", region, "--pace", str(pace)]
        self.options += ["--run-flow", run_flow] if run_flow else []
        self.options += [] if is_patched else ["--plain"]
        self.endpoint = ""

    def __enter__(self) -> "LocalAws":
        self.log = tempfile.TemporaryFile("w+")
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.localaws.server", *self.options],
            cwd=ROOT,
            env=self.environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self.log,
            text=True,
        )
        assert self.process.stdout
        self.endpoint = self.process.stdout.readline().strip()
        if not self.endpoint:
            self.process.wait()
            self.log.seek(0)
            raise RuntimeError(f"the emulated account did not start: {self.log.read()}")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        # Its standard input is what keeps the process alive: it ends with this one, however this one ends.
        self.process.communicate(timeout=STOP_S)
        self.log.close()

    @property
    def environment(self) -> dict[str, str]:
        """This process's variables without any of AWS's own, with keys that open nothing."""
        mine = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "MOTO_"))}
        settings = {"AWS_DEFAULT_REGION": self.region, "AWS_EC2_METADATA_DISABLED": "true", "MOTO_ACCOUNT_ID": ACCOUNT}
        return mine | KEYS | settings

    def client(self, service: str, **config: Any) -> Any:
        """A boto3 client of the account; an error is told at once, not tried again."""
        return boto3.client(
            service,
            region_name=self.region,
            endpoint_url=self.endpoint,
            aws_access_key_id=KEYS["AWS_ACCESS_KEY_ID"],
            aws_secret_access_key=KEYS["AWS_SECRET_ACCESS_KEY"],
            config=Config(retries={"total_max_attempts": 1}, s3={"addressing_style": "path"}, **config),
        )

    def gaps(self) -> list[str]:
        """Every call so far that neither moto nor a stand-in could answer."""
        return list(requests.get(self.endpoint + GAPS_PATH, timeout=5).json())

    def calls(self, product: str) -> list[str]:
        """Every call so far by the product, which names itself in its user agent."""
        told = requests.get(self.endpoint + CALLS_PATH, timeout=5).json()
        return sorted(call for call, products in told.items() if product in products)

    def run_schedules(self) -> list[str]:
        """The time of every active scheduled flow has come: each runs once, and has ended; gives their names."""
        return list(requests.get(self.endpoint + SCHEDULES_PATH, timeout=120).json())
