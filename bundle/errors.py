"""What goes wrong while building, in words for people."""

from lakehouse_common.errors import LakehouseError


class BuildError(LakehouseError):
    """Nothing was written; the message is one sentence about why."""
