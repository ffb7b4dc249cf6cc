"""The loop that everybody writes: requests, json, gzip. The address and the folder are its arguments."""

import gzip
import json
import sys
from pathlib import Path

import requests

from bench.rest.measure import print_cost


def main(url: str, folder: str) -> None:
    """Write `invoices.jsonl.gz` and print what it took."""

    def work() -> None:
        session, cursor = requests.Session(), ""
        session.headers["Authorization"] = "Bearer a-token"
        with gzip.open(Path(folder) / "invoices.jsonl.gz", "wt", compresslevel=6, encoding="utf-8") as lines:
            while True:
                params = {"cursor": cursor} if cursor else {}
                response = session.get(f"{url}/invoices", params=params, timeout=30)
                response.raise_for_status()
                page = response.json()
                lines.writelines(json.dumps(record) + "\n" for record in page["data"])
                cursor = page["meta"]["next"]
                if not cursor:
                    return

    print_cost(work)


if __name__ == "__main__":
    main(*sys.argv[1:])
