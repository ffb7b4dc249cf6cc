"""moto's interpreter makes a client for every task from boto3's one session, in many threads at once.

boto3 does not bear that: now and then a state dies of a KeyError. Here each service has one client, made under a lock,
which also tries again when the connection breaks.
"""

import os
import sys
import threading
from typing import Any

import boto3
from botocore.client import BaseClient
from botocore.config import Config

NAME = "boto_client_for"
LOCK = threading.Lock()
CLIENTS: dict[tuple[str, str], BaseClient] = {}
LONGEST_S = 900


def apply() -> None:
    # Each module has its own reference to it.
    for module in list(sys.modules.values()):
        if getattr(module, "__name__", "").startswith("moto.stepfunctions") and hasattr(module, NAME):
            setattr(module, NAME, client_for)


def client_for(region: str, service: str, state_credentials: Any = None) -> BaseClient:
    with LOCK:
        if (region, service) not in CLIENTS:
            CLIENTS[region, service] = boto3.client(
                service,
                region_name=region,
                endpoint_url=f"http://127.0.0.1:{os.environ['MOTO_PORT']}",
                aws_access_key_id="testing",
                aws_secret_access_key="testing",  # noqa: S106
                config=Config(
                    parameter_validation=False,
                    max_pool_connections=50,
                    read_timeout=LONGEST_S,
                    retries={"total_max_attempts": 3},
                ),
            )
        return CLIENTS[region, service]
