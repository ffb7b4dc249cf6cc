"""One run of rest_to_raw into a folder: the resource on standard input, the folder as argument."""

import math
import sys
from pathlib import Path

import msgspec

from bench.rest.measure import print_cost
from lakehouse_common.object_store import FolderStore
from lakehouse_common.secret_store import open_secrets
from rest_to_raw import Deadline, Done, Resource, run


def main(folder: str) -> None:
    """Run the resource and print what the run took.

    Raises:
        AssertionError: the run does not end as Done.
    """
    resource = msgspec.json.decode(sys.stdin.buffer.read(), type=Resource)

    token = Path(folder) / "secrets" / "billing" / "token"
    token.parent.mkdir(parents=True)
    token.write_text("a-token", encoding="utf-8")

    def work() -> None:
        secrets = open_secrets(f"{folder}/secrets")
        outcome = run(resource, "bench", FolderStore(Path(folder)), secrets, Deadline.after(math.inf))
        assert isinstance(outcome, Done), outcome

    print_cost(work)


if __name__ == "__main__":
    main(*sys.argv[1:])
