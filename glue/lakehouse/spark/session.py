"""Spark's settings and the lake's locations, per profile; no other module knows where a run takes place."""

import contextlib
import os
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from pyspark import SparkContext
from pyspark.sql import SparkSession

from lakehouse.spark.java import require_java
from lakehouse_common.errors import LakehouseError
from lakehouse_common.versions import ICEBERG_RUNTIME

Profile = Literal["local", "glue", "emr"]
WORTH_WARMING_UP = 256 * 2**20
ICEBERG_EXTENSIONS = "org.apache.iceberg.spark.extensions.IcebergSparkSessionExtensions"


@dataclass(frozen=True)
class Lake:
    """The locations of one lake: object-store roots of its raw zone and run reports, its secrets, its Iceberg catalog.

    `databases` is the prefix of its databases' names (`lakehouse_dev_` makes `lakehouse_dev_silver`).
    """

    raw: str
    runs: str
    secrets: str
    catalog_settings: tuple[tuple[str, str], ...]
    catalog: str = "lake"
    databases: str = ""

    def table(self, qualified: str) -> str:
        """Returns the table's name in the catalog, from its qualified name (`silver.account`)."""
        return f"{self.catalog}.{self.databases}{qualified}"

    @property
    def errors(self) -> str:
        """The root of what errors say in full: beside a folder's logs; on S3 in the raw zone, which fewest may read."""
        return f"{self.raw}/errors" if self.raw.startswith("s3://") else str(Path(self.raw).parent / "logs/errors")

    @classmethod
    def in_folder(cls, root: Path, catalog: str = "lake") -> "Lake":
        """Returns a lake in a folder of this machine, with a Hadoop catalog."""
        root = root.resolve()
        settings = (("type", "hadoop"), ("warehouse", f"file://{root}"))
        return cls(str(root / "raw"), str(root / "runs"), str(root / "secrets"), settings, catalog)

    @classmethod
    def on_aws(cls, raw: str, runs: str, warehouse: str, databases: str, secrets: str) -> "Lake":
        """Returns a lake of S3 buckets (`s3://...` roots), with the Glue catalog and Secrets Manager.

        A database's own location is used before the warehouse: each zone has a bucket of its own.
        """
        settings = (
            ("catalog-impl", "org.apache.iceberg.aws.glue.GlueCatalog"),
            ("io-impl", "org.apache.iceberg.aws.s3.S3FileIO"),
            ("warehouse", warehouse),
        )
        return cls(raw, runs, secrets, settings, databases=databases)


def attach_catalog(spark: SparkSession, lake: Lake) -> None:
    """Make the lake's catalog known to the session, which may hold several lakes under different catalog names.

    Raises:
        ValueError: the session uses that name for another lake, and Spark would go on using that one.
    """
    prefix = f"spark.sql.catalog.{lake.catalog}"
    warehouse = dict(lake.catalog_settings)["warehouse"]
    if spark.conf.get(f"{prefix}.warehouse", warehouse) != warehouse:
        raise ValueError(f"this session's catalog '{lake.catalog}' is another lake; give this one a name of its own")
    spark.conf.set(prefix, "org.apache.iceberg.spark.SparkCatalog")
    # Another process's commit must be seen at once, so nothing of the catalog is cached.
    for key, value in (*lake.catalog_settings, ("cache-enabled", "false")):
        spark.conf.set(f"{prefix}.{key}", value)


def _remember_classes(spark: SparkSession) -> None:
    """Store the classes that PySpark looks up on every call: each lookup would search all of Spark's jars again."""
    for path in ("functions", "PythonUtils", "py4j.reflection.TypeUtil", "org.apache.spark", "org.apache.iceberg"):
        package: Any = spark._jvm
        for name in path.split("."):
            member = getattr(package, name)
            setattr(package, name, member)
            package = member


def start_in_folder(folder: Path) -> SparkSession:
    """Start a local session for the lake in the folder; it logs below `logs/`, and is brief where `raw/` is small.

    Raises: as `start`.
    """
    raw_bytes = sum(path.stat().st_size for path in (folder / "raw").rglob("*") if path.is_file())
    return start("local", folder / "logs", is_brief=raw_bytes < WORTH_WARMING_UP)


def start(profile: Profile, logs: Path | None = None, is_brief: bool = False) -> SparkSession:
    """Start a Spark session for the profile; locally the JVM writes its log and event log below `logs`.

    A brief local session is for minutes of work on little data: its JVM is set to start fast rather than run fast.

    Raises:
        JavaMissingError: Java 17 is not installed (local profile).
        SparkStartError: Spark did not start; the message holds the end of the JVM's own log.
    """
    builder = SparkSession.builder.appName("lakehouse")
    for key, value in _common_settings().items():
        builder = builder.config(key, value)
    if profile != "local":
        return builder.getOrCreate()
    logs = (logs or Path("build/logs")).resolve()
    (logs / "events").mkdir(parents=True, exist_ok=True)
    for key, value in _local_settings(logs, is_brief).items():
        builder = builder.config(key, value)
    return _start_locally(builder, logs / "spark.log")


