"""A Spark job as a process of its own, with the arguments and the Spark settings that AWS would give it.

Added is only what turns the services' addresses to the emulated account, and the jars that Glue brings by itself.
"""

import os
import shlex
import subprocess
import sys
import tempfile
from pathlib import Path
from urllib.parse import urlsplit

import boto3

from lakehouse_common.versions import HADOOP, ICEBERG, ICEBERG_RUNTIME

KEYS = {"AWS_ACCESS_KEY_ID": "testing", "AWS_SECRET_ACCESS_KEY": "testing"}
JARS = (
    ICEBERG_RUNTIME,
    f"org.apache.iceberg:iceberg-aws-bundle:{ICEBERG}",
    f"org.apache.hadoop:hadoop-aws:{HADOOP}",
)
CATALOG = "spark.sql.catalog.lake"


class JobFailed(Exception):
    """The process ended with an error; the message is the last line that it wrote."""


def run_glue_job(script: str, arguments: dict[str, str], endpoint: str, region: str) -> str:
    """Runs the script of a Glue job to its end; gives what it wrote to standard output.

    Raises:
        JobFailed: its exit code is not 0.
    """
    conf = arguments.get("--conf", "").split(" --conf ") if arguments.get("--conf") else []
    given = [word for pair in arguments.items() for word in pair]
    return run_spark(script, given, conf, arguments.get("--extra-py-files", ""), endpoint, region)


def run_spark(script: str, given: list[str], conf: list[str], packages: str, endpoint: str, region: str) -> str:
    """Fetches script and packages from S3 and runs them. Raises: JobFailed."""
    settings = [*conf, *emulated(endpoint, region)]
    submit = [word for one in settings for word in ("--conf", one)]
    with tempfile.TemporaryDirectory() as folder:
        paths = [fetch(uri, Path(folder), endpoint, region) for uri in filter(None, packages.split(","))]
        environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "PYTHONPATH"))},
            **KEYS,
            "AWS_REGION": region,
            "AWS_DEFAULT_REGION": region,
            "AWS_ENDPOINT_URL": endpoint,
            "AWS_EC2_METADATA_DISABLED": "true",
            "PYTHONPATH": os.pathsep.join(map(str, paths)),
            "PYSPARK_PYTHON": sys.executable,
            "PYSPARK_SUBMIT_ARGS": shlex.join(["--master", "local[2]", *submit, "pyspark-shell"]),
        }
        command = [sys.executable, str(fetch(script, Path(folder), endpoint, region)), *given]
        done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True)
    if done.returncode:
        raise JobFailed((done.stderr.strip().splitlines() or ["no word"])[-1][:1000])
    return done.stdout


def emulated(endpoint: str, region: str) -> list[str]:
    """Spark settings that the emulated account needs beside the job's own."""
    return [
        f"spark.jars.packages={','.join(JARS)}",
        "spark.driver.memory=2g",
        "spark.driver.bindAddress=127.0.0.1",
        "spark.driver.host=127.0.0.1",
        "spark.ui.enabled=false",
        f"{CATALOG}.glue.endpoint={endpoint}",
        f"{CATALOG}.s3.endpoint={endpoint}",
        f"{CATALOG}.s3.path-style-access=true",
        f"{CATALOG}.client.region={region}",
        "spark.hadoop.fs.s3.impl=org.apache.hadoop.fs.s3a.S3AFileSystem",
        f"spark.hadoop.fs.s3a.endpoint={endpoint}",
        f"spark.hadoop.fs.s3a.endpoint.region={region}",
        "spark.hadoop.fs.s3a.path.style.access=true",
        "spark.hadoop.fs.s3a.connection.ssl.enabled=false",
        "spark.driver.extraJavaOptions=-XX:TieredStopAtLevel=1 -XX:ReservedCodeCacheSize=240m -XX:+UseSerialGC",
    ]


def fetch(uri: str, folder: Path, endpoint: str, region: str) -> Path:
    """The object's copy in the folder."""
    place = urlsplit(uri)
    path = folder / Path(place.path).name
    names = {"aws_access_key_id": "testing", "aws_secret_access_key": "testing"}
    boto3.client("s3", endpoint_url=endpoint, region_name=region, **names).download_file(
        place.netloc, place.path.lstrip("/"), str(path)
    )
    return path
