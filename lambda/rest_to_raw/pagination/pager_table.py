"""The table of pagination kinds by their words in the contract, from the modules of this package."""

from rest_to_raw.kind_table import choose_kind, find_kinds
from rest_to_raw.pagination.pager import Pager
from rest_to_raw.settings.resource import Resource

PAGERS: dict[str, type[Pager]] = find_kinds("rest_to_raw.pagination", Pager)  # type: ignore[type-abstract]


def open_pager(resource: Resource) -> Pager:
    """Returns the pager of a resource. Raises: IngestionError when there is no such kind."""
    return choose_kind(PAGERS, resource.pagination.kind, "pagination")(resource)
