"""A PostgreSQL of this machine, in a folder of its own: it starts with the first statement, ends with the process."""

import atexit
import csv
import io
import os
import pwd
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Any

NEEDED = ("initdb", "postgres", "psql")
# Debian keeps the server's programs here, beside the path.
ELSEWHERE = sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
# It refuses to run as root.
OTHERS = ("postgres", "nobody")


class SqlFailed(Exception):
    """What PostgreSQL says is wrong with a statement."""


class NoPostgres(Exception):
    """The machine has no PostgreSQL; the message says what to install."""


class Postgres:
    """One server with one database."""

    def __init__(self) -> None:
        """Raises: NoPostgres."""
        self.programs = {name: _program(name) for name in NEEDED}
        self.folder = Path(tempfile.mkdtemp(prefix="pg"))
        self.user: dict[str, Any] = {}
        if os.getuid() == 0:
            account = next(filter(None, map(_account, OTHERS)))
            self.user = {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}
            os.chown(self.folder, account.pw_uid, account.pw_gid)
        data = self.folder / "data"
        self._run("initdb", "-D", str(data), "-U", "lake", "-A", "trust", "-E", "UTF8", "--no-sync")
        # No port at all: a socket in the folder.
        options = ["-D", str(data), "-k", str(self.folder), "-c", "listen_addresses=", "-F"]
        self.server = subprocess.Popen(
            [self.programs["postgres"], *options], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **self.user
        )
        atexit.register(self.stop)
        while not (self.folder / ".s.PGSQL.5432").exists():
            assert self.server.poll() is None, "PostgreSQL ended at its start"

    def query(self, *statements: str, given: str | None = None) -> list[list[str]]:
        """Runs the statements in one transaction; the last one's rows as text. Raises: SqlFailed."""
        words = [word for sql in statements for word in ("-c", sql)]
        done = subprocess.run(
            [
                *(
                    self.programs["psql"],
                    "-h",
                    str(self.folder),
                    "-U",
                    "lake",
                    "-d",
                    "postgres",
                    "-q",
                    "-X",
                    "--csv",
                    "-t",
                ),
                *("-v", "ON_ERROR_STOP=1", "--single-transaction", *words),
            ],
            input=given,
            capture_output=True,
            text=True,
        )
        if done.returncode:
            raise SqlFailed(done.stderr.strip().splitlines()[0] if done.stderr.strip() else "no word")
        return list(csv.reader(io.StringIO(done.stdout)))

    def stop(self) -> None:
        """Ends the server, and takes its folder away."""
        self.server.kill()
        self.server.wait()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _run(self, name: str, *arguments: str) -> None:
        subprocess.run([self.programs[name], *arguments], check=True, capture_output=True, cwd=self.folder, **self.user)


def _program(name: str) -> str:
    found = shutil.which(name) or next((str(place / name) for place in ELSEWHERE if (place / name).exists()), None)
    if found is None:
        raise NoPostgres(
            f"'{name}' is not here: install PostgreSQL (Debian: postgresql, macOS: brew install postgresql)"
        )
    return found


def _account(name: str) -> pwd.struct_passwd | None:
    try:
        return pwd.getpwnam(name)
    except KeyError:
        return None
