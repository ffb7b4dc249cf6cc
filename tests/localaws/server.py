"""The process behind LocalAws: prints its address, serves until its standard input is closed.

What the account is to do besides answering (the work of a flow's run) is named by the caller and runs in here.
"""

import argparse
import importlib
import logging
import os
import pkgutil
import sys
import threading
from collections.abc import Callable

from moto.core.config import default_user_config
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, MotoRequestHandler, create_backend_app
from werkzeug.serving import make_server

from tests.localaws.account import ACCOUNT
from tests.localaws.appflow import AppFlow, empty_run
from tests.localaws.front_door import SCHEDULES_PATH, FrontDoor
from tests.localaws.modelled import ModelledService
from tests.localaws.pace import set_pace
from tests.localaws.redshift_data import RedshiftData
from tests.localaws.redshift_serverless import RedshiftServerless

# Each module of tests/localaws/patches; a test holds this against the folder.
PATCHES = (
    "budgets",
    "emrserverless_applications",
    "emrserverless_runs",
    "glue_jobs",
    "glue_runs",
    "glue_table_optimizers",
    "lambda_invoke",
    "lambda_invoke_config",
    "lambda_settings",
    "lambda_throttle",
    "logs_metric_filters",
    "s3_delete_markers",
    "s3_policy_conditions",
    "states_clients",
    "states_errors",
    "states_glue",
    "states_jsonata",
    "states_operations",
    "states_redrive",
    "states_sdk",
)


def stand_ins(region: str, run_flow: str | None) -> list[ModelledService]:
    work = pkgutil.resolve_name(run_flow) if run_flow else empty_run
    return [
        AppFlow(region, ACCOUNT, work),
        RedshiftData(region, ACCOUNT),
        RedshiftServerless(region, ACCOUNT),
    ]


def patch_moto() -> None:
    for name in PATCHES:
        importlib.import_module(f"tests.localaws.patches.{name}").apply()


def main() -> None:
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--region", required=True)
    arguments.add_argument("--run-flow", help="package.module:function that does the work of AppFlow's runs")
    arguments.add_argument(
        "--pace", type=float, default=1.0, help="what part of a second a state machine waits for one"
    )
    arguments.add_argument("--plain", action="store_true", help="moto as it comes: no patches, no stand-ins")
    options = arguments.parse_args()
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    default_user_config["stepfunctions"] = {"execute_state_machine": True}
    set_pace(options.pace)
    beside: list[ModelledService] = []
    own: dict[str, Callable[[], object]] = {}
    if not options.plain:
        patch_moto()
        beside = stand_ins(options.region, options.run_flow)
        appflow = next(stand_in for stand_in in beside if isinstance(stand_in, AppFlow))
        own[SCHEDULES_PATH] = appflow.run_schedules
    moto = DomainDispatcherApplication(create_backend_app)
    door = FrontDoor({stand_in.service: stand_in for stand_in in beside}, moto, own)
    server = make_server("127.0.0.1", 0, door, threaded=True, request_handler=MotoRequestHandler)
    # The interpreter's own calls come back to this address.
    os.environ["MOTO_PORT"] = str(server.server_port)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    print(f"http://127.0.0.1:{server.server_port}", flush=True)
    sys.stdin.read()


if __name__ == "__main__":
    main()
