"""Every file that names a version of what the project runs on names the one of `lakehouse_common/versions.py`."""

import re
import tomllib
from pathlib import Path

import pytest

from lakehouse_common.versions import EMR, GLUE, ICEBERG, ICEBERG_RUNTIME, JAVA, PYTHON, SCALA, SPARK

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
MAJOR, MINOR = PYTHON.split(".")
# File, what stands around the version there, and the version.
STATED = [
    ("terraform/variables.tf", r'variable "glue_version" \{[^}]*?default += "([^"]+)"', GLUE),
    ("terraform/modules/raw_to_gold/variables.tf", r'variable "glue_version" \{[^}]*?default += "([^"]+)"', GLUE),
    ("terraform/modules/raw_to_gold/variables.tf", r'variable "emr_release" \{[^}]*?default += "emr-([^"]+)"', EMR),
    ("terraform/modules/lambda_function/function.tf", r'runtime += "python([^"]+)"', PYTHON),
    ("tests/localaws/sample/flow.tf", r'runtime += "python([^"]+)"', PYTHON),
    ("tests/localaws/sample/compute.tf", r'glue_version += "([^"]+)"', GLUE),
    ("tests/localaws/sample/compute.tf", r'release_label += "emr-([^"]+)"', EMR),
    ("requirements.lock", r"(?m)^pyspark==(\S+)", SPARK),
    ("tests/airflow_dag/emulated.py", r'Runtime="python([^"]+)"', PYTHON),
]


def test_the_project_s_own_settings_name_the_same_python_and_spark() -> None:
    following = f"{MAJOR}.{int(MINOR) + 1}"
    assert PROJECT["project"]["requires-python"] == f">={PYTHON},<{following}"
    assert f"pyspark=={SPARK}" in PROJECT["project"]["dependencies"]
    assert PROJECT["tool"]["ruff"]["target-version"] == f"py{MAJOR}{MINOR}"


@pytest.mark.parametrize(("file", "pattern", "version"), STATED, ids=lambda value: str(value)[:60])
def test_a_file_names_the_same_version(file: str, pattern: str, version: str) -> None:
    assert re.findall(pattern, (ROOT / file).read_text(encoding="utf-8")) == [version]


def test_iceberg_s_jar_is_that_for_the_spark_and_the_scala() -> None:
    short = ".".join(SPARK.split(".")[:2])
    assert f"org.apache.iceberg:iceberg-spark-runtime-{short}_{SCALA}:{ICEBERG}" == ICEBERG_RUNTIME


def test_the_makefile_reads_the_python_out_of_the_file() -> None:
    text = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert "common/lakehouse_common/versions.py" in text
    assert re.findall(r"python\d+\.\d+|--python-version \d", text) == []


@pytest.mark.parametrize(
    ("folder", "python", "java"),
    [
        (".github", r'python-version: "([\d.]+)"', r'java-version: "(\d+)"'),
        (".devcontainer", r"python:(\d+\.\d+)-", r'/java:1": \{ "version": "(\d+)"'),
    ],
)
def test_where_the_tests_run_there_are_the_same_python_and_java(folder: str, python: str, java: str) -> None:
    texts = [path.read_text(encoding="utf-8") for path in sorted((ROOT / folder).rglob("*")) if path.is_file()]
    assert {found for text in texts for found in re.findall(python, text)} == {PYTHON}
    assert {found for text in texts for found in re.findall(java, text)} == {str(JAVA)}
