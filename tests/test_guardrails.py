"""What must never be in this repository, whoever writes it."""

import json
import re
import socket
import statistics
import subprocess
import sys
from pathlib import Path

import pytest
from pytest_socket import SocketConnectBlockedError

from lakehouse.contract.compiler import compile_contract
from tests.imports import functions, lines

ROOT = Path(__file__).parents[1]
ROOMS = ("airflow", "common", "glue", "lambda", "data_quality", "bundle", "operate", "demo", "bench", "docs", "tests")
SOURCES = {
    str(path.relative_to(ROOT)): path.read_text() for room in ROOMS for path in sorted((ROOT / room).rglob("*.py"))
}
PRODUCT = {
    name: text for name, text in SOURCES.items() if name.startswith(("common", "glue", "lambda", "data_quality"))
}
LONGEST_FILE, LONGEST_FUNCTION, NINETIETH, MEDIAN = 250, 40, 30, 10
# Each with the reason: what is written there does not do what it seems to do.
FORBIDDEN = {
    r'option\("branch"': "Iceberg ignores it and writes to main",
    r"spark\.wap\.": "a session-wide setting, under which two tables at a time write each other's branch",
    r"\budf\(|pandas_udf|mapInPandas|applyInPandas": "rows would leave the JVM",
    r"\.toPandas\(|\.rdd\b": "rows would come to the driver",
    r"inferSchema|\.schema_of_json": "types come from the contract",
    r"how=[\"']right|right_outer": "a right join reads backwards",
}
# Each byte of this code is in the hash by which gold tables are built again: its docstrings stay as they are.
HASHED = "glue/lakehouse/silver_to_gold/"


def test_files_and_functions_are_short() -> None:
    sizes = {f"{name}:{each.name}": lines(each) for name, text in SOURCES.items() for each in functions(text)}
    long = [name for name, text in SOURCES.items() if text.count("\n") > LONGEST_FILE]
    assert (long, [name for name, size in sizes.items() if size > LONGEST_FUNCTION]) == ([], [])
    assert statistics.median(sizes.values()) <= MEDIAN
    assert statistics.quantiles(sizes.values(), n=10)[-1] <= NINETIETH


def test_a_docstring_begins_with_a_verb_that_says_what_to_do_or_with_returns() -> None:
    command = [sys.executable, "-m", "ruff", "check", "--isolated", "--no-cache", "--select", "D401"]
    rooms = [room for room in ROOMS if room != "tests"]
    ended = subprocess.run([*command, "--output-format", "json", *rooms], cwd=ROOT, capture_output=True, check=False)
    complaints = {
        f"{complaint['filename'].removeprefix(f'{ROOT}/')}: {complaint['message']}"
        for complaint in json.loads(ended.stdout)
        if not re.search(r': "(Returns|Yields) ', complaint["message"])
    }
    assert [line for line in sorted(complaints) if not line.startswith(HASHED)] == []


@pytest.mark.parametrize("pattern", FORBIDDEN)
def test_what_does_not_do_what_it_seems_to_do_is_not_written(pattern: str) -> None:
    assert [name for name, text in PRODUCT.items() if re.search(pattern, text)] == [], FORBIDDEN[pattern]


def test_tests_use_fakes_and_no_mocks() -> None:
    imported = re.compile(r"^\s*(?:from|import) unittest\b", re.MULTILINE)
    assert [name for name, text in SOURCES.items() if imported.search(text)] == []


def test_nothing_needs_glue_s_own_library() -> None:
    imported = re.compile(r"^\s*(?:from|import) awsglue\b", re.MULTILINE)
    assert [name for name, text in SOURCES.items() if imported.search(text)] == []


def test_tables_are_named_in_the_contract_the_suites_and_their_own_gold_functions_alone() -> None:
    pipeline = compile_contract(ROOT / "demo/pipeline.yaml")
    tables = "|".join([*pipeline.silver, *pipeline.gold])
    literal = re.compile(rf"[\"'](?:(?:silver|gold|quarantine)\.)?(?:{tables})[\"']")
    logic = {name: text for name, text in PRODUCT.items() if "silver_to_gold/" not in name}
    assert {name: literal.findall(text) for name, text in logic.items() if literal.search(text)} == {}


def test_the_contract_is_the_only_yaml_that_is_parsed_and_one_module_parses_it() -> None:
    assert [name for name, text in PRODUCT.items() if re.search("import yaml|ruamel", text)] == [
        "glue/lakehouse/contract/compiler.py"
    ]


@pytest.mark.filterwarnings("ignore:A test tried to use socket")
def test_no_test_reaches_beyond_this_machine() -> None:
    with socket.socket() as outward, pytest.raises(SocketConnectBlockedError):
        outward.connect(("192.0.2.1", 443))
