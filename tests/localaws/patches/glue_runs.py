"""moto's job runs succeed without running anything; here each is the job's script in a process of its own."""

import os
import threading
from typing import Any

from moto.core.utils import utcnow
from moto.glue.models import FakeJob, FakeJobRun
from moto.moto_api._internal.managed_state_model import ManagedState

from tests.localaws.spark_process import JobFailed, run_glue_job

STARTED, TOLD, STATUS = FakeJob.start_job_run, FakeJobRun.as_dict, ManagedState.status


def apply() -> None:
    FakeJob.start_job_run = start
    FakeJobRun.as_dict = tell
    FakeJobRun.status = property(status, STATUS.fset)


def start(job: FakeJob, *more: Any, **named: Any) -> str:
    identifier = str(STARTED(job, *more, **named))
    run = job.job_runs[-1]
    run.localaws_state = "RUNNING"
    threading.Thread(target=work, args=(job, run), daemon=True).start()
    return identifier


def work(job: FakeJob, run: FakeJobRun) -> None:
    endpoint = f"http://127.0.0.1:{os.environ['MOTO_PORT']}"
    arguments = {"--JOB_NAME": job.name, "--JOB_RUN_ID": run.job_run_id, **(run.arguments or {})}
    try:
        run.localaws_output = run_glue_job(job.command["ScriptLocation"], arguments, endpoint, job.backend.region_name)
        state = "SUCCEEDED"
    except JobFailed as failed:
        run.localaws_error, state = str(failed), "FAILED"
    except Exception as error:
        run.localaws_error, state = f"{type(error).__name__}: {error}"[:1000], "FAILED"
    run.completed_on = utcnow()
    run.localaws_state = state


def status(run: FakeJobRun) -> str:
    return str(getattr(run, "localaws_state", None) or STATUS.fget(run))


def tell(run: FakeJobRun) -> dict[str, Any]:
    told: dict[str, Any] = TOLD(run)
    error = getattr(run, "localaws_error", None)
    return told | ({"ErrorMessage": error} if error else {})
