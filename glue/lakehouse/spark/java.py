"""Check for the right Java. Standard library only, so that `make setup` can run it before anything is installed."""

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
    """Check that Java 17, the version of Glue 5.1, is installed.

    Raises:
        JavaMissingError: it is not; the message says what was found and what to do.
    """
    home = os.environ.get("JAVA_HOME")
    java = os.path.join(home, "bin", "java") if home else shutil.which("java")
    if not java or not os.path.exists(java):
        where = f"at JAVA_HOME={home}" if home else "on this machine"
        raise JavaMissingError(f"Spark needs Java {JAVA} and there is none {where}: {ADVICE}.")
    try:
        version_text = subprocess.run([java, "-version"], capture_output=True, text=True, check=False).stderr
    except OSError:
        version_text = ""
    version = re.search(r'version "(?:1\.)?(\d+)', version_text)
    if not version or int(version[1]) != JAVA:
        other = f"Java {version[1]}" if version else "no readable version"
        raise JavaMissingError(f"Spark needs Java {JAVA} and {java} is {other}: {ADVICE}.")


def main() -> None:
    """Run the check of `make setup`: end the process with the sentence where Java is missing."""
    try:
        require_java()
    except JavaMissingError as missing:
        sys.exit(str(missing))
