"""The checks of a run before any of its rows count."""

from rest_to_raw.outcome import IngestionError
from rest_to_raw.pagination.position import Position
from rest_to_raw.settings.resource import Resource
from rest_to_raw.writer import State


def check_series(resource: Resource, position: Position) -> None:
    """Check one series of pages against the total that the API reported.

    Raises:
        IngestionError: it reported none, or fewer rows came than the tolerance allows.
    """
    expect = resource.expect
    if expect.total is None:
        return
    if position.total is None:
        raise IngestionError(
            "contract", f"{resource.url_path} tells no total at '{expect.total}'; correct 'expect' of {resource.name}"
        )
    if position.rows < position.total * (1 - expect.tolerance):
        raise IngestionError(
            "contract",
            f"{resource.url_path} has {position.total} rows by its own count, of which {position.rows} came; "
            "run it again, "
            f"and where that does not help compare 'pagination' of {resource.name}",
        )


def check_run(resource: Resource, rows: int, state: State, parents: int) -> None:
    """Check a whole run, or window of a run, against what the contract expects.

    Raises:
        IngestionError: too few rows came, or too many parents had to be ignored.
    """
    if rows < resource.expect.rows:
        raise IngestionError(
            "contract",
            f"{resource.url_path} gave {rows} rows, where {resource.expect.rows} are expected at least; nothing "
            "of it counts",
        )
    for_each = resource.for_each
    if for_each and state.ignored > for_each.max_ignored * parents:
        raise IngestionError(
            "contract",
            f"{resource.url_path} was to be ignored for {state.ignored} of {parents} parents, more than 'max_ignored' "
            f"allows; compare path and 'responses' of {resource.name}",
        )
