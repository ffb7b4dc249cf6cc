"""dlt's own REST source into files of JSON lines, in dlt's environment. Its arguments are an address and a folder."""

import sys
from pathlib import Path

import dlt
from dlt.sources.rest_api import RESTAPIConfig, rest_api_source

from bench.rest.measure import print_cost


def main(url: str, folder: str) -> None:
    """Write tables of gzipped lines below `raw` (a child table for the lines of an invoice); print what it took."""
    config: RESTAPIConfig = {
        "client": {
            "base_url": url,
            "auth": {"type": "bearer", "token": "a-token"},
            "paginator": {"type": "cursor", "cursor_path": "meta.next", "cursor_param": "cursor"},
        },
        "resources": [{"name": "invoices", "endpoint": {"path": "invoices", "data_selector": "data"}}],
    }

    # Nothing is sent to anybody, even where the settings of the user allow it.
    dlt.config["runtime.dlthub_telemetry"] = False
    dlt.config["runtime.log_level"] = "ERROR"

    def work() -> None:
        target = dlt.destinations.filesystem(bucket_url=(Path(folder) / "raw").as_uri())
        place = str(Path(folder) / "state")
        pipeline = dlt.pipeline("bench", pipelines_dir=place, destination=target, dataset_name="billing")
        pipeline.run(rest_api_source(config), loader_file_format="jsonl").raise_on_failed_jobs()

    print_cost(work)


if __name__ == "__main__":
    main(*sys.argv[1:])
