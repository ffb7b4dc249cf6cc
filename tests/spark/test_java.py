"""The question for Java: one sentence that says what was found and what to install, asked with nothing installed."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from lakehouse.spark import java
from lakehouse.spark.java import JavaMissingError

ADVICE = (
    "install it (Debian: apt-get install openjdk-17-jre-headless, macOS: brew install openjdk@17) and set JAVA_HOME."
)
ROOT = Path(__file__).parents[2]
JDK_17 = 'openjdk version "17.0.16" 2025-07-15'


@pytest.fixture
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The only folder in which commands are looked for, empty; JAVA_HOME is not set."""
    monkeypatch.delenv("JAVA_HOME", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path / "path"))
    (tmp_path / "path").mkdir()
    return tmp_path / "path"


@pytest.mark.parametrize(
    "says",
    [
        JDK_17,
        'java version "17" 2021-09-14 LTS',
        'openjdk version "17-ea" 2021-09-14',
        f"Picked up JAVA_TOOL_OPTIONS: -Dx=11\n{JDK_17}",
    ],
)
def test_java_17_is_all_that_is_asked_for(path: Path, says: str) -> None:
    _install(path, says)
    java.require_java()


@pytest.mark.parametrize(
    ("says", "version"),
    [
        ('openjdk version "11.0.2" 2019-01-15', "Java 11"),
        ('java version "1.8.0_392"', "Java 8"),
        ('openjdk version "21" 2023-09-19', "Java 21"),
        ('openjdk version "170.1"', "Java 170"),
        ("Unable to locate a Java Runtime.", "no readable version"),
        ("", "no readable version"),
    ],
)
def test_another_java_is_told_by_its_version(path: Path, says: str, version: str) -> None:
    command = _install(path, says)
    assert _complaint() == f"Spark needs Java 17 and {command} is {version}: {ADVICE}"


def test_without_java_the_sentence_says_what_to_install(path: Path) -> None:
    assert _complaint() == f"Spark needs Java 17 and there is none on this machine: {ADVICE}"


def test_java_home_comes_before_the_path(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _install(path, JDK_17)
    home = path.parent / "jdk"
    monkeypatch.setenv("JAVA_HOME", str(home))
    assert _complaint() == f"Spark needs Java 17 and there is none at JAVA_HOME={home}: {ADVICE}"
    command = _install(home / "bin", 'openjdk version "11.0.2"')
    assert _complaint() == f"Spark needs Java 17 and {command} is Java 11: {ADVICE}"
    _install(home / "bin", JDK_17)
    java.require_java()


@pytest.mark.parametrize("mode", [0o644, 0o755])
def test_a_java_that_cannot_be_started_is_told(path: Path, monkeypatch: pytest.MonkeyPatch, mode: int) -> None:
    monkeypatch.setenv("JAVA_HOME", str(path.parent))
    command = path.parent / "bin" / "java"
    command.parent.mkdir()
    command.write_text("no program")
    command.chmod(mode)
    assert _complaint() == f"Spark needs Java 17 and {command} is no readable version: {ADVICE}"


@pytest.mark.parametrize(
    ("says", "ends"),
    [
        (JDK_17, (0, "", "")),
        ('openjdk version "11.0.2"', (1, "", "Spark needs Java 17 and {command} is Java 11: " + ADVICE + "\n")),
    ],
)
def test_the_file_runs_before_anything_is_installed(path: Path, says: str, ends: tuple[int, str, str]) -> None:
    command = _install(path, says)
    check = re.search(r"CHECK_JAVA := -c '(.*)'", (ROOT / "Makefile").read_text())
    assert check
    alone = [sys.executable, "-I", "-S", "-c", check[1]]
    ended = subprocess.run(alone, cwd=ROOT, capture_output=True, text=True, check=False)
    code, out, complaint = ends
    assert (ended.returncode, ended.stdout, ended.stderr) == (code, out, complaint.format(command=command))


def _install(folder: Path, says: str) -> Path:
    """A command `java` that prints its version where Java does: on the error stream."""
    folder.mkdir(parents=True, exist_ok=True)
    command = folder / "java"
    command.write_text(f"#!/bin/sh\nprintf '%s\\n' '{says}' >&2\n", encoding="utf-8")
    command.chmod(0o755)
    return command


def _complaint() -> str:
    with pytest.raises(JavaMissingError) as caught:
        java.require_java()
    return str(caught.value)
