"""The command line: a sentence for each thing that can be wrong, an exit code, and files only where they belong."""

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]
from pyspark.sql import SparkSession
from ruamel.yaml import YAML

import demo.__main__ as demo
from lakehouse.__main__ import main
from lakehouse.spark import session
from lakehouse.spark.java import JavaMissingError
from lakehouse_common.commit_log import CommitLog, Entry
from lakehouse_common.object_store import open_store

ROOT = Path(__file__).parents[2]
SMALL = """\
name: shop
masking: {secret: masking/key}
rest: {billing: {base_url: "https://billing.example", resources: {invoices: {path: /invoices, records: data}}}}
silver:
  invoice:
    description: one row per invoice
    from: rest.billing.invoices
    key: invoice_id
    columns: {invoice_id: {from: id}}
"""
COMMANDS = "choose from 'run', 'diff', 'migrate', 'check', 'schema'"
KEPT_OUT = "its text may quote data and is kept out of reports: the operator reads it in <place>"
STARTING = "starting Spark (the first time it fetches Iceberg's jar)"
Lakehouse = Callable[..., tuple[int, list[str]]]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The working directory, with the shipped contract in it."""
    shutil.copy(ROOT / "demo/pipeline.yaml", tmp_path)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def lake(folder: Path, spark: SparkSession, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty lake beside a contract of one table, and a Spark session that no other test shares."""
    monkeypatch.setattr(session, "start", lambda *_, **__: spark.newSession())
    monkeypatch.delenv("MASKING_KEY", raising=False)
    (folder / "pipeline.yaml").write_text(SMALL, encoding="utf-8")
    return folder / "lake"


@pytest.fixture
def lakehouse(capsys: pytest.CaptureFixture[str]) -> Lakehouse:
    """Runs a command in this process: its exit code, and what it printed, line by line and without the time."""

    def run(*arguments: str) -> tuple[int, list[str]]:
        code = main([*arguments])
        lines = "".join(capsys.readouterr()).splitlines()
        return code, [re.sub(r"^ *[0-9.]+ s  ", "", line) for line in lines]

    return run


def test_a_sound_contract_is_counted_out_and_nothing_is_written(
    spark: SparkSession, folder: Path, lakehouse: Lakehouse
) -> None:
    inventory = "8 Salesforce objects, 2 REST resources, 10 silver and 3 gold tables; no problem found"
    assert lakehouse("check") == (0, [f"pipeline.yaml: {inventory}"])
    assert os.listdir(folder) == ["pipeline.yaml"]


@pytest.mark.parametrize("command", ["check", "schema", "run"])
def test_a_contract_that_is_not_there_is_told_by_every_command(
    folder: Path, lakehouse: Lakehouse, command: str
) -> None:
    problems = ["none.yaml: 1 problem(s)", "  there is no such file; name yours with CONTRACT=path"]
    assert lakehouse(command, "--contract", "none.yaml") == (2, problems)
    assert os.listdir(folder) == ["pipeline.yaml"]


def test_every_problem_of_a_contract_is_told_on_a_line_of_its_own(folder: Path, lakehouse: Lakehouse) -> None:
    name = "long_name_" * 6
    _edit(folder, {"format: csv": "format: cvs", "silver:": f"silver:\n  {name}: {{}}", "key: task_id": "key: '[red]'"})
    columns = "activity_date, created_at, is_closed, is_deleted, owner_id, status, subject, task_id, what_id, who_id"
    problems = [
        "salesforce.objects.Lead.format: 'cvs' is not a format; did you mean 'csv'?",
        *(f"silver.{name}.{key}: Field required" for key in ("columns", "description", "from", "key")),
        f"silver.task.key: '[red]' is not a column; use one of {columns}",
    ]
    assert lakehouse("check") == (2, ["pipeline.yaml: 6 problem(s)", *(f"  {problem}" for problem in problems)])


def test_a_misspelled_setting_is_told_where_it_is_missed(folder: Path, lakehouse: Lakehouse) -> None:
    _edit(folder, {"reporting_currency: EUR": "reporting_curency: EUR"})
    problem = "its function's setting 'reporting_currency' is not set; did you mean 'reporting_curency'?"
    tables = ("account_360", "opportunity", "rep_performance")
    assert lakehouse("check") == (2, ["pipeline.yaml: 3 problem(s)", *(f"  gold.{name}: {problem}" for name in tables)])


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        ([], "lakehouse: error: the following arguments are required: command"),
        (["chek"], f"lakehouse: error: argument command: invalid choice: 'chek' ({COMMANDS})"),
        (["check", "--lake", "lake"], "lakehouse: error: unrecognized arguments: --lake lake"),
        (["run", "--lak"], "lakehouse run: error: argument --lake: expected one argument"),
    ],
)
def test_what_is_no_command_is_misuse(capsys: pytest.CaptureFixture[str], arguments: list[str], complaint: str) -> None:
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    assert (ended.value.code, capsys.readouterr().err.splitlines()[-1]) == (2, complaint)


def test_the_schema_is_written_into_build_and_nothing_else(folder: Path, lakehouse: Lakehouse) -> None:
    assert lakehouse("schema") == (0, ["build/pipeline.schema.json written"])
    assert sorted(os.listdir(folder)) == ["build", "pipeline.yaml"]
    assert os.listdir(folder / "build") == ["pipeline.schema.json"]