@contextlib.contextmanager
def start_for_analysis() -> Iterator[SparkSession]:
    """Start a session that resolves names in queries, with no lake, and end it; one that the process has is used.

    Raises: as `start`.
    """
    if SparkContext._active_spark_context is not None:
        yield SparkSession.builder.getOrCreate()
        return
    with tempfile.TemporaryDirectory(prefix="lakehouse-") as folder:
        builder = SparkSession.builder.appName("lakehouse")
        for key, value in {**_common_settings(), **_analysis_settings(folder)}.items():
            builder = builder.config(key, value)
        spark = _start_locally(builder, Path(folder) / "spark.log")
        try:
            yield spark
        finally:
            _end_jvm(spark)


class SparkStartError(LakehouseError):
    """The JVM ended before Spark had started."""


def _common_settings() -> dict[str, str]:
    return {
        "spark.sql.extensions": ICEBERG_EXTENSIONS,
        "spark.sql.session.timeZone": "UTC",
        "spark.sql.ansi.enabled": "true",
        # Every query posts its plans to the UI and the event log; the default spells them out at length.
        "spark.sql.ui.explainMode": "simple",
        # Inferring filters from a wide row of typed columns takes the optimizer minutes and finds nothing to use.
        "spark.sql.constraintPropagation.enabled": "false",
        # The JVM compiles no method of more than 8,000 bytes: a generated stage beyond that is interpreted.
        "spark.sql.codegen.hugeMethodLimit": "8000",
        # It drops what turns out to be empty, its observed counts with it: asking for them would never end.
        "spark.sql.adaptive.optimizer.excludedRules": (
            "org.apache.spark.sql.execution.adaptive.AQEPropagateEmptyRelation"
        ),
        "spark.scheduler.mode": "FAIR",
    }


# In a short run compiling Spark's own code twice does not pay: with one compiler the demo takes a fifth less time.
# The JVM would then reserve a fifth of the usual room for compiled code, which Spark fills in half a minute.
BRIEF_JVM = (
    "-XX:TieredStopAtLevel=1 -XX:ReservedCodeCacheSize=240m -XX:InitialCodeCacheSize=64m "
    "-XX:+UseSerialGC -XX:MetaspaceSize=256m"
)


def _local_settings(logs: Path, is_brief: bool) -> dict[str, str]:
    return {
        "spark.master": "local[*]",
        "spark.driver.memory": os.environ.get("SPARK_DRIVER_MEMORY", "3g"),
        "spark.driver.extraJavaOptions": BRIEF_JVM if is_brief else "",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.driver.host": "127.0.0.1",
        "spark.jars.packages": ICEBERG_RUNTIME,
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        "spark.eventLog.enabled": "true",
        "spark.eventLog.dir": f"file://{logs / 'events'}",
    }


def _analysis_settings(folder: str) -> dict[str, str]:
    local = _local_settings(Path(folder), is_brief=True)
    del local["spark.jars.packages"]
    own = {"spark.master": "local[1]", "spark.eventLog.enabled": "false", "spark.sql.warehouse.dir": folder}
    # Iceberg's jar is not needed, and takes a second to find.
    return {**local, **own, "spark.local.dir": folder, "spark.sql.extensions": "", "spark.driver.memory": "512m"}


def _end_jvm(spark: SparkSession) -> None:
    """Stop Spark and its JVM: the next session of this process would lack Iceberg in it."""
    gateway: Any = SparkContext._gateway
    spark.stop()
    gateway.shutdown()
    gateway.proc.stdin.close()
    gateway.proc.wait()
    SparkContext._gateway = SparkContext._jvm = None


def _start_locally(builder: SparkSession.Builder, log: Path) -> SparkSession:
    require_java()
    os.environ["PYSPARK_PYTHON"] = sys.executable
    try:
        with _jvm_output_in(log):
            spark = builder.getOrCreate()
    except Exception as error:
        tail = "\n".join(log.read_text(errors="replace").splitlines()[-12:])
        raise SparkStartError(f"Spark did not start; the end of {log}:\n{tail}") from error
    spark.sparkContext.setLogLevel("ERROR")
    _remember_classes(spark)
    # AppFlow's file names hold colons, and Hadoop can't form the name of a checksum file beside such a name.
    jvm: Any = spark.sparkContext._jvm
    hadoop = spark.sparkContext._jsc.hadoopConfiguration()
    jvm.org.apache.hadoop.fs.FileSystem.getLocal(hadoop).setVerifyChecksum(False)
    return spark


@contextlib.contextmanager
def _jvm_output_in(log: Path) -> Iterator[None]:
    """Write output and error to the log file while the JVM is launched: it inherits them, the terminal stays clean."""
    sys.stdout.flush()
    sys.stderr.flush()
    saved = os.dup(1), os.dup(2)
    with log.open("ab") as file:
        os.dup2(file.fileno(), 1)
        os.dup2(file.fileno(), 2)
    try:
        yield
    finally:
        for number, descriptor in enumerate(saved, start=1):
            os.dup2(descriptor, number)
            os.close(descriptor)
