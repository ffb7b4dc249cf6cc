"""The compiled resource of the measured API, as a schedule sends it; a run does not use the contract's models."""

import sys

from lakehouse.contract.rest.api import Resource
from lakehouse.contract.rest.kinds import read_kinds


def compiled(base_url: str, path: str) -> str:
    """Returns the resource as JSON."""
    settings = {
        **{"api": "billing", "resource": "invoices", "base_url": base_url, "path": path, "records": "data"},
        "auth": {"kind": "bearer", "secret": "billing/token"},
        "pagination": {"kind": "cursor", "param": "cursor", "next": "meta.next"},
        "since": {"param": "updated_since", "field": "updated_at"},
        "http": {"private_network": True},
    }
    return Resource.model_validate(settings, context=read_kinds()).model_dump_json(by_alias=True)


if __name__ == "__main__":
    print(compiled(*sys.argv[1:]))
