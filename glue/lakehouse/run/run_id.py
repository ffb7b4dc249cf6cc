"""The id of a run."""

from datetime import UTC, datetime


def new_run_id() -> str:
    """Returns a run id that sorts by time and is valid in branch and tag names."""
    return datetime.now(UTC).strftime("r%Y%m%d_%H%M%S_%f")[:-3]
