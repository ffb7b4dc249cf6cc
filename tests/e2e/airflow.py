"""Airflow beside the deployment: its own environment, told where AWS is and what Terraform made there."""

import os
import subprocess
from pathlib import Path

from tests.localaws.account import LocalAws

ROOT = Path(__file__).parents[2]
AIRFLOW = ROOT / ".venv-airflow" / "bin" / "airflow"
LONGEST_S = 300


class Airflow:
    """One Airflow with a database in the folder `room`; `deployment` is what Terraform tells Airflow."""

    def __init__(self, room: Path, account: LocalAws, contract: Path, deployment: str) -> None:
        (room / "deployment.json").write_text(deployment)
        mine = {name: value for name, value in account.environment.items() if not name.startswith("AIRFLOW")}
        self.room = room
        self.environment = mine | {
            "AIRFLOW_HOME": str(room),
            "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
            "AIRFLOW__CORE__DAGS_FOLDER": str(ROOT / "airflow"),
            "AIRFLOW_CONN_AWS_DEFAULT": "aws://",
            "AWS_ENDPOINT_URL": account.endpoint,
            "LAKEHOUSE_CONTRACT": str(contract),
            "LAKEHOUSE_DEPLOYMENT": str(room / "deployment.json"),
            "LAKEHOUSE_POLL_SECONDS": "1",
            "PATH": os.environ["PATH"],
        }
        self.run("db", "migrate").check_returncode()

    def run(self, *command: str) -> subprocess.CompletedProcess[str]:
        """One command of Airflow's."""
        return subprocess.run(
            [AIRFLOW, *command], cwd=self.room, env=self.environment, capture_output=True, text=True, timeout=LONGEST_S
        )
