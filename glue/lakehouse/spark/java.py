"""Is the right Java here? Standard library only, so that `make setup` can ask before anything is installed."""

import os
import re
import shutil
import subprocess
import sys

from lakehouse_common.errors import LakehouseError
from lakehouse_common.versions import JAVA

ADVICE = (
    "install it (Debian: apt-get install openjdk-17-jre-headless, macOS: brew install openjdk@17) and set JAVA_HOME"
)


class JavaMissingError(LakehouseError):
    """Java is absent or of another version; the message says what to install."""


def require_java() -> None:
    """Checks for Java 17, the version of Glue 5.1.

    Raises:
        JavaMissingError: one sentence with what was found and what to do.
    """
    home = os.environ.get("JAVA_HOME")
    java = os.path.join(home, "bin", "java") if home else shutil.which("java")
    if not java or not os.path.exists(java):
        where = f"at JAVA_HOME={home}" if home else "on this machine"
        raise JavaMissingError(f"Spark needs Java {JAVA} and there is none {where}: {ADVICE}.")
    try:
        told = subprocess.run([java, "-version"], capture_output=True, text=True, check=False).stderr
    except OSError:
        told = ""
    version = re.search(r'version "(?:1\.)?(\d+)', told)
    if not version or int(version[1]) != JAVA:
        found = f"Java {version[1]}" if version else "no readable version"
        raise JavaMissingError(f"Spark needs Java {JAVA} and {java} is {found}: {ADVICE}.")


def main() -> None:
    """The check of `make setup`: ends the process with the sentence where Java is missing."""
    try:
        require_java()
    except JavaMissingError as missing:
        sys.exit(str(missing))
