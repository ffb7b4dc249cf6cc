"""Airflow's own environment around the DAG: a database in a folder, the compiled contract, the emulated account."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

# In the project's own environment there is no Airflow: make airflow-test runs these.
collect_ignore_glob = [] if find_spec("airflow") and find_spec("airflow.sdk") else ["test_*.py"]

ROOT = Path(__file__).parents[2]
PYTHON = ROOT / ".venv" / "bin" / "python"
COMPILE = """
import sys
from pathlib import Path
from lakehouse.contract.compiler import compile_contract, to_json
print(to_json(compile_contract(Path(sys.argv[1]), environment="dev")))
"""
# One table that Redshift serves, and one object whose formulas are brought by a flow of their own.
EDITS = {
    "    description: one row per live account": "    sinks: [redshift]\n    description: one row per live account",
    "    Contact: {}": "    Contact: {formula_refresh: {schedule: rate(1 day)}}",
}
REDSHIFT = {"workgroup": "analytics", "database": "dev", "secret_arn": "arn:aws:secretsmanager:eu-west-1:1:secret:s"}
EMR = {
    "Name": "lakehouse-dev-raw-to-gold",
    "ApplicationId": "00f1",
    "ExecutionRoleArn": "arn:aws:iam::123456789012:role/job",
    "ExecutionTimeoutMinutes": 120,
    "JobDriver": {
        "SparkSubmit": {
            "EntryPoint": "s3://code/job.py",
            "EntryPointArguments": ["--profile", "emr"],
            "SparkSubmitParameters": "--conf a=b",
        }
    },
    "ConfigurationOverrides": {
        "MonitoringConfiguration": {
            "ManagedPersistenceMonitoringConfiguration": {"Enabled": False},
            "S3MonitoringConfiguration": {"LogUri": "s3://logs/", "EncryptionKeyArn": "arn:aws:kms:eu-west-1:1:key/k"},
            "CloudWatchLoggingConfiguration": {
                "Enabled": True,
                "LogGroupName": "jobs",
                "LogTypes": {"SPARK_DRIVER": ["STDOUT", "STDERR"]},
            },
        }
    },
}
Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="session")
def room(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The contract as `make build` compiles it, and what Terraform says of two deployments."""
    room = tmp_path_factory.mktemp("room")
    text = (ROOT / "demo/pipeline.yaml").read_text(encoding="utf-8")
    for old, new in EDITS.items():
        assert old in text, old
        text = text.replace(old, new, 1)
    (room / "pipeline.yaml").write_text(text, encoding="utf-8")
    made = subprocess.run(
        [PYTHON, "-c", COMPILE, str(room / "pipeline.yaml")],
        check=True,
        capture_output=True,
        text=True,
    )
    (room / "pipeline.json").write_text(made.stdout)
    (room / "glue.json").write_text(json.dumps({"emr_job_run": None, "redshift": REDSHIFT}))
    (room / "emr.json").write_text(json.dumps({"emr_job_run": EMR, "redshift": None}))
    return room


@pytest.fixture(scope="session")
def contract(room: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((room / "pipeline.json").read_text())
    return found


@pytest.fixture(scope="session")
def settings(room: Path) -> dict[str, str]:
    """This process's variables with Airflow's and the DAG's own."""
    clean = {
        name: value for name, value in os.environ.items() if not name.startswith(("AIRFLOW", "AWS_", "LAKEHOUSE_"))
    }
    return clean | {
        "AIRFLOW_HOME": str(room / "airflow"),
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "AIRFLOW__CORE__DAGS_FOLDER": str(ROOT / "airflow"),
        "LAKEHOUSE_CONTRACT": str(room / "pipeline.json"),
        "LAKEHOUSE_DEPLOYMENT": str(room / "glue.json"),
        "LAKEHOUSE_POLL_SECONDS": "1",
        "PYTHONDONTWRITEBYTECODE": "1",
    }


@pytest.fixture(scope="session")
def python(settings: dict[str, str], room: Path) -> Run:
    """Runs Airflow's Python with these arguments and these settings changed."""

    def run(*arguments: str, **changed: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, *arguments], cwd=room, env=settings | changed, capture_output=True, text=True, timeout=240
        )

    return run


@pytest.fixture(scope="session")
def account(contract: dict[str, Any]) -> Iterator[Any]:
    from emulated import Account

    with Account() as made:
        made.fill(contract)
        yield made


@pytest.fixture(scope="session")
def on_account(python: Run, account: Any) -> Run:
    """`python` with a database and the account behind AWS's addresses."""
    from emulated import KEYS

    migrated = python("-m", "airflow", "db", "migrate")
    assert migrated.returncode == 0, migrated.stderr[-2000:]
    reached = {**KEYS, "AWS_ENDPOINT_URL": account.endpoint, "AIRFLOW_CONN_AWS_DEFAULT": "aws://"}
    return lambda *arguments, **changed: python(*arguments, **reached | changed)