@pytest.mark.parametrize(
    ("old", "new", "places"),
    [
        ("key: invoice_id", "key: [invoice_id]", []),
        ("description: one", "descripton: one", ["$.silver.invoice", "$.silver.invoice"]),
        ("{from: id}", "{from: id, pii: hsah}", ["$.silver.invoice.columns.invoice_id.pii"]),
        ("silver:", "slver:", ["$", "$"]),
    ],
)
def test_the_schema_marks_what_is_misspelled(
    folder: Path, lakehouse: Lakehouse, old: str, new: str, places: list[str]
) -> None:
    text = SMALL.replace("key: invoice_id", "key: [invoice_id]").replace(old, new)
    assert _marked(folder, lakehouse, text) == places


def test_the_schema_marks_nothing_in_the_shipped_contract(folder: Path, lakehouse: Lakehouse) -> None:
    assert _marked(folder, lakehouse, (folder / "pipeline.yaml").read_text(encoding="utf-8")) == []


def _marked(folder: Path, lakehouse: Lakehouse, text: str) -> list[str]:
    """Where an editor marks the text by the written schema."""
    assert lakehouse("schema") == (0, ["build/pipeline.schema.json written"])
    schema = json.loads((folder / "build/pipeline.schema.json").read_bytes())
    Draft202012Validator.check_schema(schema)
    # Editors read YAML 1.2, in which a date is text.
    read = json.loads(json.dumps(YAML(typ="safe", pure=True).load(text), default=str))
    return sorted(error.json_path for error in Draft202012Validator(schema).iter_errors(read))


def test_a_run_on_a_folder_without_raw_data_says_what_to_bring(lake: Path, lakehouse: Lakehouse) -> None:
    missing = "no run has ever been committed; run rest_to_raw for it and read what that run answers"
    problems = ["the raw zone is not ready: 1 problem(s)", f"rest.billing.invoices: {missing}"]
    assert lakehouse("run") == (2, [STARTING, *problems])


def test_a_run_without_a_masking_key_says_where_to_put_one(lake: Path, lakehouse: Lakehouse) -> None:
    _commit_nothing(lake)
    file = lake.resolve() / "secrets/masking/key"
    missing = f"secret 'masking/key' is missing: set MASKING_KEY or write the file {file}"
    assert lakehouse("run") == (2, [STARTING, missing])


def test_a_run_with_a_weak_masking_key_says_what_to_do(
    lake: Path, lakehouse: Lakehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    _commit_nothing(lake)
    monkeypatch.setenv("MASKING_KEY", "k" * 31)
    weak = "the masking key has 31 bytes and needs at least 32: openssl rand -hex 32 makes one"
    assert lakehouse("run") == (2, [STARTING, weak])


@pytest.mark.parametrize(
    ("error", "code", "line"),
    [
        (JavaMissingError("Spark needs Java 17: install it [here]."), 2, "Spark needs Java 17: install it [here]."),
        (session.SparkStartError("Spark did not start"), 2, "Spark did not start"),
        (ValueError("C4N4RY"), 1, f"the run ended early: ValueError; {KEPT_OUT}"),
    ],
)
def test_a_run_that_cannot_start_is_told_in_a_sentence(
    folder: Path, lakehouse: Lakehouse, monkeypatch: pytest.MonkeyPatch, error: Exception, code: int, line: str
) -> None:
    def start(*_: object, **__: object) -> SparkSession:
        raise error

    monkeypatch.setattr(session, "start", start)
    ended, lines = lakehouse("run")
    [said] = [re.sub(rf"{folder}/lake/logs/errors/r[0-9_]+.log", "<place>", said) for said in lines[1:]]
    assert (ended, lines[0], said) == (code, STARTING, line)


def test_a_process_ends_with_the_code_of_its_command(folder: Path) -> None:
    (folder / "pipeline.yaml").unlink()
    assert _process("-m", "lakehouse", "check").returncode == 2


def test_a_contract_without_gold_is_checked_without_spark(folder: Path) -> None:
    (folder / "pipeline.yaml").write_text(SMALL, encoding="utf-8")
    command = "import sys; from lakehouse.__main__ import main; main(['check']); sys.exit('pyspark' in sys.modules)"
    assert _process("-c", command).returncode == 0


@pytest.mark.parametrize("name", ["pipeline[red].yaml", "pipeline [copy].yaml"])
def test_the_contract_is_named_as_it_is(folder: Path, lakehouse: Lakehouse, name: str) -> None:
    (folder / "pipeline.yaml").write_text(SMALL, encoding="utf-8")
    (folder / "pipeline.yaml").rename(folder / name)
    code, [line] = lakehouse("check", "--contract", name)
    assert (code, line.partition(":")[0]) == (0, name)


def test_a_folder_is_no_contract(folder: Path, lakehouse: Lakehouse) -> None:
    assert lakehouse("check", "--contract", str(folder))[0] == 2


def test_the_demo_tells_a_contract_s_problems_as_every_command_does(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(demo, "CONTRACT", folder / "none.yaml")
    assert demo.main([]) == 2


def _commit_nothing(lake: Path) -> None:
    """A run of the REST ingester that found no row."""
    log = CommitLog(open_store(str(lake / "raw")), "billing", "invoices")
    assert log.commit(Entry(1, "r1", (), 0, None, None, "2026-01-01T00:00:00Z"))


def _edit(folder: Path, changes: dict[str, str]) -> None:
    """Changes the contract in the folder."""
    text = (folder / "pipeline.yaml").read_text(encoding="utf-8")
    for old, new in changes.items():
        assert text.count(old) >= 1
        text = text.replace(old, new, 1)
    (folder / "pipeline.yaml").write_text(text, encoding="utf-8")


def _process(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, *arguments], capture_output=True, text=True, check=False)
