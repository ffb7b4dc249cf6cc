"""moto's job runs of EMR Serverless succeed without running anything; here each is its entry point in a process.

A token that comes again is the run that it began; the application starts with its first run.
"""

import os
import shlex
import threading
from typing import Any

from moto.core.utils import utcnow
from moto.emrserverless.models import EMRServerlessBackend, JobRun

from tests.localaws.spark_process import JobFailed, run_spark

STARTED = EMRServerlessBackend.start_job_run
# What only EMR's own machines have: the environment that is unpacked there, its Python, and Iceberg's jar.
OF_THE_MACHINE = ("spark.archives", "spark.emr-serverless.", "spark.executorEnv.", "spark.jars", "spark.driver.memory")


def apply() -> None:
    EMRServerlessBackend.start_job_run = start


def start(backend: EMRServerlessBackend, application_id: str, client_token: str, **asked: Any) -> JobRun:
    known = [run for run in backend.job_runs.get(application_id, []) if run.client_token == client_token]
    if known:
        return known[0]
    run: JobRun = STARTED(backend, application_id=application_id, client_token=client_token, **asked)
    backend.start_application(application_id)
    run.state = "RUNNING"
    threading.Thread(target=work, args=(run, backend.region_name), daemon=True).start()
    return run


def work(run: JobRun, region: str) -> None:
    endpoint = f"http://127.0.0.1:{os.environ['MOTO_PORT']}"
    submit: dict[str, Any] = (run.job_driver or {})["sparkSubmit"]
    packages, conf = parameters(submit.get("sparkSubmitParameters", ""))
    try:
        run_spark(submit["entryPoint"], submit.get("entryPointArguments", []), conf, packages, endpoint, region)
        state = "SUCCESS"
    except JobFailed as failed:
        run.state_details, state = str(failed), "FAILED"
    except Exception as error:
        run.state_details, state = f"{type(error).__name__}: {error}"[:1000], "FAILED"
    run.updated_at = utcnow()
    if run.state == "RUNNING":
        run.state = state


def parameters(text: str) -> tuple[str, list[str]]:
    """The packages and the Spark settings of spark-submit's parameters, without those of EMR's own machines."""
    words = shlex.split(text)
    pairs = list(zip(words, words[1:], strict=False))
    conf = [value for name, value in pairs if name == "--conf" and not value.startswith(OF_THE_MACHINE)]
    return next((value for name, value in pairs if name == "--py-files"), ""), conf
